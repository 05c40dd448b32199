using System.Collections.Concurrent;
using System.Reflection;
using Fovea.Engine.Ops;
using Fovea.Tests.Data;

namespace Fovea.Tests.Models;

/// <summary>Every public member of a model may be called from any thread: it gives a right result, or refuses in a clear sentence.</summary>
public sealed class ThreadSafetyTests : IDisposable
{
    private const int Inputs = 4;
    private const int Classes = 3;

    private static readonly ArrayDataset Data = new(
        [.. Enumerable.Range(0, 8 * Inputs).Select(i => ((i * 37) % 11) / 11f)], [Inputs], [.. Enumerable.Range(0, 8).Select(i => (float)(i % Classes))],
            Shape.Scalar, ["a", "b", "c"]);

    private static readonly Tensor Images = new([8, Inputs], [.. Enumerable.Range(0, 8 * Inputs).Select(i => (i % 5) - 2f)]);

    private static readonly Tensor Labels = new([8], [.. Enumerable.Range(0, 8).Select(i => (float)(i % Classes))]);

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>What is called of each member; the number tells the threads apart.</summary>
    private Dictionary<string, Action<Sequential, int>> Members => new()
    {
        ["UpdateBatchNormalization"] = (net, _) => net.UpdateBatchNormalization(Data),
        ["FitOneCycle"] = (net, _) => Assert.Equal(1, net.FitOneCycle(Data, 1, 0.01, batchSize: 4).Epochs),
        ["Fit"] = (net, _) => Assert.Equal(1, net.Fit(Data, batchSize: 4).Epochs),
        ["Evaluate"] = (net, _) => Assert.InRange(net.Evaluate(Data, 4).Loss, 0, 50),
        ["TrainOnBatch"] = (net, _) => Assert.InRange(net.TrainOnBatch(Images, Labels).Loss, 0, 50),
        ["EvaluateOnBatch"] = (net, _) => Assert.InRange(net.EvaluateOnBatch(Images, Labels).Loss, 0, 50),
        ["Predict"] = (net, _) => AssertSums(net.Predict(Images, 4)),
        ["PredictAll"] = (net, _) => AssertSums(net.PredictAll(Data, 4)[0]),
        ["Compile"] = (net, _) => net.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy()),
        ["TrainingMemory"] = (net, _) => Assert.True(net.TrainingMemory(4) > 0),
        ["Save"] = (net, thread) => net.Save(At($"model{thread}.keras")),
        ["SaveAsync"] = (net, _) => net.SaveAsync(new MemoryStream()).GetAwaiter().GetResult(),
        ["LoadAsync"] = (_, _) => Assert.NotNull(Model.LoadAsync(File.OpenRead(At("kept.keras"))).GetAwaiter().GetResult()),
        ["SaveWeightsAsync"] = (net, _) => net.SaveWeightsAsync(new MemoryStream()).GetAwaiter().GetResult(),
        ["LoadWeightsAsync"] = (net, _) => net.LoadWeightsAsync(File.OpenRead(At("kept.weights.h5"))).GetAwaiter().GetResult(),
        ["SaveWeights"] = (net, thread) => net.SaveWeights(At($"weights{thread}.weights.h5")),
        ["Save in a layout"] = (net, thread) => net.Save(At($"tensors{thread}.safetensors"), TensorLayout.Keras),
        ["LoadWeights"] = (net, _) => net.LoadWeights(At("kept.weights.h5")),
        ["LoadWeights in a layout"] = (net, _) => net.LoadWeights(At("kept.safetensors"), TensorLayout.Keras),
        ["Load"] = (_, _) => Assert.Equal(Classes, Model.Load(At("kept.keras")).OutputShape.Count),
        ["FromJson"] = (net, _) => Assert.Equal(net.Layers.Count, Model.FromJson(net.ToJson()).Layers.Count),
        ["ToJson"] = (net, _) => Assert.Contains("Dense", net.ToJson(), StringComparison.Ordinal),
        ["Summary"] = (net, _) => Assert.Equal(net.Parameters, net.Summary().Parameters),
        ["Layer"] = (net, _) => Assert.IsType<Dense>(net.Layer("last")),
        ["OutputOf"] = (net, _) => Assert.NotNull(net.OutputOf(net.Layers[0])),
        ["Apply"] = (net, thread) => Assert.Equal(Images.Shape[0], net.Apply(Images, training: thread == 0).Shape[0]),
        ["ApplyInto"] = (net, _) =>
        {
            var sums = Tensor.Zeros(net.Apply(Images).Shape);
            net.ApplyInto(Images, sums);
            AssertSums(sums);
        },
        ["ApplyForAll"] = (net, _) => AssertSums(net.ApplyForAll([Images])[0]),
        ["CallForAll"] = (net, _) => Assert.Single(net.CallForAll(new Input(Inputs).Output)),
        ["Call"] = (net, _) => Assert.Equal(Classes, net.Call(new Input(Inputs).Output).Shape[0]),
        ["Add"] = (net, _) => net.Add(new Dense(2)),
        ["WithInput"] = (net, _) => AssertSums(net.WithInput(Inputs).Predict(Images)),
        ["WithInputs"] = (net, _) => AssertSums(net.WithInputs([[Inputs]]).Predict(Images)),
        ["Pop"] = (net, _) => net.Pop(),
        ["GetEnumerator"] = (net, _) => Assert.Equal(3, net.Count()),
        ["ToString"] = (net, _) => Assert.NotNull(net.ToString()),
        ["set_Trainable"] = (net, thread) => (net.Trainable, net.Layer("first").Trainable) = (true, thread == 0),
        ["set_LearningRateMultiplier"] = (net, thread) => net.LearningRateMultiplier = 1 + thread,
        ["set_MemoryLimit"] = (net, thread) => net.MemoryLimit = thread == 0 ? null : 1 << 20,
        ["set_Distribution"] = (net, thread) => net.Distribution = thread == 0 ? null : new DataParallel(1),
        ["set_Augmentation"] = (net, _) => net.Augmentation = null,
        ["set_Seed"] = (net, _) => net.Seed = 7,
        ["set_ClassNames"] = (net, thread) => net.ClassNames = thread == 0 ? ["a", "b", "c"] : ["A", "B", "C"],
        ["set_ActivityRegularizer"] = (net, thread) => net.Layer("first").ActivityRegularizer = thread == 0 ? null : new L2(1e-3f),
        ["set_LabelThresholds"] = (net, thread) => net.LabelThresholds = thread == 0 ? [0.1, 0.2, 0.3] : [0.5, 0.5, 0.5],
        ["set_ValueNames"] = (net, thread) => net.ValueNames = thread == 0 ? ["a", "b", "c"] : ["A", "B", "C"],
        ["set_ImageInput"] = (net, _) => net.ImageInput = net.ImageInput,
        ["set_OutputKind"] = (net, _) => net.OutputKind = net.OutputKind,
        ["set_Name"] = (net, _) => net.Name = "net",
        ["properties"] = (net, _) =>
            Assert.NotNull(
            new object?[] { net.Layers, net.Inputs, net.Outputs, net.Input, net.Output, net.InputShape, net.OutputShape, net.Weights, net.Trainable,
            net.ClassName, net.ClassNames, net.Optimizer, net.Loss, net.MemoryLimit, net.Seed, net.IsBuilt, net.Name }),
        ["Weight.Write"] = (net, _) => net.Weights[0].Write(new float[net.Weights[0].Shape.Count]),
        ["ExtractFeatures"] = (net, _) => Assert.Equal(8, net.ExtractFeatures(Data, 4).Count),
        ["ConfusionMatrix.Of"] = (net, _) => Assert.Equal(8, ConfusionMatrix.Of(net, Data).Count),
        ["LearningRateFinder.Run"] = (net, _) => Assert.NotEmpty(LearningRateFinder.Run(net, Data, steps: 20, batchSize: 4).Losses),
        ["ModelGraph"] = (net, _) => AssertSums(new ModelGraph(net, 8) is var graph ? graph.Compute(Images, graph.Output)[0] : null!),
    };

    [Fact]
    public void Every_public_member_is_in_the_table()
    {
        var table = Members.Keys.ToHashSet();
        var missing = new[] { typeof(Model), typeof(Sequential), typeof(Layer) }
            .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly))
            .Where(method => !method.Name.StartsWith("get_", StringComparison.Ordinal) && !table.Contains(method.Name)).Select(method => method.Name)
                .Distinct();
        Assert.Empty(missing);
    }

    [Fact]
    public void All_pairs_of_members_work_from_two_threads_or_refuse()
    {
        var prepared = Net();
        prepared.Save(At("kept.keras"));
        prepared.SaveWeights(At("kept.weights.h5"));
        prepared.Save(At("kept.safetensors"), TensorLayout.Keras);
        var (members, faults) = (Members.ToList(), new ConcurrentQueue<string>());
        for (var i = 0; i < members.Count; i++)
        {
            var net = Net();
            _ = net.Call(new Input(Inputs));  // a layer of another model keeps its layers: Add and Pop are refused
            for (var k = i; k < members.Count; k++)
            {
                using var start = new Barrier(2);
                var threads = new[] { (members[i], 0), (members[k], 1) }.Select(
                    entry => new Thread(() => Try(entry.Item1, entry.Item2, start, net, members[i].Key, members[k].Key))).ToList();
                threads.ForEach(thread => thread.Start());
                Assert.True(threads.TrueForAll(thread => thread.Join(30_000)), $"{members[i].Key} and {members[k].Key} wait for each other");
            }

            net.LoadWeights(At("kept.weights.h5"));
            AssertRight(net);
        }

        Assert.Empty(faults);

        void Try(KeyValuePair<string, Action<Sequential, int>> member, int thread, Barrier start, Sequential net, string first, string second)
        {
            start.SignalAndWait();
            try
            {
                member.Value(net, thread);
            }
            catch (InvalidOperationException error) when (error.Message.Contains("on another thread; ", StringComparison.Ordinal)
                || member.Key is "Add" or "Pop")
            {
                // A clear refusal.
            }
#pragma warning disable CA1031 // Whatever it is, it is the finding.
            catch (Exception error)
#pragma warning restore CA1031
            {
                faults.Enqueue($"{member.Key} in {first} with {second}: {error}");
            }
        }
    }

    /// <summary>What must wait for a training is refused in full words; what need not is done, and the training is as without it.</summary>
    [Fact]
    public void While_a_model_is_trained_other_threads_may_predict_and_save_and_nothing_else()
    {
        var (net, alone) = (Net(), Net());
        var refusals = new Dictionary<string, string>();
        Action[] within =
        [
            () => net.Predict(Images), () => net.Save(At("during.keras")), () => net.Summary(), () => Members["ModelGraph"](net, 0), () =>
                Members["SaveWeights"](net, 0),
        ];
        var callback = new Training.Recorder((text, progress) =>
        {
            if (progress is not { Epoch: 2, Batch: 1 }) return;
            foreach (var name in (string[])["Fit", "TrainOnBatch", "Evaluate", "EvaluateOnBatch", "Compile", "TrainingMemory", "LoadWeights",
                "LoadWeights in a layout",
                "set_Trainable", "set_LearningRateMultiplier", "ExtractFeatures", "ConfusionMatrix.Of", "LearningRateFinder.Run"])
                refusals[name] = OnAnother(() => Members[name](net, 0))!.Message;
            foreach (var allowed in within) Assert.Null(OnAnother(allowed));
        });
        net.Fit(Data, epochs: 3, batchSize: 4, callbacks: [callback]);
        alone.Fit(Data, epochs: 3, batchSize: 4);
        Assert.Equal(Training.SmallNets.AllBits(alone), Training.SmallNets.AllBits(net));
        Assert.All(refusals, entry => Assert.Equal(
            $"'net' is being trained on another thread; {Called(entry.Key)} must wait until Fit has ended there. Predict and Save may be called at any time.",
            entry.Value));
        net.Evaluate(Data);

        static string Called(string member) => member switch
        {
            "ConfusionMatrix.Of" => "ConfusionMatrix",
            "LearningRateFinder.Run" => "LearningRateFinder",
            "LoadWeights in a layout" => "LoadWeights",
            _ => member.Replace("set_", "", StringComparison.Ordinal),
        };
    }

    /// <summary>A callback of the training is a part of it; beginning another one within it is not.</summary>
    [Fact]
    public void A_callback_may_evaluate_and_load_but_not_train_or_compile()
    {
        var net = Net();
        net.SaveWeights(At("kept.weights.h5"));
        var errors = new List<string>();
        net.Fit(Data, batchSize: 8, callbacks: [new Training.Recorder((text, _) =>
        {
            if (!text.StartsWith("batch", StringComparison.Ordinal)) return;
            net.Evaluate(Data);
            net.LoadWeights(At("kept.weights.h5"));
            net.Layer("first").Trainable = false;
            errors.Add(Assert.Throws<InvalidOperationException>(() => net.Fit(Data)).Message);
            errors.Add(Assert.Throws<InvalidOperationException>(() => Members["Compile"](net, 0)).Message);
        })]);
        Assert.Equal(
            ["'net' is being trained: Fit cannot be called by a callback of Fit. Call it when Fit has ended.",
                "'net' is being trained: Compile cannot be called by a callback of Fit. Call it when Fit has ended."],
            errors);
    }

    /// <summary>
    /// Two equal halves of a model get equal gradients, so that after each step their weights are the same: a prediction that saw the midst of a step would
    /// tell.
    /// </summary>
    [Fact]
    public void Predictions_see_the_weights_between_two_steps()
    {
        var input = new Input(Inputs).Output;
        var halves = new[] { "left", "right" }.Select(name => new Dense(64) { Name = name, KernelInitializer = Initializer.Ones }.Call(input)).ToArray();
        var net = new Model(input, new Subtract().Call(halves[0], halves[1]), "halves");
        var whole = new Model(input, new Concatenate().Call(halves[0], halves[1]), "whole");
        whole.Compile(new Sgd(1e-3f), Loss.MeanSquaredError);
        var data = new ArrayDataset([.. Images.Values], [Inputs], new float[8 * 128], [128]);
        var done = false;
        var failures = new ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 3).Select(_ => new Thread(() =>
        {
            try
            {
                while (!Volatile.Read(ref done))
                {
                    if (net.Predict(Images).Values.Any(value => value != 0)) throw new InvalidDataException("a prediction saw the midst of a step");
                }
            }
#pragma warning disable CA1031 // Carried to the test's thread.
            catch (Exception error)
#pragma warning restore CA1031
            {
                failures.Enqueue(error);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        whole.Fit(data, epochs: 100, batchSize: 4);
        Volatile.Write(ref done, true);
        threads.ForEach(thread => thread.Join());
        Assert.Empty(failures);
        Assert.NotEqual(1, halves[0].Layer.Weights[0].Values[0]);
    }

    /// <summary>A GAN's models share weights: trained at once on two threads they refuse or take turns, and never wait for each other for ever.</summary>
    [Fact]
    public void Models_that_share_layers_do_not_lock_each_other_up()
    {
        var generator = new Sequential("generator", 1) { new Input(Inputs), new Dense(Inputs) };
        var discriminator = new Sequential("discriminator", 2) { new Input(Inputs), new Dense(1, Activation.Sigmoid) };
        var samples = new ArrayDataset([.. Images.Values], [Inputs], [0, 1, 0, 1, 0, 1, 0, 1], [1]);
        discriminator.Compile(new Sgd(), Loss.BinaryCrossentropy);
        generator.Predict(Images);
        var gan = new Model(generator.Input, discriminator.Call(generator.Output), "gan");
        gan.Compile(new Sgd(), Loss.BinaryCrossentropy);
        var refused = new ConcurrentQueue<string>();
        Action[] parts =
            [() => discriminator.Fit(samples, batchSize: 4), () => gan.Fit(samples, batchSize: 4), () => gan.Predict(Images),
            () => discriminator.Predict(Images), () => generator.Predict(Images), () => gan.Evaluate(samples)];
        var threads = parts.Select(part => new Thread(() =>
        {
            for (var i = 0; i < 20; i++)
            {
                try
                {
                    part();
                }
                catch (InvalidOperationException error)
                {
                    refused.Enqueue(error.Message);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Assert.All(threads, thread => Assert.True(thread.Join(30_000)));
        Assert.All(refused, message => Assert.Contains("on another thread; ", message, StringComparison.Ordinal));
        Assert.All(gan.Predict(Images).Values, value => Assert.InRange(value, 0, 1));

        // In the callback of one the other may be trained: the same thread, one step after the other.
        gan.Fit(samples, batchSize: 4,
            callbacks: [new Training.Recorder(
            (text, _) => { if (text.StartsWith("batch", StringComparison.Ordinal)) discriminator.Fit(samples, batchSize: 4); })]);
    }

    [Fact]
    public void An_optimizer_or_a_metric_serves_one_model()
    {
        var (first, second) = (Net(compiled: false), Net(compiled: false));
        (first.Name, second.Name) = ("first model", "second model");
        var (optimizer, accuracy) = (new Adam(), new Accuracy());
        first.Compile(optimizer, Loss.SparseCategoricalCrossentropy, accuracy);
        Assert.Equal(
            "'second model': expected an optimizer for this model alone; this Adam belongs to 'first model', whose steps it counts. "
                + "Create one for each model. (Parameter 'optimizer')",
            Assert.Throws<ArgumentException>(() => second.Compile(optimizer, Loss.SparseCategoricalCrossentropy)).Message);
        Assert.Equal(
            "'second model': expected a metric for this model alone; 'accuracy' belongs to 'first model', whose samples it counts. "
                + "Create one for each model. (Parameter 'metrics')",
            Assert.Throws<ArgumentException>(() => second.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, accuracy)).Message);
        Assert.Null(second.Optimizer);

        // The same model again, and another one when the first has let them go.
        first.Compile(optimizer, Loss.SparseCategoricalCrossentropy, accuracy);
        first.Compile(new Adam(), Loss.SparseCategoricalCrossentropy);
        second.Compile(optimizer, Loss.SparseCategoricalCrossentropy, accuracy);
        Assert.Same(optimizer, second.Optimizer);
    }

    [Fact]
    public void Layers_may_be_added_and_removed_while_other_threads_predict()
    {
        var net = Net(compiled: false);
        var three = net.Predict(Images);
        net.Add(new Dense(2) { Name = "more" });
        var two = net.Predict(Images);
        var (done, wrong) = (false, new ConcurrentQueue<string>());
        var threads = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                var found = net.Predict(Images);
                if (!found.Values.SequenceEqual(three.Values) && !found.Values.SequenceEqual(two.Values)) wrong.Enqueue(found.Shape.ToString());
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        for (var i = 0; i < 100; i++) net.Add(net.Pop());
        Volatile.Write(ref done, true);
        threads.ForEach(thread => thread.Join());
        Assert.Empty(wrong);
        Assert.Equal(two.Values, net.Predict(Images).Values);
    }

    private static Sequential Net(bool compiled = true)
    {
        var net =
            new Sequential(
            "net", seed: 7) { new Input(Inputs), new Dense(5, Activation.Relu) { Name = "first" }, new Dense(Classes, Activation.Softmax) { Name = "last" } };
        if (compiled) net.Compile(new Sgd(0.01f), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return net;
    }

    private static Exception? OnAnother(Action action)
    {
        Exception? found = null;
        var thread = new Thread(() => found = Record.Exception(action));
        thread.Start();
        thread.Join();
        return found;
    }

    private static void AssertSums(Tensor probabilities)
    {
        for (var i = 0; i < probabilities.Shape[0]; i++) Assert.Equal(1, probabilities.Sample(i).ToArray().Sum(), 1e-4);
    }

    /// <summary>The outputs, worked out in float64 from the weights.</summary>
    private static void AssertRight(Sequential net)
    {
        var outputs = net.Predict(Images);
        for (var i = 0; i < 8; i++)
        {
            var hidden = Layer(net.Layer("first"), [.. Images.Sample(i).ToArray().Select(value => (double)value)])
                .Select(value => Math.Max(0, value)).ToArray();
            var exponents = Layer(net.Layer("last"), hidden).Select(Math.Exp).ToArray();
            for (var k = 0; k < Classes; k++) Assert.Equal(exponents[k] / exponents.Sum(), outputs.Sample(i)[k], 1e-5);
        }

        static double[] Layer(Layer layer, double[] x)
        {
            var (kernel, bias) = (layer.Weights[0].Values.ToArray(), layer.Weights[1].Values.ToArray());
            return [.. bias.Select((offset, unit) => offset + x.Select((value, i) => value * kernel[(i * bias.Length) + unit]).Sum())];
        }
    }

    private string At(string name) => Path.Combine(folder.Path, name);
}
