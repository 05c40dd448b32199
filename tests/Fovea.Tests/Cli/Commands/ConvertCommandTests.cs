using Fovea.Cli;

namespace Fovea.Tests.Cli;

public sealed class ConvertCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>Keras has no layer for the hyperbolic sine of each number; it has ReLU. What is not for Keras says nothing of it.</summary>
    [Fact]
    public void Layers_that_Keras_has_not_are_said()
    {
        var input = new Input(4).Output;
        new Model(input, new Elementwise("erf") { Name = "erf" }.Call(new ReLU().Call(input))).Save(At("own.keras"));
        const string note = "Only Fovea reads out.keras: Keras does not have the layers erf (Elementwise).";
        Assert.Contains(note, CommandRunner.Run("convert", At("own.keras"), At("out.keras")).Output, StringComparison.Ordinal);
        Assert.Equal(
            [note], CommandRunner.Run("convert", At("own.keras"), At("out.keras"), "--json").Json.GetProperty("notes").EnumerateArray()
            .Select(item => item.GetString()));
        Assert.Contains("Only Fovea reads out.h5", CommandRunner.Run("convert", At("own.keras"), At("out.h5")).Output, StringComparison.Ordinal);
        foreach (var other in (string[])["out.onnx", "out.safetensors", "out.weights.h5"])
            Assert.DoesNotContain("Only Fovea", CommandRunner.Run("convert", At("own.keras"), At(other)).Output, StringComparison.Ordinal);
        new Model(input, new ReLU().Call(input)).Save(At("plain.keras"));
        Assert.DoesNotContain("Only Fovea", CommandRunner.Run("convert", At("plain.keras"), At("out.keras")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_goes_through_all_formats_and_computes_the_same()
    {
        var model = Networks.Create(BookMnist.Name, seed: 5);
        var image = new Tensor([1, 28, 28, 1], [.. Enumerable.Range(0, 784).Select(i => i % 7 / 7f)]);
        var expected = model.Predict(image).Values.ToArray();
        model.Save(At("a.keras"));
        string[][] steps =
            [["a.keras", "b.safetensors", "--layout", "pytorch"], ["b.safetensors", "c.keras"], ["c.keras", "d.safetensors", "--layout", "mlx"],
            ["d.safetensors", "e.safetensors"], ["e.safetensors", "model.json"], ["model.json", "f.keras"]];
        foreach (var step in steps)
        {
            var outcome = CommandRunner.Run(["convert", At(step[0]), At(step[1]), .. step[2..], "--json"]);
            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
            Assert.Equal(93_322, outcome.Json.GetProperty("parameters").GetInt64());
            Assert.Equal(expected, Model.Load(At(step[1])).Predict(image).Values.ToArray());
        }
    }

    [Fact]
    public void Half_precision_halves_the_file()
    {
        Networks.Create(BookMnist.Name, seed: 5).Save(At("a.keras"));
        Assert.Equal(0, CommandRunner.Run("convert", At("a.keras"), At("half.safetensors"), "--dtype", "float16").ExitCode);
        Assert.InRange(new FileInfo(At("half.safetensors")).Length, 2 * 93_322, (2 * 93_322) + 10_000);
        var (whole, half) = (Model.Load(At("a.keras")).Weights[0].Values.ToArray(), Model.Load(At("half.safetensors")).Weights[0].Values.ToArray());
        Assert.Equal(whole.Select(value => (float)(Half)value), half);
    }

    [Fact]
    public void Weights_go_into_a_model_and_the_report_says_where()
    {
        Networks.Create(BookMnist.Name, seed: 5).Save(At("a.keras"));
        CommandRunner.Run("convert", At("a.keras"), At("b.safetensors"), "--layout", "pytorch");
        var outcome = CommandRunner.Run("convert", At("b.safetensors"), At("c.keras"), "--into", "book-mnist", "--report");
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("dense.weight (64, 576)", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("transposed, rows from CHW to HWC order", outcome.Output, StringComparison.Ordinal);
        Assert.Contains("Tensors: 10 loaded, 0 ignored, 0 missing.", outcome.Output, StringComparison.Ordinal);
        var json = CommandRunner.Run("convert", At("b.safetensors"), At("c.keras"), "--into", "book-mnist", "--report", "--json").Json;
        Assert.Equal("OIHW to HWIO", json.GetProperty("tensors")[0].GetProperty("note").GetString());
    }

    [Fact]
    public void Weights_alone_go_out_and_in_again_by_Keras()
    {
        var model = Networks.Create(BookMnist.Name, seed: 5);
        model.Save(At("a.keras"));
        Assert.Equal(0, CommandRunner.Run("convert", At("a.keras"), At("a.weights.h5")).ExitCode);
        Assert.Equal((0, ""), CommandRunner.Run("convert", At("a.weights.h5"), At("b.keras"), "--into", "book-mnist") is var outcome
            ? (outcome.ExitCode, outcome.Error)
            : default);
        File.WriteAllText(At("architecture.json"), model.ToJson());
        Assert.Equal(0, CommandRunner.Run("convert", At("a.weights.h5"), At("c.keras"), "--into", At("architecture.json")).ExitCode);
        Assert.Equal(Model.Load(At("b.keras")).Weights[^1].Values.ToArray(), Model.Load(At("c.keras")).Weights[^1].Values.ToArray());
        Assert.Equal(model.Weights.Select(weight => weight.Values.ToArray()), Model.Load(At("b.keras")).Weights.Select(weight => weight.Values.ToArray()));
    }

    [Fact]
    public void A_map_of_names_decides_what_names_do_not()
    {
        var input = new Input(4);
        new Model(input, new Add().Call(new Dense(3) { Name = "one" }.Call(input), new Dense(3) { Name = "other" }.Call(input))).Save(At("to.keras"));
        input = new Input(4);
        new Model(input, new Add().Call(new Dense(3) { Name = "left" }.Call(input), new Dense(3) { Name = "right" }.Call(input))).Save(At("from.keras"));
        CommandRunner.Run("convert", At("from.keras"), At("from.safetensors"));
        var refused = CommandRunner.Run("convert", At("from.safetensors"), At("out.keras"), "--into", At("to.keras"));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("a map of names must say", refused.Error, StringComparison.Ordinal);
        File.WriteAllText(At("names.json"), """{"left": "other", "right": "one"}""");
        Assert.Equal(0, CommandRunner.Run("convert", At("from.safetensors"), At("out.keras"), "--into", At("to.keras"), "--names", At("names.json")).ExitCode);
        Assert.Equal(
            Model.Load(At("from.keras")).Layer("left").Weights[0].Values.ToArray(), Model.Load(At("out.keras")).Layer("other").Weights[0].Values.ToArray());
    }

    [Theory]
    [InlineData("none.h5 out.keras", "'none.h5' does not exist; expected a model file such as .keras, .h5 or .onnx, or a network that 'fovea models' lists.")]
    [InlineData("a.keras out.keras --layout mlx", "--layout: expected for .safetensors files to write, or to read with --into.")]
    [InlineData("a.keras out.keras --dtype float16", "--dtype float16: expected for .safetensors files; other formats are written with 32 bits.")]
    [InlineData("a.keras out.keras --names a.keras", "--names: 'a.keras' is not JSON: ")]
    [InlineData("b.weights.h5 out.keras", "'b.weights.h5' has weights only; name their model with --into.")]
    [InlineData("a.keras . ", "'.': expected a name that ends in ")]
    [InlineData("a.keras out.pt", "'out.pt': expected a name that ends in ")]
    public void What_makes_no_sense_is_said_in_a_sentence(string arguments, string sentence)
    {
        new Sequential { new Input(4), new Dense(2) }.Save(At("a.keras"));
        File.WriteAllText(At("out.keras"), "old");
        File.WriteAllText(At("b.weights.h5"), "");
        var outcome = CommandRunner.Run(
            ["convert", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(word => word.Contains(".keras", StringComparison.Ordinal) || word.Contains(".weights", StringComparison.Ordinal) ? At(word) : word)]);
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith($"fovea convert: {sentence}", outcome.Error, StringComparison.Ordinal);
        Assert.Equal("old", File.ReadAllText(At("out.keras")));
    }

    private string At(string name) => Path.Combine(folder, name);
}
