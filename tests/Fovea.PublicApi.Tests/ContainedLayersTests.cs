using Fovea.Engine;
using Fovea.Explain;
using Fovea.Extending;

namespace Fovea.PublicApi.Tests;

/// <summary>A custom layer that contains layers, with public members only.</summary>
public sealed class ContainedLayersTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public ContainedLayersTests() => OwnParts.Register();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The same layers connected one by one, with the same weights, are the expected value, before and after training.</summary>
    [Fact]
    public void A_block_is_what_its_layers_are()
    {
        var block = new ResidualBlock(4, Activation.Relu) { Name = "block" };
        var model = new Sequential(seed: 3) { new Input(6, 6, 2), block, new GlobalAveragePooling2D(), new Dense(3) };
        var input = new Input(6, 6, 2).Output;
        var first = new Conv2D(4, 3, padding: Padding.Same);
        var normalization = new BatchNormalization(momentum: 0.9);
        var second = new Conv2D(4, 3, padding: Padding.Same) { KernelRegularizer = new L2(0.01f) };
        var (shortcut, gain, head) = (new Conv2D(4, 1), new Scale(0.5f, "last"), new Dense(3));
        var x = new ActivationLayer(Activation.Relu).Call(normalization.Call(first.Call(input)));
        x = new Add().Call(shortcut.Call(input), gain.Call(second.Call(x)));
        var flat = new Model(input, head.Call(new GlobalAveragePooling2D().Call(x)));
        var (theirs, ours) =
            (Ordered(model), (Weight[])[.. gain.Weights, .. first.Weights, .. normalization.Weights, .. second.Weights, .. shortcut.Weights, .. head.Weights]);
        _ = flat.Weights;
        foreach (var (from, to) in theirs.Zip(ours)) to.Write(from.Values);
        Assert.Equal(theirs.Select(weight => weight.Shape), ours.Select(weight => weight.Shape));
        Near(flat.Predictions(), model.Predictions());

        Assert.Equal(flat.Compiled().FitOnce()["loss"][0], model.Compiled().FitOnce()["loss"][0], 1e-6);
        foreach (var (from, to) in theirs.Zip(ours)) Near(to.Values, from.Values);
        Near(flat.Predictions(), model.Predictions());

        static Weight[] Ordered(Model model) => [.. model.Weights];
    }

    /// <summary>
    /// First block: 4 + (3·3·2·4 + 4) + 4·4 + (3·3·4·4 + 4) + (2·4 + 4) = 256; second: 4 + 148 + 16 + 148 = 316, without a shortcut; 4 factors; 4·3 + 3.
    /// </summary>
    [Fact]
    public void Weights_are_counted_and_named()
    {
        var model = OwnParts.Net();
        var summary = model.Summary();
        Assert.Equal([256, 316, 0, 4, 15], summary.Layers.Select(layer => layer.Parameters));
        Assert.Equal("ResidualBlock", summary.Layers[0].ClassName);
        Assert.Equal(591, summary.Parameters);
        Assert.Equal(591 - 16, summary.TrainableParameters);
        Assert.Equal(591, model.Parameters);
        Assert.Equal(
            ["gain", "kernel", "bias", "gamma", "beta", "moving_mean", "moving_variance", "kernel", "bias", "kernel", "bias"],
            model.Layer("block").Weights.Select(weight => weight.Name));
        Assert.IsType<BatchNormalization>(model.Layer("block/normalization"));
        Assert.Equal(
            ["block/first", "block/normalization", "block/shortcut", "block/second", "block/add", "block"],
            new ModelGraph(model).Layers.Select(value => value.Path).Where(path => path.StartsWith("block", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_frozen_block_stays_and_its_moving_statistics_too()
    {
        var model = OwnParts.Net().Compiled();
        model.Layer("block").Trainable = false;
        Assert.False(model.Layer("block/first").Trainable);
        Assert.False(model.Layer("block/shortcut").Trainable);
        Assert.Equal(591 - 256 - 8, model.Summary().TrainableParameters);
        var before = Values(model.Layer("block"));
        model.FitOnce();
        Assert.Equal(before, Values(model.Layer("block")));

        model.Layer("block").Trainable = true;
        model.FitOnce();
        foreach (var name in (string[])["first", "normalization", "second", "shortcut"]) Assert.True(model.Layer($"block/{name}").Trainable);
        Assert.All(
            model.Layer("block").Weights.Zip(before).Where(pair => pair.First.Name is "kernel" or "moving_mean" or "moving_variance"),
            pair => Assert.NotEqual(pair.Second, pair.First.Values.ToArray()));
    }

    [Theory]
    [InlineData("net.keras")]
    [InlineData("net.h5")]
    [InlineData("net.safetensors")]
    public void Parts_that_are_frozen_by_themselves_stay_so_in_files(string name)
    {
        var path = Path.Combine(folder, name);
        var model = OwnParts.Net();
        model.Layer("block/first").Trainable = false;
        model.Layer("residual_block").Trainable = false;
        model.Layer("residual_block/second").Trainable = true;
        model.Layer("block").LearningRateMultiplier = 0.5f;
        model.Layer("block/second").LearningRateMultiplier = 1;
        _ = model.Weights;
        var before = Values(model.Layer("block/first"));
        model.Compiled().FitOnce();
        Assert.Equal(before, Values(model.Layer("block/first")));
        model.Save(path);
        var loaded = Model.Load(path);
        string[] paths =
            ["block", "block/first", "block/normalization", "block/second", "block/add", "block/shortcut", "residual_block", "residual_block/first",
            "residual_block/second"];
        Assert.Equal(paths.Select(part => model.Layer(part).Trainable), paths.Select(part => loaded.Layer(part).Trainable));
        Assert.Equal(paths.Select(part => model.Layer(part).LearningRateMultiplier), paths.Select(part => loaded.Layer(part).LearningRateMultiplier));
        Assert.Equal(model.Numbers(), loaded.Numbers());
    }

    [Fact]
    public void A_block_may_contain_blocks_and_models_and_be_used_twice()
    {
        CustomObjects.Register("MyPackage>Outer", config => new Outer());
        var outer = new Outer();
        var input = new Input(6, 6, 2).Output;
        var model = new Model(input, new Dense(3).Call(new GlobalAveragePooling2D().Call(outer.Call(outer.Call(input)))), seed: 4).Compiled();
        Assert.Equal(2, model.Layers.OfType<Outer>().Single().Weights[0].Shape[0]);
        model.FitOnce();
        Assert.IsType<Conv2D>(model.Layer("outer/inner/first"));
        Assert.IsType<Conv2D>(model.Layer("outer/small/conv"));
        foreach (var name in (string[])["net.keras", "net.h5", "net.safetensors"])
        {
            model.Save(Path.Combine(folder, name));
            var loaded = Model.Load(Path.Combine(folder, name));
            Assert.Equal(model.Numbers(), loaded.Numbers());
            Assert.Equal(model.Predictions(), loaded.Predictions());
        }
    }

    [Fact]
    public void A_part_is_used_by_one_layer_alone()
    {
        var conv = new Conv2D(2, 1) { Name = "conv" };
        var block = new Free(conv) { Name = "block" };
        Fails<ArgumentException>(
            "Free: Conv2D 'conv' is a part of Free 'block' already; a part belongs to one layer. (Parameter 'part')", () => new Free(conv));
        Fails<InvalidOperationException>(
            "Conv2D 'conv': the layer is a part of Free 'block', which uses it in its Call by context.Call; it cannot be connected by itself.",
            () => conv.Call(new Input(4, 4, 2).Output));
        var dense = new Dense(2) { Name = "dense" };
        dense.Call(new Input(2).Output);
        Fails<ArgumentException>(
            "Free: Dense 'dense' is connected by itself already; a part is used by its layer alone. (Parameter 'part')", () => new Free(dense));
        block.Call(new Input(4, 4, 2).Output);
        Fails<InvalidOperationException>(
            "Free 'block': parts are added in the constructor or in Build; the layer is built already, and Flatten comes too late.", () =>
            block.Take(new Flatten()));
        Fails<ArgumentException>("Free 'self': a layer cannot contain itself; Free 'self' would. (Parameter 'part')", () =>
        {
            var self = new Free { Name = "self" };
            self.Take(self);
        });
    }

    [Fact]
    public void A_layer_that_is_not_contained_is_not_called()
    {
        var foreign = new Free { Foreign = new Dense(2) { Name = "dense" }, Name = "block" };
        Fails<InvalidOperationException>(
            "Free 'block': Dense 'dense' is not contained in the layer, so its weights would be neither trained nor saved; register it in the constructor: "
                + "conv = Contain(new Conv2D(…)).",
            () => foreign.Call(new Input(2).Output));
        Fails<InvalidOperationException>(
            "Free 'block': two parts are named 'a'; names must be unique.",
            () => new Free(new Dense(1) { Name = "a" }, new Dense(1) { Name = "a" }) { Name = "block" }.Call(new Input(2).Output));
        Fails<InvalidOperationException>(
            "Free 'block': a part cannot be named 'a/b', since files have its name in paths; choose one without slashes that is not empty, '.' or 'vars'.",
            () => new Free(new Dense(1) { Name = "a/b" }) { Name = "block" }.Call(new Input(2).Output));
    }

    private static void Fails<T>(string message, Action action)
        where T : Exception => Assert.Equal(message, Assert.Throws<T>(action).Message);

    private static void Fails<T>(string message, Func<object> action)
        where T : Exception => Fails<T>(message, () => { _ = action(); });

    private static float[][] Values(Layer layer) => [.. layer.Weights.Select(weight => weight.Values.ToArray())];

    private static void Near(ReadOnlySpan<float> expected, ReadOnlySpan<float> received)
    {
        Assert.Equal(expected.Length, received.Length);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], received[i], 1e-5f);
    }

    /// <summary>Its parts one after the other.</summary>
    private sealed class Free : Layer
    {
        private readonly List<Layer> taken = [];

        public Free(params Layer[] layers)
        {
            foreach (var layer in layers) Take(layer);
        }

        public Layer? Foreign { get; init; }

        public void Take(Layer layer) => taken.Add(Contain(layer));

        protected override Node Call(Node input, CallContext context)
        {
            foreach (var layer in taken) input = context.Call(layer, input);
            return Foreign is null ? input : context.Call(Foreign, input);
        }
    }

    /// <summary>A custom block, and a model, within a block.</summary>
    private sealed class Outer : Layer
    {
        private readonly ResidualBlock inner;
        private readonly Sequential small;
        private Variable? offset;

        public Outer()
        {
            inner = Contain(new ResidualBlock(2, OwnParts.Bend) { Name = "inner" });
            small = Contain(
                new Sequential("small") { new Input(6, 6, 2), new Conv2D(2, 3, padding: Padding.Same) { Name = "conv" }, new BatchNormalization() });
        }

        protected override void Build(IReadOnlyList<Shape> inputs) => offset = AddWeight("offset", [2], Initializer.Zeros);

        protected override Node Call(Node input, CallContext context) => context.Call(small, context.Call(inner, input)) + context.Read(offset!);
    }
}
