using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Findings about labels that are suspected to be wrong.</summary>
internal sealed class LabelFindings(IReadOnlyList<MeasuredImage> images, DataCheckOptions options, CheckProgress progress)
{
    private const int FewestOfClass = 2;
    private const int FewestImages = 10;

    /// <summary>The factor of the scores before a temperature is fitted to them.</summary>
    private const double Sharpness = 10;

    /// <summary>A sentence about what was not done; null if all was.</summary>
    public string? Note { get; private set; }

    /// <param name="duplicates">Groups of images that show the same: they are predicted by models that saw none of them.</param>
    /// <param name="cancellationToken">Stops between two batches or steps.</param>
    public IEnumerable<DataFinding> Find(IReadOnlyList<int[]> duplicates, CancellationToken cancellationToken)
    {
        if (!options.LooksFor(DataFindingKind.LabelSuspect) || (options.Base is null && options.Classifier is null)) return [];
        var names = images.Select(image => image.File.Label).OfType<string>().GroupBy(label => label, StringComparer.Ordinal)
            .Where(group => group.Count() >= FewestOfClass).Select(group => group.Key).Order(StringComparer.Ordinal).ToArray();
        var used = Enumerable.Range(0, images.Count).Where(i => Array.IndexOf(names, images[i].File.Label) >= 0).ToArray();
        if (names.Length < 2 || used.Length < FewestImages)
        {
            Note = (images is [var first, ..] ? first.File : null) switch
            {
                { Labels: not null } => "Wrong labels are found where each image has one class; the images of this list have several labels.",
                { Numbers: not null } => "Wrong labels are found where each image has one class; the images of this list have numbers.",
                _ => $"Labels are not checked: expected at least two classes and {FewestImages} images.",
            };
            return [];
        }

        var labels = Array.ConvertAll(used, i => Array.IndexOf(names, images[i].File.Label));
        var files = Array.ConvertAll(used, i => images[i].File);
        var probabilities = options.Base is not null
            ? OutOfSample(
                CheckedFeatures.Of(options.Base, files, progress.Of("features", files.Length), cancellationToken), labels, names, GroupsOf(duplicates, used),
                cancellationToken)
            : Predicted(options.Classifier!, files, names, cancellationToken);
        var thresholds = ConfidentLearning.Thresholds(probabilities, labels);
        return ConfidentLearning.Find(probabilities, labels).Select(suspect =>
        {
            var (name, label) = (files[suspect.Sample].Name, labels[suspect.Sample]);
            var (own, other) = (probabilities[suspect.Sample][label], probabilities[suspect.Sample][suspect.Suggested]);
            return new DataFinding(
                DataFindingKind.LabelSuspect, [name], suspect.IsConfident ? FindingSeverity.Warning : FindingSeverity.Note, string.Create(
                    CultureInfo.InvariantCulture,
                    $"'{name}' is labeled {names[label]} ({own:0.00}) and looks like {names[suspect.Suggested]} ({other:0.00}; images of this class have "
                        + $"{thresholds[suspect.Suggested]:0.00} on average)."))
            {
                Value = suspect.Margin,
                Threshold = 0,
                SuggestedLabel = names[suspect.Suggested],
            };
        });
    }

    /// <summary>
    /// The probabilities by models that have seen neither the image nor a duplicate of it: the mean of those of a ridge regression and of the nearest
    /// neighbors.
    /// </summary>
    internal static double[][] OutOfSample(
        float[][] rows, int[] labels, IReadOnlyList<string> names, IReadOnlyList<int[]> groups, CancellationToken cancellationToken)
    {
        var near = NearestNeighbors.OutOfSample(rows, labels, names.Count, groups, cancellationToken);
        var scores = LeaveOneOut.Scores(rows, labels, names.Count, groups, cancellationToken);
        var predictions = new ClassPredictions(names, labels, Array.ConvertAll(scores, SoftMax));
        var scaled = TemperatureScaling.Fit(predictions).Apply(predictions);
        return [.. near.Select((probabilities, i) => probabilities.Zip(scaled.Probabilities(i).ToArray(), (one, other) => (one + other) / 2).ToArray())];
    }

    private static double[] SoftMax(double[] scores)
    {
        var largest = scores.Max();
        var values = Array.ConvertAll(scores, score => Math.Exp(Sharpness * (score - largest)));
        var sum = values.Sum();
        return Array.ConvertAll(values, value => value / sum);
    }

    private double[][] Predicted(Model model, CheckedImage[] files, string[] names, CancellationToken cancellationToken)
    {
        var classifier = new ImageClassifier(model);
        var places = Array.ConvertAll(names, name => ClassFolders.NumberOf(name, classifier.Labels));
        if (Array.IndexOf(places, -1) is >= 0 and var unknown)
        {
            if (model.ClassNames.Count > 0 || classifier.Labels.Count != names.Length)
                throw new ArgumentException(
                    $"DataCheckOptions: expected a Classifier of the classes {string.Join(", ", names)}; '{model.Name}' does not have '{names[unknown]}'.");
            places = [.. Enumerable.Range(0, names.Length)];
        }

        var outputs = model.ExtractFeatures(
            CheckedFeatures.Data(files, classifier.Input, model.InputShape.IsOpen ? classifier.Input.Shape : model.InputShape), verbose: Verbosity.Silent,
            progress: progress.Of("predictions", files.Length), cancellationToken: cancellationToken);
        var (output, target) = (new float[outputs.InputShape.Count], new float[1]);
        return
        [
            .. Enumerable.Range(0, files.Length).Select(i =>
            {
                outputs.Read(i, output, target);
                var scores = classifier.OutputKind.ToProbabilities(output);
                return Array.ConvertAll(places, place => scores[place]);
            }),
        ];
    }

    private static int[][] GroupsOf(IReadOnlyList<int[]> duplicates, int[] used)
    {
        var places = used.Select((image, place) => (image, place)).ToDictionary(pair => pair.image, pair => pair.place);
        return [.. duplicates.Select(group => group.Where(places.ContainsKey).Select(image => places[image]).ToArray()).Where(group => group.Length > 0)];
    }
}
