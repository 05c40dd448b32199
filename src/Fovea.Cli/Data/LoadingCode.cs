using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The C# statements that load a folder or a list of images into variables train, validation and test.</summary>
internal static class LoadingCode
{
    /// <param name="path">The folder or the list.</param>
    /// <param name="options">The columns of a list; null for a folder.</param>
    /// <param name="share">The share of the images for validation, and again for testing.</param>
    /// <param name="samples">The maximum number of training samples; null for all.</param>
    /// <param name="seed">The seed for choosing samples.</param>
    /// <param name="trainingInput">The preprocessing of training images that are kept in another size; null for that of all images.</param>
    public static string Of(string path, ImageManifestOptions? options, double share, int? samples, int seed, ImageInput? trainingInput)
    {
        var load = $"var data = {Split("input")};\nDataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;";
        if (trainingInput is { } larger)
            load += $"\ntrain = {Split($"input.WithSize({larger.Height}, {larger.Width})")}.Training;  // larger, so that parts of them are sharp";
        return samples is { } count ? load + Choice(count, seed) : load;

        string Split(string input) =>
            $"ImageFolderSplit.Load({CSharpText.Literal(path)}, {input}, {(options is null ? "" : $"{Columns(options)},\n    ")}"
                + $"validation: {CSharpText.Literal(share)}, test: {CSharpText.Literal(share)}, seed: {seed.ToString(CultureInfo.InvariantCulture)})";
    }

    private static string Choice(int samples, int seed) => $$"""

        if (train.Count > {{samples}})
        {
            var order = Enumerable.Range(0, train.Count).ToArray();
            new Fovea.Engine.Ops.RandomNumbers({{seed}}, stream: 0).Shuffle<int>(order);
            train = train.Subset([.. order[..{{samples}}].Order()]);
        }
        """;

    private static string Columns(ImageManifestOptions options)
    {
        List<string> settings = [];
        if (options.ImageFolder is { } folder) settings.Add($"ImageFolder = {CSharpText.Literal(folder)}");
        if (options.LabelColumn is { } label) settings.Add($"LabelColumn = {CSharpText.Literal(label)}");
        if (options.HasSeveralLabels) settings.Add("HasSeveralLabels = true");
        if (options.LabelSeparator is { } separator) settings.Add($"LabelSeparator = '{separator}'");
        if (options.FlagColumns.Count > 0) settings.Add($"FlagColumns = {List(options.FlagColumns)}");
        if (options.TargetColumns.Count > 0) settings.Add($"TargetColumns = {List(options.TargetColumns)}");
        return $"new ImageManifestOptions {{ {string.Join(", ", settings)} }}";
    }

    private static string List(IReadOnlyList<string> names) => $"[{string.Join(", ", names.Select(CSharpText.Literal))}]";
}
