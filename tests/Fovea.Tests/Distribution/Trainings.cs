using Fovea.Tests.Layers;
using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Trainings with every option that affects the bits, each with its model and its data.</summary>
internal static class Trainings
{
    private static readonly Dictionary<string, Func<Training>> All = new()
    {
        ["convolutions, dropout"] = () => Of("convnet"),
        ["batch normalization, two branches"] = () => Of("residual"),
        ["depthwise convolutions"] = () => Of("separable", new Adam()),
        ["augmentation"] = () => Of("augmented"),
        ["mixed images"] = () => Augmented(Of("convnet"), new Pipeline(new RandomFlip(), new MixUp(), new CutMix())),
        ["mixed images, mean by weights"] = () => Augmented(Weighted(LossReduction.MeanWithSampleWeight), new MixUp()),
        ["mixed masks"] = () => Augmented(Masks(), new Pipeline(new RandomFlip(), new CutMix())),
        ["momentum"] = () => Of("residual", new Sgd(0.05, 0.9, nesterov: true)),
        ["schedule, decay"] = () => Of("convnet", new AdamW(new ExponentialDecay(0.01, 2, 0.5)) { WeightDecay = 0.01 }),
        ["clipping of values"] = () => Of("convnet", new Adam { ClipValue = 0.01 }),
        ["clipping of norms"] = () => Of("residual", new Adam { ClipNorm = 0.1 }),
        ["clipping of the whole norm"] = () => Of("residual", new Adam { GlobalClipNorm = 0.5 }),
        ["averages"] = () => Of("residual", new Adam { UseEma = true, EmaMomentum = 0.9, EmaOverwriteFrequency = 2 }),
        ["accumulation"] = () => Of("convnet", new Sgd(0.05, 0.9) { GradientAccumulationSteps = 2, WeightDecay = 0.01 }),
        ["Adadelta"] = () => Of("convnet", new Adadelta(0.1)),
        ["Adagrad"] = () => Of("convnet", new Adagrad()),
        ["Adamax"] = () => Of("convnet", new Adamax()),
        ["Ftrl"] = () => Of("convnet", new Ftrl()),
        ["Lion"] = () => Of("convnet", new Lion()),
        ["Nadam"] = () => Of("convnet", new Nadam()),
        ["batches of fewer samples than shards"] = () => Of("convnet") with { BatchSize = 3 },
        ["a last batch of one sample"] = () => Of("residual") with { BatchSize = 16 },
        ["steps per epoch"] = () => Of("convnet") with { StepsPerEpoch = 3 },
        ["in order"] = () => Of("convnet") with { Shuffle = false },
        ["stream"] = () => Of("convnet") with { Data = Stream(SmallNets.Images(33)) },
        ["stream with steps"] = () => Of("convnet") with { Data = Stream(SmallNets.Images(33)).Repeat(), StepsPerEpoch = 3 },
        ["weights of samples"] = () => Of("convnet") with { Data = SmallNets.Images(33).WithClassWeights(1, 0.25f, 3) },
        ["mean by weights"] = () => Weighted(LossReduction.MeanWithSampleWeight),
        ["sum"] = () => Weighted(LossReduction.Sum),
        ["masks with ignored pixels"] = Masks,
        ["masks, mean by weights"] = () => Masks() with { Model = Pixels(LossReduction.MeanWithSampleWeight) },
        ["two inputs and outputs"] = Branches,
        ["penalties and constraints"] = Penalized,
        ["frozen layers and rates"] = Frozen,
        ["memory limit"] = Limited,
        ["open size"] = Open,
    };

    public static IEnumerable<string> Names => All.Keys;

    public static Training Create(string name) => All[name]();

    private static Training Of(string net, Optimizer? optimizer = null) => new(SmallNets.Create(net, optimizer), SmallNets.Images(33));

    private static Training Weighted(LossReduction reduction)
    {
        var model = SmallNets.Convnet();
        model.Compile(new Adam(), new SparseCategoricalCrossentropy { Reduction = reduction }, new Accuracy());
        return new Training(model, SmallNets.Images(33).WithClassWeights(1, 0.25f, 3));
    }

    private static Training Augmented(Training training, ImageAugmentation augmentation)
    {
        training.Model.Augmentation = augmentation;
        return training;
    }

    private static Training Masks()
    {
        var inputs = new Tensor([21, 4, 4, 2], LayerRunner.Normal(21 * 32));
        var targets = new Tensor([21, 4, 4], [.. Enumerable.Range(0, 21 * 16).Select(i => (float)(i * 7 % 5 % 3))]);
        return new Training(Pixels(LossReduction.SumOverBatchSize), new TensorDataset([inputs], [targets]));
    }

    private static Sequential Pixels(LossReduction reduction)
    {
        var model = new Sequential("pixels", 1) { new Input(4, 4, 2), new Conv2D(3, 3, padding: Padding.Same, activation: Activation.Softmax) };
        model.Compile(new Adam(), new SparseCategoricalCrossentropy { IgnoreClass = 2, Reduction = reduction }, new MeanIoU(3));
        return model;
    }

    private static Training Branches()
    {
        Tensor[] inputs = [new([21, 4], LayerRunner.Normal(84)), new([21, 5], LayerRunner.Normal(105, seed: 2))];
        Tensor[] targets = [new([21], [.. Enumerable.Range(0, 21).Select(i => (float)(i % 3))]), new([21, 1], LayerRunner.Normal(21, seed: 3))];
        SymbolicTensor a = new Input(4).Output, b = new Input(5).Output;
        var joined = new Dropout(0.3).Call(new Concatenate().Call(a, b));
        var left = new Dense(3, Activation.Softmax) { Name = "left" }.Call(joined);
        var model = new Model([a, b], [left, new Dense(1) { Name = "right" }.Call(joined)], "branches", 3);
        model.Compile(
            new Adam(), new Objective("left", Loss.SparseCategoricalCrossentropy, new Accuracy()) { Weight = 0.5 },
            new Objective("right", Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError())) { Weight = 2 });
        return new Training(model, new TensorDataset(inputs, targets));
    }

    private static Training Penalized()
    {
        var model = new Sequential("penalized", 4)
        {
            new Input(12, 12, 1),
            new Conv2D(6, 3, activation: Activation.Relu) { KernelRegularizer = new L2(0.01), KernelConstraint = new MaxNorm(1) },
            new Flatten(),
            new Dense(3, Activation.Softmax) { KernelRegularizer = new L1(0.001), KernelConstraint = new NonNegative() },
        };
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return new Training(model, SmallNets.Images(33));
    }

    private static Training Frozen()
    {
        var model = SmallNets.Residual();
        model.Layers[1].Trainable = false;
        model.Layers[^1].LearningRateMultiplier = 0.1;
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return new Training(model, SmallNets.Images(33));
    }

    /// <summary>With the smallest limit of memory, so that activations are recomputed.</summary>
    private static Training Limited()
    {
        var model = SmallNets.Create("separable");
        try
        {
            while (true) model.MemoryLimit = (long)(0.98 * model.Trainer!.Shard(10, isWhole: true, 0, model.Topology.Example()).ArenaBytes);
        }
        catch (InsufficientMemoryException)
        {
            model.MemoryLimit = (long)(model.MemoryLimit! / 0.98) + 1;
        }

        return new Training(model, SmallNets.Images(33));
    }

    private static Training Open()
    {
        var model = new Sequential("open", 5)
        {
            new Input(null, null, 1), new Conv2D(6, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dense(3, Activation.Softmax),
        };
        model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return new Training(model, SmallNets.Images(33));
    }

    /// <summary>The samples of a data set, one after another, without an index.</summary>
    public static Dataset Stream(Dataset data)
    {
        return Dataset.From(Samples());

        IEnumerable<(Tensor Input, Tensor Target)> Samples()
        {
            for (var i = 0; i < data.Count; i++) yield return (data[i].Input, data[i].Targets[0]);
        }
    }
}

/// <summary>A model and the arguments of its training.</summary>
internal sealed record Training(Model Model, Dataset Data)
{
    public bool Shuffle { get; init; } = true;

    public int? StepsPerEpoch { get; init; }

    public int BatchSize { get; init; } = 10;

    /// <summary>Trains for two epochs.</summary>
    public Trained Fit(DataParallel? distribution = null, params Callback[] callbacks)
    {
        Model.Distribution = distribution;
        var history = Model.Fit(
            Data, 2, BatchSize, shuffle: Shuffle, stepsPerEpoch: StepsPerEpoch, verbose: Verbosity.Silent, callbacks: callbacks);
        return new Trained(SmallNets.AllBits(Model), [.. history.Names.Select(name => (name, string.Join(' ', history[name].Select(value => $"{value:R}"))))]);
    }
}

/// <summary>The bits of all that training has changed, and the measured values of each epoch.</summary>
internal sealed record Trained(int[] Bits, (string Name, string Values)[] History);
