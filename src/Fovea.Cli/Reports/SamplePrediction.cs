using System.Globalization;

namespace Fovea.Cli;

/// <summary>What a model says to a sample.</summary>
/// <param name="Index">Which sample.</param>
/// <param name="Label">The class that it is of.</param>
/// <param name="Scores">The probability of each class.</param>
internal sealed record SamplePrediction(int Index, int Label, IReadOnlyList<double> Scores)
{
    /// <summary>The likeliest class; of equals the first, so that a single output of one half is class 0, as accuracy counts it.</summary>
    public int Class { get; } = Enumerable.Range(0, Scores.Count).MaxBy(label => Scores[label]);

    public double Score => Scores[Class];

    public bool IsRight => Class == Label;

    /// <summary>−ln of the probability of the right class: the greater, the worse the mistake.</summary>
    public double Loss => -Math.Log(Math.Max(Scores[Label], double.Epsilon));

    /// <summary>The first samples of a data set, each predicted once.</summary>
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

/// <summary>A data set's words for predictions.</summary>
internal static class DatasetSamples
{
    public static string Name(this Dataset data, int label) =>
        label < data.ClassNames.Count ? data.ClassNames[label] : label.ToString(CultureInfo.InvariantCulture);

    /// <summary>The image of a sample with numbers from 0 to 1.</summary>
    public static float[] Image(this Dataset data, int index)
    {
        var pixels = new float[data.InputShape.Count];
        data.Read(index, pixels, new float[data.TargetShape.Count]);
        data.ImageInput?.ToUnit(pixels);
        return pixels;
    }
}
