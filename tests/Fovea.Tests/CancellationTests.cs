using System.Reflection;
using Fovea.Imaging;
using Fovea.Tests.Data;
using Fovea.Tests.Progress;
using Fovea.Tests.Training;

namespace Fovea.Tests;

/// <summary>Everything that takes long can be cancelled, and then leaves nothing half done.</summary>
public class CancellationTests
{
    /// <summary>The beginnings of the names of members that take long.</summary>
    private static readonly string[] Verbs =
        ["Fit", "Evaluate", "Predict", "Extract", "Adapt", "Load", "Save", "Write", "Read", "Download", "Compute", "Explain", "Run", "Check", "Of"];

    /// <summary>The members that need no token: they work on one image, one batch or one file of values.</summary>
    private static readonly string[] Short =
    [
        "Fovea.Cifar.Load", "Fovea.Dataset.Read", "Fovea.Dataset.ReadTarget", "Fovea.Explain.ConvolutionStep.Compute", "Fovea.Explain.ModelGraph.Read",
        "Fovea.IdxFile.Read", "Fovea.IdxImages.Load", "Fovea.ImageInputFinding.Of", "Fovea.ImageNetClasses.Of", "Fovea.Imaging.ImageFile.Read",
        "Fovea.Imaging.ImageFile.ReadMask", "Fovea.Imaging.ImageFile.ReadToShow", "Fovea.Imaging.ModelFigure.Save", "Fovea.Mnist.Load",
        "Fovea.Model.EvaluateOnBatch", "Fovea.NumpyArchive.Load", "Fovea.Tensor.Load", "Fovea.TestTimeAugmentation.Of",
    ];

    /// <summary>The operations, each with a token that is cancelled before, or by the data set when it has given out some samples.</summary>
    public static TheoryData<string> Operations => [.. Calls.Keys];

    private static Dictionary<string, Action<Model, Dataset, string, CancellationToken>> Calls => new()
    {
        ["Fit"] = (model, data, _, token) => model.Fit(data, batchSize: 8, cancellationToken: token),
        ["Fit, while it validates"] = (model, data, _, token) => model.Fit(SmallNets.Images(8), batchSize: 8, validation: data, cancellationToken: token),
        ["Evaluate"] = (model, data, _, token) => model.Evaluate(data, batchSize: 8, cancellationToken: token),
        ["ExtractFeatures"] = (model, data, _, token) => model.ExtractFeatures(data, batchSize: 8, cancellationToken: token),
        ["ConfusionMatrix.Of"] = (model, data, _, token) => ConfusionMatrix.Of(model, data, batchSize: 8, cancellationToken: token),
        ["PixelConfusionMatrix.Of"] = (model, data, _, token) => PixelConfusionMatrix.Of(
            new Sequential { model, new Reshape(1, 1, -1) }, data, batchSize: 8, cancellationToken: token),
        ["LearningRateFinder.Run"] = (model, data, _, token) => LearningRateFinder.Run(model, data, batchSize: 8, cancellationToken: token),
        ["Normalization.Adapt"] = (_, data, _, token) => new Normalization().Adapt(data, cancellationToken: token),
        ["CheckFinite"] = (_, data, _, token) => data.CheckFinite(token),
        ["ImageFolderWriter.Write"] = (_, data, folder, token) => ImageFolderWriter.Write(data, Path.Combine(folder, "images"), cancellationToken: token),
    };

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_on_a_data_set_stops_soon_after_the_cancellation(string operation)
    {
        using var folder = new TemporaryFolder();
        using var cancel = new CancellationTokenSource();
        var data = new CancellingDataset(4000, after: 20, cancel);
        var model = SmallNets.Create("convnet");
        Assert.ThrowsAny<OperationCanceledException>(() => Calls[operation](model, data, folder.Path, cancel.Token));
        Assert.InRange(data.ReadSamples, 20, 2000);  // some batches are read in advance
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void An_operation_that_is_cancelled_before_it_begins_does_nothing(string operation)
    {
        using var folder = new TemporaryFolder();
        var model = SmallNets.Create("convnet");
        var before = model.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        Assert.ThrowsAny<OperationCanceledException>(
            () => Calls[operation](model, new CancellingDataset(400), folder.Path, new CancellationToken(true)));
        Assert.Empty(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories));
        if (operation != "Fit, while it validates") Assert.Equal(before, model.Weights.SelectMany(weight => weight.Values.ToArray()));
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    [InlineData("model.onnx")]
    [InlineData("model.safetensors")]
    [InlineData("model.json")]
    public void A_cancelled_save_leaves_the_old_file_and_no_temporary_one(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        var model = SmallNets.Create("convnet");
        model.Save(path);
        var files = Directory.GetFiles(folder.Path).Order().ToArray();
        var before = File.ReadAllBytes(path);
        model.Fit(SmallNets.Images(16));
        Assert.ThrowsAny<OperationCanceledException>(() => model.Save(path, new CancellationToken(true)));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal(files, Directory.GetFiles(folder.Path).Order());
    }

    [Theory]
    [InlineData("weights.weights.h5")]
    [InlineData("weights.safetensors")]
    public void Cancelled_weights_are_neither_written_nor_loaded(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        var model = SmallNets.Create("convnet");
        Assert.ThrowsAny<OperationCanceledException>(() => model.SaveWeights(path, new CancellationToken(true)));
        Assert.Empty(Directory.GetFiles(folder.Path));
        model.SaveWeights(path);
        var other = SmallNets.Convnet(seed: 7);
        var before = other.Weights[0].Values.ToArray();
        Assert.ThrowsAny<OperationCanceledException>(() => other.LoadWeights(path, cancellationToken: new CancellationToken(true)));
        Assert.Equal(before, other.Weights[0].Values.ToArray());
    }

    [Theory]
    [InlineData("model.keras")]
    [InlineData("model.h5")]
    [InlineData("model.onnx")]
    [InlineData("model.safetensors")]
    [InlineData("model.json")]
    public void A_cancelled_load_throws_the_cancellation_and_no_error_about_the_file(string name)
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, name);
        SmallNets.Create("convnet").Save(path);
        Assert.ThrowsAny<OperationCanceledException>(() => Model.Load(path, new CancellationToken(true)));
    }

    [Fact]
    public async Task A_stream_is_cancelled_while_the_model_is_written_or_read()
    {
        var model = SmallNets.Create("convnet");
        using var saved = new MemoryStream();
        model.Save(saved, leaveOpen: true);
        using var written = new MemoryStream();
        Assert.ThrowsAny<OperationCanceledException>(() => model.Save(written, leaveOpen: true, cancellationToken: new CancellationToken(true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => model.SaveAsync(written, leaveOpen: true, cancellationToken: new CancellationToken(true)));
        Assert.Equal(0, written.Length);
        saved.Position = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Model.Load(saved, leaveOpen: true, cancellationToken: new CancellationToken(true)));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Model.LoadAsync(saved, leaveOpen: true, cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public void A_cancelled_adaptation_leaves_the_layer_as_it_was()
    {
        var layer = new Normalization();
        layer.Adapt(SmallNets.Images(20));
        var before = layer.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        using var cancel = new CancellationTokenSource();
        Assert.ThrowsAny<OperationCanceledException>(() => layer.Adapt(new CancellingDataset(400, after: 20, cancel), cancellationToken: cancel.Token));
        Assert.Equal(before, layer.Weights.SelectMany(weight => weight.Values.ToArray()));
    }

    [Fact]
    public void Explanations_are_cancelled()
    {
        var (model, image, cancelled) = (SmallNets.Create("convnet"), new Tensor([1, 12, 12, 1], new float[144]), new CancellationToken(true));
        Assert.ThrowsAny<OperationCanceledException>(() => GradCam.Explain(model, image, cancellationToken: cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => LayerActivations.Compute(model, image, cancelled));
        Assert.ThrowsAny<OperationCanceledException>(() => new FilterMaximization().Compute(model, model.Layers[1].Name, [0], cancelled));
    }

    [Fact]
    public void A_cancelled_folder_of_images_is_not_loaded()
    {
        using var folder = new TemporaryFolder();
        ImageFolderWriter.Write(new DrawnDigits(20), folder.Path);
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFolder.Load(folder.Path, 28, 28, cancellationToken: new CancellationToken(true)));
        Assert.ThrowsAny<OperationCanceledException>(() => ImageFolderSplit.Load(folder.Path, 28, 28, cancellationToken: new CancellationToken(true)));
    }

    [Fact]
    public void Every_public_member_that_takes_long_takes_a_token()
    {
        var missing =
            from type in new[] { typeof(Model).Assembly, typeof(ImageFolder).Assembly }.SelectMany(assembly => assembly.GetExportedTypes())
            from method in type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where Verbs.Any(verb => method.Name.StartsWith(verb, StringComparison.Ordinal)) && TakesLong(method)
            where method.GetParameters().All(parameter => parameter.ParameterType != typeof(CancellationToken))
            select $"{type.FullName}.{method.Name}";
        Assert.All(missing.Except(Short), member => Assert.Fail($"{member} has no CancellationToken"));
        Assert.All(Short.Except(missing), member => Assert.Fail($"{member} is not missing"));
    }

    /// <summary>Whether a method reads files, or works with a whole model or data set. Figures are drawn in less than a second.</summary>
    private static bool TakesLong(MethodInfo method) =>
        method.GetBaseDefinition() == method
        && method.DeclaringType!.Namespace is "Fovea" or "Fovea.Explain" or "Fovea.Imaging"
        && (method.DeclaringType == typeof(Model)
            || method.GetParameters().Any(parameter => parameter.ParameterType == typeof(Model) || parameter.ParameterType == typeof(Dataset))
            || method.Name.StartsWith("Load", StringComparison.Ordinal) || method.Name.StartsWith("Read", StringComparison.Ordinal));
}
