using System.Text.Json;
using Fovea.Tests.Cli;
using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats;

/// <summary>Files that leave the sizes of images open, which the user gives.</summary>
public sealed class OpenSizesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("open.keras")]
    [InlineData("model.json")]
    [InlineData("open.h5")]
    public void Sizes_that_a_file_leaves_open_stay_open(string name)
    {
        var path = Open(name, Network([8, 8, 3]));
        var loaded = Model.Load(path);
        Assert.Equal("(None, None, None, 3)", loaded.Input.ToString());
        Assert.Equal("(None, None, None, 3)", ((Model)loaded.Layer("inner")).Input.ToString());
        Assert.Equal("(None, None, None, 2)", loaded.OutputOf(loaded.Layer("inner")).ToString());
        foreach (var (height, width) in new[] { (33, 47), (6, 10) })
        {
            var image = new Tensor([1, height, width, 3], LayerRunner.Normal(height * width * 3));
            Assert.Equal(Model.Load(path, [height, width, 3]).Predict(image).Values, loaded.Predict(image).Values);
        }

        var again = Path.Combine(folder, $"again-{name}");
        loaded.Save(again);
        Assert.Equal("(None, None, None, 3)", Model.Load(again).Input.ToString());
        Assert.Equal("(None, None, None, 3)", ((Model)Model.Load(again).Layer("inner")).Input.ToString());
    }

    [Theory]
    [InlineData("open.keras")]
    [InlineData("model.json")]
    public void Sizes_that_a_file_leaves_open_may_be_given(string name)
    {
        var path = Open(name, Network([8, 8, 3]));
        Assert.Equal(
            $"'{name}': expected an input shape that fits (None, None, 3) of the input 'image'; received (6, 10, 1).",
            Assert.Throws<ModelFormatException>(() => Model.Load(path, [6, 10, 1])).Message);
        Assert.Equal(
            $"'{name}': expected an input shape that fits (None, None, 3) of the input 'image'; received (6, 10).",
            Assert.Throws<ModelFormatException>(() => Model.Load(path, [6, 10])).Message);

        // The same weights at another size: convolutions, a mean over the image and a model within whose sizes are open too.
        var loaded = Model.Load(path, [6, 10, 3], out var report);
        Assert.Equal(new Shape(6, 10, 3), loaded.InputShape);
        Assert.Equal(4, report.Count(TensorOutcome.Loaded));
        var expected = Network([6, 10, 3]);
        foreach (var (to, from) in expected.Weights.Zip(loaded.Weights)) to.Write(from.Values);
        var image = new Tensor([1, 6, 10, 3], [.. Enumerable.Range(0, 180).Select(i => (i % 7 / 3f) - 1)]);
        Assert.Equal(expected.Predict(image).Values, loaded.Predict(image).Values);
    }

    [Fact]
    public void The_command_takes_sizes_too()
    {
        var path = Open("open.keras", Network([8, 8, 3]));
        var summary = CommandRunner.Run("summary", path, "--input-shape", "6,10,3", "--json");
        Assert.Equal(("", 0), (summary.Error, summary.ExitCode));

        // The first row is a 3 × 3 convolution without margins.
        Assert.Equal("[null,4,8,2]", summary.Json.GetProperty("layers")[0].GetProperty("output_shape").GetRawText());
        var converted = Path.Combine(folder, "closed.onnx");
        Assert.Equal(0, CommandRunner.Run("convert", path, converted, "--input-shape", "6,10,3").ExitCode);
        Assert.Equal(new Shape(6, 10, 3), Model.Load(converted).InputShape);
        Assert.Contains(
            "--input-shape: expected whole numbers of at least 1 with commas between them, as in 64,64,3; received 6x10x3.",
            CommandRunner.Run("summary", path, "--input-shape", "6x10x3").Error, StringComparison.Ordinal);
        Assert.Contains(
            "'open.keras' takes inputs of any size, (None, None, None, 3); give the size of the images: --input-shape 224,224,3.",
            CommandRunner.Run("evaluate", path).Error, StringComparison.Ordinal);
    }

    /// <summary>Files that were written by hand as Keras writes them, also with a size of the batch, computed in float64 by NumPy.</summary>
    [Theory]
    [InlineData("open.h5")]
    [InlineData("batch_of_32.h5")]
    [InlineData("open.keras")]
    [InlineData("batch_of_1.keras")]
    public void Files_of_others_give_what_NumPy_computes_at_any_size(string file)
    {
        var golden = Path.Combine(AppContext.BaseDirectory, "Golden");
        var model = Model.Load(Path.Combine(golden, "open_sizes", file), out var report);
        Assert.Equal(4, report.Count(TensorOutcome.Loaded));
        Assert.Equal("(None, None, None, 3)", model.Input.ToString());
        foreach (var row in JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(golden, "open_sizes.json"))).EnumerateArray())
        {
            var images = new Tensor(new Shape(row.GetProperty("shape").Deserialize<int[]>()!), row.GetProperty("x").Deserialize<float[]>()!);
            var expected = row.GetProperty("y").Deserialize<double[]>()!;
            Assert.Equal(expected, model.Predict(images).Values.Select(value => (double)value), (left, right) => Math.Abs(left - right) < 1e-6);
        }
    }

    [Fact]
    public void Commands_take_images_of_any_size()
    {
        var model = Network([8, 8, 3]).WithInput(null, null, 3);
        var path = Path.Combine(folder, "any.keras");
        model.Save(path);
        var (small, large) = (Path.Combine(folder, "small.png"), Path.Combine(folder, "large.png"));
        Fovea.Imaging.ImageFile.Save(new Tensor([1, 12, 9, 3], [.. Enumerable.Range(0, 324).Select(i => i / 324f)]), small);
        Fovea.Imaging.ImageFile.Save(new Tensor([1, 31, 40, 3], [.. Enumerable.Range(0, 3720).Select(i => i / 3720f)]), large);

        var predicted = CommandRunner.Run("predict", path, small, large, "--json");
        Assert.Equal(0, predicted.ExitCode);
        var scores = predicted.Json.GetProperty("predictions").EnumerateArray().Select(image => image.GetProperty("score").GetDouble()).ToList();
        foreach (var (file, score) in new[] { small, large }.Zip(scores))
        {
            var shown = Fovea.Imaging.ImageFile.ReadToShow(file);
            var sized = new Fovea.Imaging.ImageClassifier(Model.Load(path), new ImageInput(shown.Shape[1], shown.Shape[2]));
            Assert.Equal(sized.Predict(file)[0].Probability, score, 1e-6);
        }

        Assert.Equal(0, CommandRunner.Run("explain", "gradcam", path, large, "--out", Path.Combine(folder, "seen")).ExitCode);
        Assert.Contains("(None, None, None, 2)", CommandRunner.Run("summary", path).Output, StringComparison.Ordinal);
        Assert.Equal(0, CommandRunner.Run("convert", path, Path.Combine(folder, "any.h5")).ExitCode);
        Assert.True(Model.Load(Path.Combine(folder, "any.h5")).InputShape.IsOpen);
    }

    [Fact]
    public void A_size_that_the_file_says_is_not_changed()
    {
        var path = Path.Combine(folder, "whole.keras");
        Network([8, 8, 3]).Save(path);
        Assert.Equal(new Shape(8, 8, 3), Model.Load(path, [8, 8, 3]).InputShape);
        Assert.Equal("'whole.keras': expected an input shape that fits (8, 8, 3) of the input 'image'; received (9, 8, 3).",
            Assert.Throws<ModelFormatException>(() => Model.Load(path, [9, 8, 3])).Message);
    }

    /// <summary>Rows of a kernel behind flattened pixels are of one size alone.</summary>
    [Fact]
    public void A_network_that_depends_on_the_size_is_refused_at_another()
    {
        var path = Path.Combine(folder, "flat.keras");
        var model = new Sequential { new Input(4, 4, 1) { Name = "image" }, new Flatten(), new Dense(2) };
        model.Save(path);
        Reopen(path, [4, 4, 1]);
        Assert.Equal(32, Model.Load(path, [4, 4, 1]).Weights[0].Shape.Count);
        Assert.Equal(
            "'flat.keras': expected the shape (25, 2) for the kernel of 'dense'; received (16, 2). The input shape (5, 5, 1) was given, which may not fit "
                + "this model.",
            Assert.Throws<ModelFormatException>(() => Model.Load(path, [5, 5, 1])).Message);
        Assert.Equal(
            "'flat.keras': Dense 'dense': its weights need known sizes; received inputs (None, None). Use GlobalAveragePooling2D instead of Flatten before "
                + "Dense, or fix the size of the images: new Input(150, 150, 3), or model.WithInput(150, 150, 3) for a model that exists. The input 'image' "
                + "leaves sizes open, (None, None, 1); give a shape, as in Model.Load(path, [64, 64, 1]) or --input-shape 64,64,1.",
            Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message);
    }

    private static Model Network(Shape shape)
    {
        var image = new Input(shape.Dimensions) { Name = "image" };
        var inside = new Input(shape.Dimensions) { Name = "inside" };
        var inner = new Model(inside, new Conv2D(2, 3, activation: Activation.Relu).Call(inside), "inner");
        return new Model(image, new Dense(2).Call(new GlobalAveragePooling2D().Call(inner.Call(image))), "open", seed: 2);
    }

    private string Open(string name, Model model)
    {
        var path = Path.Combine(folder, name);
        if (name.EndsWith(".h5", StringComparison.Ordinal)) model = model.WithInput(null, null, 3);
        model.Save(path);
        if (!model.InputShape.IsOpen) Reopen(path, model.InputShape);
        return path;
    }

    /// <summary>Height and width of every shape in the file become null.</summary>
    private static void Reopen(string path, Shape shape)
    {
        var written = $"[null,{shape[0]},{shape[1]},{shape[2]}]";
        var open = $"[null,null,null,{shape[2]}]";
        if (path.EndsWith(".keras", StringComparison.Ordinal))
        {
            using var zip = System.IO.Compression.ZipFile.Open(path, System.IO.Compression.ZipArchiveMode.Update);
            string text;
            using (var reader = new StreamReader(zip.GetEntry("config.json")!.Open())) text = reader.ReadToEnd();
            zip.GetEntry("config.json")!.Delete();
            using var writer = new StreamWriter(zip.CreateEntry("config.json").Open());
            writer.Write(text.Replace(written, open, StringComparison.Ordinal));
            return;
        }

        File.WriteAllText(path, File.ReadAllText(path).Replace(written, open, StringComparison.Ordinal));
    }
}
