using Fovea.Engine;

namespace Fovea.Tests.Training;

/// <summary>A process that was started with something else is named before the first epoch, in all processes, by one sentence.</summary>
public class FingerprintTests
{
    private const string Restart = "start all processes with the same program and arguments.";
    private const string SameData = "give all processes the same data.";

    /// <summary>The differences between process 2 and the others.</summary>
    private static readonly Dictionary<string, (Action<Program> Change, string Message)> Differences = new()
    {
        ["shards"] = (p => p.Shards = 8, $"the number of shards is 4 in process 0, but 8 in process 2 of 3; {Restart}"),
        ["batch size"] = (p => p.BatchSize = 16, $"the batch size is 8 in process 0, but 16 in process 2 of 3; {Restart}"),
        ["epochs"] = (p => p.Epochs = 5, $"the number of epochs is 2 in process 0, but 5 in process 2 of 3; {Restart}"),
        ["steps"] = (p => p.StepsPerEpoch = 3, $"the number of steps per epoch is none in process 0, but 3 in process 2 of 3; {Restart}"),
        ["order"] = (p => p.Shuffle = false, $"the shuffling of the samples is on in process 0, but off in process 2 of 3; {Restart}"),
        ["callbacks"] = (
            p => p.Callbacks = [new TerminateOnNaN()],
            $"the list of callbacks is empty in process 0, but TerminateOnNaN in process 2 of 3; {Restart}"),
        ["seed"] = (p => p.Seed = 2, $"the seed of the model is 1 in process 0, but 2 in process 2 of 3; {Restart}"),
        ["memory"] = (
            p => p.MemoryLimit = 1 << 20,
            $"the memory limit of the model in bytes is none in process 0, but 1048576 in process 2 of 3; {Restart}"),
        ["layers"] = (
            p => p.Middle = [new Dropout(0.5f), new Flatten()], $"the number of layers is 5 in process 0, but 6 in process 2 of 3; {Restart}"),
        ["layer"] = (
            p => p.Middle = [new GlobalMaxPooling2D()],
            $"the layer 3 is Flatten 'flatten' in process 0, but GlobalMaxPooling2D 'global_max_pooling2d' in process 2 of 3; {Restart}"),
        ["units"] = (p => p.Units = 7, $"the output shape of layer 4 is (6) in process 0, but (7) in process 2 of 3; {Restart}"),
        ["setting"] = (
            p => p.Rate = 0.75f, $"the setting 'rate' of the layer 'dropout' (number 5) is 0.25 in process 0, but 0.75 in process 2 of 3; {Restart}"),
        ["frozen"] = (
            p => p.IsFrozen = true,
            $"the setting 'Trainable' of the layer 'conv' (number 2) is on in process 0, but off in process 2 of 3; {Restart}"),
        ["loss"] = (
            p => p.Loss = new SparseCategoricalCrossentropy { IgnoreClass = 255 },
            $"the setting 'ignore_class' of the loss is null in process 0, but 255 in process 2 of 3; {Restart}"),
        ["metrics"] = (p => p.Metrics = [], $"the list of metrics is accuracy in process 0, but empty in process 2 of 3; {Restart}"),
        ["optimizer"] = (p => p.Optimizer = new RmsProp(), $"the optimizer is Adam in process 0, but RMSprop in process 2 of 3; {Restart}"),
        ["augmentation"] = (
            p => p.Augmentation = new MixUp(0.4), $"the setting 'alpha' of the augmentation is 0.2 in process 0, but 0.4 in process 2 of 3; {Restart}"),
        ["rate"] = (
            p => p.Optimizer = new Adam(0.01f), $"the setting 'learning_rate' of the optimizer is 0.001 in process 0, but 0.01 in process 2 of 3; {Restart}"),
        ["count"] = (
            p => p.Data = SmallNets.Images(41), $"the number of samples of the data is 40 in process 0, but 41 in process 2 of 3; {SameData}"),
        ["classes"] = (
            p => p.Data = p.Data.WithClassNames(["a", "c", "b"]),
            $"the list of class names of the data is empty in process 0, but a, c, b in process 2 of 3; {SameData}"),
        ["stream"] = (
            p => p.Data = Dataset.From(Samples(p.Data)),
            $"the number of samples of the data is 40 in process 0, but not known (a stream) in process 2 of 3; {SameData}"),
        ["validation"] = (
            p => p.Validation = null,
            $"the number of samples of the validation data is 9 in process 0, but missing in process 2 of 3; {SameData}"),
        ["steps before"] = (
            p => p.StepsBefore = 3, $"the number of batches of earlier trainings is 0 in process 0, but 3 in process 2 of 3; {Restart}"),
    };

    public static TheoryData<string> Cases => [.. Differences.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_difference_is_one_sentence_in_all_processes(string name)
    {
        var (change, message) = Differences[name];
        Assert.All(Messages(change), received => Assert.Equal($"DataParallel: {message}", received));
    }

    [Fact]
    public void Equal_trainings_are_accepted() => Assert.All(Messages(_ => { }), Assert.Null);

    [Fact]
    public void Another_last_sample_is_found_in_either_data_set()
    {
        var hashes = new Dictionary<string, string>();
        foreach (var (name, change) in (List<(string, Action<Program>)>)
            [("39 of the data", p => p.Data = Changed(p.Data)), ("8 of the validation data", p => p.Validation = Changed(p.Validation!))])
        {
            var message = Assert.Single(Messages(change).Distinct())!;
            Assert.Matches(
                $"^DataParallel: the hash of sample {name} is [0-9a-f]{{16}} in process 0, but [0-9a-f]{{16}} in process 2 of 3; {SameData}$", message);
        }

        static Dataset Changed(Dataset data) =>
            data.Select((input, target, index) => (input, index == data.Count - 1 ? 2 - target : target));
    }

    [Fact]
    public void Other_initial_weights_are_found()
    {
        var message = Assert.Single(Messages(p => p.WritesWeights = true).Distinct())!;
        Assert.Matches(
            "^DataParallel: the hash of weight 2, 'conv/bias' is [0-9a-f]{16} in process 0, but [0-9a-f]{16} in process 2 of 3; load the same weights in all "
                + "processes.$",
            message);
    }

    [Fact]
    public void Another_state_of_the_optimizer_is_found()
    {
        var message = Assert.Single(Messages(p => p.WritesSlots = true).Distinct())!;
        Assert.Matches(
            "^DataParallel: the hash of the optimizer's state for weight 1, 'conv/kernel' is [0-9a-f]{16} in process 0, but [0-9a-f]{16} in process 2 of 3; "
                + "load the same weights in all processes.$",
            message);
    }

    /// <summary>An inner model that is used twice, a function, a layer with parts, and two outputs of the same metrics.</summary>
    [Fact]
    public void Layers_within_models_and_layers_are_compared()
    {
        var messages = Collect(2, group =>
        {
            var inner = new Sequential("inner") { new Input(4), new Dense(4), new Dropout(group.Rank == 0 ? 0.5 : 0.25) };
            var input = new Input(4).Output;
            var first = inner.Call(new Lambda(x => x * 2).Call(input));
            var second = inner.Call(new Parts().Call(first));
            var left = new Dense(1) { Name = "left" }.Call(second);
            var model = new Model([input], [left, new Dense(1) { Name = "right" }.Call(first)], "outer");
            model.Compile(
                new Adam(), new Objective("left", Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError())),
                new Objective("right", Loss.MeanSquaredError, new LossMetric(new MeanAbsoluteError())));
            model.Distribution = new DataParallel(2, group);
            var data = new TensorDataset([new Tensor([6, 4], new float[24])], [new Tensor([6, 1], new float[6]), new Tensor([6, 1], new float[6])]);
            TrainingFingerprint.Require(model.RequireTrainer(), new FitArguments(data, 1, 2, null, true, [], default), data, null);
        });
        Assert.All(messages, message => Assert.Equal(
            $"DataParallel: the setting 'rate' of the layer 'dropout' (number 6) is 0.5 in process 0, but 0.25 in process 1 of 2; {Restart}", message));
    }

    /// <summary>The training names the file when it needs it.</summary>
    [Fact]
    public void A_sample_that_one_process_cannot_read_is_no_difference() =>
        Assert.All(Messages(p => p.Data = new UnreliableDataset(p.Data) { BrokenAt = 39 }), Assert.Null);

    [Fact]
    public void Mixed_instruction_sets_are_refused_with_the_setting_that_helps()
    {
        var messages = Collect(2, group =>
        {
            var fingerprint = new Fingerprint();
            TrainingFingerprint.AddMachine(fingerprint, group.Rank == 0 ? "AVX-512" : "AVX2");
            fingerprint.Require(group);
        });
        Assert.All(messages, message => Assert.Equal(
            "DataParallel: the instruction set is AVX-512 in process 0, but AVX2 in process 1 of 2; set DOTNET_EnableAVX512=0 in the environment of all "
                + "processes, or use processors of one kind.",
            message));
    }

    [Fact]
    public void Of_long_values_the_message_shows_the_part_that_differs()
    {
        var names = Enumerable.Range(0, 1000).Select(i => $"class{i}").ToArray();
        var messages = Collect(2, group =>
        {
            var fingerprint = new Fingerprint();
            fingerprint.Add("list", string.Join(", ", group.Rank == 0 ? names : names.Select(name => name == "class500" ? "dog" : name)));
            fingerprint.Require(group);
        });
        Assert.All(messages, message => Assert.Equal(
            "DataParallel: the list is …class498, class499, class500, class501, class502, class503, … in process 0, but …class498, class499, dog, class501, "
                + "class502, class503, class… in process 1 of 2; start all processes with the same program and arguments.",
            message));
    }

    private static IEnumerable<(Tensor Input, Tensor Target)> Samples(Dataset data)
    {
        foreach (var sample in data) yield return (sample.Input, sample.Target);
    }

    private static string?[] Messages(Action<Program> change) => Collect(3, group =>
    {
        var program = new Program();
        if (group.Rank == 2) change(program);
        program.Compare(group);
    });

    /// <summary>What the processes throw; null for nothing.</summary>
    private static string?[] Collect(int size, Action<IProcessGroup> program) => ThreadGroup.Run(size, group =>
    {
        try
        {
            program(group);
            return null;
        }
        catch (TrainingException error)
        {
            return error.Message;
        }
    });

    /// <summary>A layer that contains another.</summary>
    private sealed class Parts : Layer
    {
        private readonly Dense dense;

        public Parts() => dense = Contain(new Dense(4) { Name = "part" });

        protected override Node Call(Node input, CallContext context) => context.Call(dense, input);
    }

    /// <summary>A user's program, which can be changed in one process.</summary>
    private sealed class Program
    {
        public int Shards { get; set; } = 4;

        public int BatchSize { get; set; } = 8;

        public int Epochs { get; set; } = 2;

        public int? StepsPerEpoch { get; set; }

        public bool Shuffle { get; set; } = true;

        public Callback[] Callbacks { get; set; } = [];

        public long Seed { get; set; } = 1;

        public long? MemoryLimit { get; set; }

        public Layer[] Middle { get; set; } = [new Flatten()];

        public int Units { get; set; } = 6;

        public float Rate { get; set; } = 0.25f;

        public bool IsFrozen { get; set; }

        public Loss Loss { get; set; } = Loss.SparseCategoricalCrossentropy;

        public Metric[] Metrics { get; set; } = [new Accuracy()];

        public Optimizer Optimizer { get; set; } = new Adam();

        public ImageAugmentation Augmentation { get; set; } = new MixUp();

        public Dataset Data { get; set; } = SmallNets.Images(40);

        public Dataset? Validation { get; set; } = SmallNets.Images(9);

        public int StepsBefore { get; set; }

        public bool WritesWeights { get; set; }

        public bool WritesSlots { get; set; }

        public void Compare(IProcessGroup group)
        {
            var model = new Sequential(seed: Seed) { new Input(12, 12, 1), new Conv2D(2, 3) { Name = "conv", Trainable = !IsFrozen } };
            foreach (var layer in Middle) model.Add(layer);
            model.Add(new Dense(Units, Activation.Softmax) { Name = "dense" });
            model.Add(new Dropout(Rate) { Name = "dropout" });
            model.Distribution = new DataParallel(Shards, group);
            model.Augmentation = Augmentation;
            model.MemoryLimit = MemoryLimit;
            model.Compile(Optimizer, Loss, Metrics);
            var trainer = model.RequireTrainer();
            trainer.Steps = StepsBefore;
            if (WritesWeights) model.Weights[1].Write([1, 2]);
            if (WritesSlots) trainer.Weights[0].Slots[0].Overwrite()[0] = 1;
            var arguments = new FitArguments(Data, Epochs, BatchSize, Validation, Shuffle, Callbacks, default) { StepsPerEpoch = StepsPerEpoch };
            TrainingFingerprint.Require(trainer, arguments, Data, Validation);
        }
    }
}
