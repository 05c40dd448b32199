using System.Globalization;

namespace Fovea.Cli;

/// <summary>The prediction for one sample.</summary>
/// <param name="Index">The index of the sample.</param>
/// <param name="Label">The true class.</param>
/// <param name="Scores">The probability of each class.</param>
internal sealed record SamplePrediction(int Index, int Label, IReadOnlyList<double> Scores)
{
    /// <summary>The most probable class, or the first of equals: a single output of 0.5 is class 0, as in <see cref="Accuracy"/>.</summary>
    public int Class { get; } = Enumerable.Range(0, Scores.Count).MaxBy(label => Scores[label]);

    public double Score => Scores[Class];

    public bool IsRight => Class == Label;

    /// <summary>The negative logarithm of the probability of the true class. It is large for bad mistakes.</summary>
    public double Loss => -Math.Log(Math.Max(Scores[Label], double.Epsilon));

    /// <summary>Predicts the first samples of a data set.</summary>
    public static List<SamplePrediction> Read(Model model, Dataset data, int count, CancellationToken cancellationToken)
    {
        var predictions = new List<SamplePrediction>();
        var kind = model.OutputKind;
        var predicted = model.ExtractFeatures(data.Take(Math.Min(count, data.Count)), cancellationToken: cancellationToken);
        var (outputs, target) = (new float[predicted.InputShape.Count], new float[predicted.TargetShape.Count]);
        for (var i = 0; i < predicted.Count; i++)
        {
            predicted.Read(i, outputs, target);
            predictions.Add(new(i, (int)target[0], kind.ToProbabilities(outputs)));
        }

        return predictions;
    }
}

/// <summary>The names and images of the samples of a data set.</summary>
internal static class DatasetSamples
{
    public static string Name(this Dataset data, int label) =>
        label < data.ClassNames.Count ? data.ClassNames[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>The image of a sample with values from 0 to 1.</summary>
    public static float[] Image(this Dataset data, int index)
    {
        var pixels = new float[data.InputShape.Count];
        data.Read(index, pixels, new float[data.TargetShape.Count]);
        data.ImageInput?.ToUnit(pixels);
        return pixels;
    }
}
