using Fovea.Engine;
using Fovea.Extending;
using Fovea.Formats;

namespace Fovea.PublicApi.Tests;

/// <summary>Custom layers, activations, penalties, constraints and initializers in files, with public members only.</summary>
public sealed class CustomObjectsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public CustomObjectsTests() => OwnParts.Register();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("net.keras", true)]
    [InlineData("net.h5", true)]
    [InlineData("net.safetensors", false)]
    public void A_model_of_parts_of_ones_own_comes_back_to_the_same_bits_and_trains_on(string name, bool withOptimizer)
    {
        var path = Path.Combine(folder, name);
        var model = OwnParts.Net().Compiled();
        model.FitOnce();
        model.Save(path);
        var loaded = Model.Load(path, out var report);
        Assert.Empty(report.Notes);
        Assert.Equal(model.Numbers(), loaded.Numbers());
        Assert.Equal(model.Predictions(), loaded.Predictions());
        Assert.Equal(model.ToJson(), loaded.ToJson());
        if (!withOptimizer)
        {
            loaded.Compiled();
            model.Compiled();
        }

        var (expected, received) = (model.FitOnce(), loaded.FitOnce());
        Assert.Equal(expected["loss"], received["loss"]);
        Assert.Equal(model.Numbers(), loaded.Numbers());
        Assert.NotEqual(model.Numbers(), OwnParts.Net().Numbers());
    }

    [Fact]
    public void Settings_come_back()
    {
        var json = OwnParts.Net().ToJson();
        var loaded = Model.FromJson(json);
        Assert.Equal(json, loaded.ToJson());
        _ = loaded.Weights;
        var head = (Dense)loaded.Layer("head");
        Assert.Same(OwnParts.Bend, head.Activation);
        Assert.Equal(new Sparse(0.01f), head.KernelRegularizer);
        Assert.Equal(new Box(0.15f), head.KernelConstraint);
        Assert.Equal(new Stairs(0.02f), head.KernelInitializer);
        Assert.Equal(new Sparse(1e-5f), loaded.Layer("residual_block").ActivityRegularizer);
        Assert.Equal([1.5f, 1.5f, 1.5f, 1.5f], loaded.Layer("scale").Weights[0].Values.ToArray());
    }

    [Theory]
    [InlineData("w.weights.h5", WeightMatching.Order)]
    [InlineData("w.weights.h5", WeightMatching.Name)]
    [InlineData("w.h5", WeightMatching.Order)]
    [InlineData("w.h5", WeightMatching.Name)]
    [InlineData("w.safetensors", WeightMatching.Order)]
    public void Weights_alone_come_back(string name, WeightMatching matching)
    {
        var path = Path.Combine(folder, name);
        var (model, other) = (OwnParts.Net().Compiled(), OwnParts.Net(seed: 9));
        model.FitOnce();
        model.SaveWeights(path);
        var report = other.LoadWeights(path, matching);
        Assert.Equal(model.Numbers(), other.Numbers());
        Assert.Empty(report.Notes);
    }

    [Theory]
    [InlineData(
        "Scale", "Scale 'scale': the layer 'Other>Scale' is not known; if the class is your own, call CustomObjects.Register(\"Other>Scale\", config "
        + "=> new Scale(…)) before loading.")]
    [InlineData(
        "Sparse", "Dense 'head': the regularizer 'Other>Sparse' is not known; if the class is your own, call CustomObjects.Register(\"Other>Sparse\", "
        + "config => new Sparse(…)) before loading.")]
    [InlineData(
        "Box", "Dense 'head': the constraint 'Other>Box' is not known; if the class is your own, call CustomObjects.Register(\"Other>Box\", config => new "
        + "Box(…)) before loading.")]
    [InlineData(
        "Stairs", "Dense 'head': the initializer 'Other>Stairs' is not known; if the class is your own, call CustomObjects.Register(\"Other>Stairs\", "
        + "config => new Stairs(…)) before loading.")]
    [InlineData(
        "bend", "Dense 'head': the activation 'Other>bend' is not known; if it is your own, call CustomObjects.Register(\"Other>bend\", activation) "
        + "before loading.")]
    public void What_is_not_registered_is_not_loaded(string name, string message)
    {
        var model = new Sequential
        {
            new Input(4),
            new Scale(1, "last"),
            new Dense(3, OwnParts.Bend) { Name = "head", KernelRegularizer = new Sparse(1), KernelConstraint = new Box(1), KernelInitializer = new Stairs(1) },
        };
        var json = model.ToJson().Replace($"MyPackage\\u003E{name}", $"Other\\u003E{name}", StringComparison.Ordinal);
        Assert.Equal(message, Assert.Throws<ModelFormatException>(() => Model.FromJson(json)).Message);
    }

    [Fact]
    public void What_is_not_registered_is_not_saved()
    {
        const string How = "cannot be saved unless its class is registered, as in CustomObjects.Register(\"MyPackage>Unknown\", config => new Unknown(…)).";
        Model model = new Sequential { new Input(4), new Unknown() };
        Assert.Equal(
            $"Unknown 'unknown': a custom layer {How}", Assert.Throws<NotSupportedException>(() => model.Save(Path.Combine(folder, "a.keras"))).Message);
        model = OwnParts.Net();
        Assert.Equal(
            "TensorFlow.js does not have MyPackage>ResidualBlock, a custom class; save the model as .keras, .h5 or .safetensors.",
            Assert.Throws<NotSupportedException>(() => model.Save(Path.Combine(folder, "model.json"))).Message);
        Assert.Empty(Directory.GetFiles(folder));
    }

    [Fact]
    public void A_name_is_of_one_class_and_one_factory()
    {
        Parallel.For(0, 16, _ => OwnParts.Register());
        Fails("CustomObjects: 'MyPackage>Scale' is registered already, with another factory or activation. Register each name once, where the program starts. "
            + "(Parameter 'name')",
            () => CustomObjects.Register("MyPackage>Scale", config => new Scale(2, "first")));
        Fails("CustomObjects: 'MyPackage>bend' is registered already, with another factory or activation. Register each name once, where the program starts. "
            + "(Parameter 'name')",
            () => CustomObjects.Register("MyPackage>bend", new Activation("bend", x => x)));
        Fails("CustomObjects: Scale is registered already, as 'MyPackage>Scale'; received 'Other>Scale'. Register it once, under one name. (Parameter 'name')",
            () => CustomObjects.Register("Other>Scale", config => new Scale(2, "first")));
        foreach (var name in (string[])["Scale", ">Scale", "MyPackage>", "A>B>C"])
        {
            Fails($"CustomObjects: expected a package and a name, as in 'MyPackage>Scale'; received '{name}'. (Parameter 'name')",
                () => CustomObjects.Register(name, config => new Unknown()));
        }

        Fails("CustomObjects: expected a custom class for 'My>Dense', derived from Layer, Loss, Metric, Optimizer, LearningRateSchedule, Initializer, "
            + "Regularizer or Constraint; received a factory of Dense. (Parameter 'create')",
            () => CustomObjects.Register("My>Dense", config => new Dense(1)));
        Fails("CustomObjects: expected a custom activation for 'My>relu'; files know relu already. (Parameter 'activation')",
            () => CustomObjects.Register("My>relu", Activation.Relu));
    }

    private static void Fails(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);

    private sealed class Unknown : Layer
    {
        protected override Node Call(Node input, CallContext context) => input;
    }
}
