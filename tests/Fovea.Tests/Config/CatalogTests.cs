using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Fovea.Tests.Training;

namespace Fovea.Tests.Catalogs;

/// <summary>A new class of a kind is one file and one row: the catalogs have every class, and nothing else in the code names it.</summary>
public sealed partial class CatalogTests
{
    /// <summary>A catalog without its type.</summary>
    internal sealed record Kind(
        Type Type, IReadOnlyList<string> Names, Func<string, JsonObject, object> Read, Func<object, JsonObject> Write);

    private static Kind[] Kinds =>
    [
        Of(OptimizerCatalog.Known), Of(ScheduleCatalog.Known), Of(LossCatalog.Known), Of(MetricCatalog.Known), Of(InitializerCatalog.Known),
        Of(RegularizerCatalog.Known), Of(ConstraintCatalog.Known),
    ];

    public static TheoryData<string, string> Rows => [.. Kinds.SelectMany(kind => kind.Names.Select(name => (kind.Type.Name, name)))];

    public static TheoryData<string> KindNames => [.. Kinds.Select(kind => kind.Type.Name)];

    [Theory]
    [MemberData(nameof(KindNames))]
    public void Every_public_class_has_a_row(string kindName)
    {
        var kind = Kinds.Single(kind => kind.Type.Name == kindName);
        var classes = typeof(Model).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(kind.Type) && !type.IsAbstract).ToList();
        Assert.NotEmpty(classes);
        Assert.Equal([], classes.Except(kind.Names.Select(name => kind.Read(name, Settings(name)).GetType())).Select(type => type.Name));
    }

    /// <summary>Accuracy is a name alone in files.</summary>
    [Theory]
    [MemberData(nameof(Rows))]
    public void Every_row_survives_a_file(string kindName, string name)
    {
        var kind = Kinds.Single(kind => kind.Type.Name == kindName);
        var made = kind.Read(name, Settings(name));
        if (made is Accuracy) return;
        var written = kind.Write(made);
        Assert.Equal((name, kindName), (written["class_name"]!.GetValue<string>(), kind.Type.Name));
        var read = kind.Read(name, JsonNode.Parse(written["config"]!.ToJsonString())!.AsObject());
        Assert.IsType(made.GetType(), read);
        Assert.Equal(written.ToJsonString(), kind.Write(read).ToJsonString());
    }

    /// <summary>Comments and texts may name a class; the library's code names it in its file and in its row alone.</summary>
    [Theory]
    [InlineData("Optimizer", "OptimizerCatalog.cs")]
    [InlineData("LearningRateSchedule", "ScheduleCatalog.cs")]
    public void Nothing_but_its_row_names_a_class(string kindName, string catalog)
    {
        var kind = Kinds.Single(kind => kind.Type.Name == kindName);
        var classes = kind.Names.Select(name => kind.Read(name, Settings(name)).GetType().Name).Except(["Adam"]).ToList();
        var files = RepositoryFiles.All.Where(
            path => path.StartsWith("src/Fovea/", StringComparison.Ordinal) && path.EndsWith(".cs", StringComparison.Ordinal));
        var guilty =
            from path in files
            where Path.GetFileName(path) != catalog
            let code = CommentOrText().Replace(RepositoryFiles.Read(path), "")
            from name in classes
            where Path.GetFileName(path) != $"{name}.cs" && Path.GetFileName(path) != $"Model.{name}.cs" && Regex.IsMatch(code, $@"\b{name}\b")
            select $"{path}: {name}";
        Assert.Empty(guilty);
    }

    [Fact]
    public void An_unknown_name_is_answered_with_the_nearest_and_all_of_few()
    {
        Assert.Equal(
            "optimizer: the optimizer 'Adan' is not known; the nearest known names are Adam, AdamW, Nadam. Known are RMSprop, Adam, SGD, AdamW, Adamax, "
            + "Nadam, Adagrad, Adadelta, Lion, Ftrl.",
            Assert.Throws<ModelFormatException>(() => OptimizerCatalog.Known.Read("Adan", [], null, "optimizer")).Message);
        Assert.Equal(
            "metric: the metric 'Accuracy' is not known; the nearest known names are accuracy, BinaryAccuracy, CategoricalAccuracy.",
            Assert.Throws<ModelFormatException>(() => MetricCatalog.Known.Read("Accuracy", [], null, "metric")).Message);
        Assert.Equal(
            "loss: expected the name of a known loss, or an object with class_name and config; received [1].",
            Assert.Throws<ModelFormatException>(() => LossCatalog.Known.Read(new JsonArray(1), "loss")).Message);
    }

    [Fact]
    public void An_optimizer_is_made_by_its_name()
    {
        Assert.Equal(["rmsprop", "adam", "sgd", "adamw", "adamax", "nadam", "adagrad", "adadelta", "lion", "ftrl"], Optimizer.Names);
        Assert.Equal(0.5, Assert.IsType<Adam>(Optimizer.FromName("Adam", 0.5)).LearningRate);
        Assert.Equal(0.01, Assert.IsType<Sgd>(Optimizer.FromName("sgd")).LearningRate);
        Assert.Equal(
            "Optimizer: expected one of rmsprop, adam, sgd, adamw, adamax, nadam, adagrad, adadelta, lion, ftrl; received 'adan'. (Parameter 'name')",
            Assert.Throws<ArgumentException>(() => Optimizer.FromName("adan")).Message);
    }

    /// <summary>The double literals of Keras users and the float literals of C# are the same numbers.</summary>
    [Fact]
    public void A_hyperparameter_is_the_same_number_as_a_float_and_as_a_double()
    {
        Assert.Equal(new Adam(0.001f, 0.95f).Beta1, new Adam(0.001, 0.95).Beta1);
        Assert.Equal(new Adam(0.001f).Schedule.At(0), new Adam(0.001).Schedule.At(0));
        Assert.Equal(0.001, new Adam(0.001f).LearningRate);
        Assert.Equal(new L2(1e-4f), new L2(1e-4));
        Assert.Equal(0.01, new Sgd { WeightDecay = 0.01f }.WeightDecay);
        Assert.Equal([0.1, 0.01], new PiecewiseConstantDecay([5], [0.1f, 0.01f]).Values);
        Assert.Equal(0.1, new BinaryCrossentropy { LabelSmoothing = 0.1f }.LabelSmoothing);
    }

    private static Kind Of<T>(Catalog<T> catalog)
        where T : class, IConfigurable =>
        new(typeof(T), catalog.ClassNames, (name, settings) => catalog.Read(name, settings, null, "it"),
            part => catalog.Write((T)part, "it"));

    /// <summary>The settings that a class must have.</summary>
    private static JsonObject Settings(string name) => name switch
    {
        "CosineDecay" or "ExponentialDecay" or "InverseTimeDecay" or "PolynomialDecay" =>
            new() { ["initial_learning_rate"] = 0.5, ["decay_steps"] = 9, ["decay_rate"] = name is "CosineDecay" or "PolynomialDecay" ? null : 0.25 },
        "CosineDecayRestarts" => new() { ["initial_learning_rate"] = 0.5, ["first_decay_steps"] = 9 },
        "PiecewiseConstantDecay" => new() { ["boundaries"] = new JsonArray(3), ["values"] = new JsonArray(0.5, 0.25) },
        "OneCycle" => new() { ["max_learning_rate"] = 0.5, ["total_steps"] = 9, ["pct_start"] = 0.3, ["div_factor"] = 25, ["final_div_factor"] = 1000 },
        "Constant" => new() { ["value"] = 0.5 },
        "VarianceScaling" => new() { ["scale"] = 0.5 },
        _ => MetricTests.Settings(name),
    };

    [GeneratedRegex("""//.*|"[^"]*"|'"'""")]
    private static partial Regex CommentOrText();
}
