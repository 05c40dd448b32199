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
        var batchSize = Trainer.EvaluationBatch(data.InputShape);
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, Math.Min(count, data.Count))], batchSize);
        while (reader.Next() is { } batch)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var outputs = model.Predict(new Tensor(data.InputShape.Prepend(batch.Count), batch.Inputs[0].Values.ToArray()), batchSize, cancellationToken);
            for (var i = 0; i < batch.Count; i++) predictions.Add(new(predictions.Count, (int)batch.Targets[0].Values[i], kind.ToProbabilities(outputs[i])));
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
