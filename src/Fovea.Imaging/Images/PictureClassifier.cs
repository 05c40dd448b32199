using System.Globalization;

namespace Fovea.Imaging;

/// <summary>A class that a picture may show.</summary>
/// <param name="Class">Its number.</param>
/// <param name="Name">Its name; the number where the model does not carry names.</param>
/// <param name="Probability">From 0 to 1; those of all classes add up to 1.</param>
public sealed record ClassProbability(int Class, string Name, double Probability);

/// <summary>Says what a model sees in picture files: prepares them as it expects, and reads its outputs as probabilities.</summary>
public sealed class PictureClassifier
{
    private readonly Model model;
    private readonly PixelRange range;
    private readonly PictureTreatment treatment;
    private readonly int height;
    private readonly int width;
    private readonly int channels;

    /// <summary>Takes a model of pictures that gives scores of classes.</summary>
    /// <param name="model">Its input is (height, width, 1 or 3) or (height, width); its output one score, or one for each class.</param>
    /// <param name="range">Which numbers stand for pixels; <see cref="RangeOf"/> where null.</param>
    /// <param name="treatment">Whether to look for a digit; where null, models of 28 × 28 grey pixels and ten classes do.</param>
    /// <exception cref="NotSupportedException">The model takes or gives something else.</exception>
    public PictureClassifier(Model model, PixelRange? range = null, PictureTreatment? treatment = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        this.model = model;
        this.range = range ?? RangeOf(model);
        var shape = model.InputShape;
        (height, width, channels) = shape.Rank switch
        {
            3 when shape[2] is 1 or 3 => (shape[0], shape[1], shape[2]),
            2 => (shape[0], shape[1], 1),
            _ => throw new NotSupportedException($"the model expects inputs of {shape}; predict needs one of pictures: (height, width, 1 or 3)."),
        };
        if (model.OutputShape.Rank != 1) throw new NotSupportedException($"the model's output is {model.OutputShape} for each image; predict needs scores of classes.");
        if (treatment == PictureTreatment.Digit && channels != 1) throw new NotSupportedException($"--as digit: expected a model of grey pictures; this one takes {shape}.");
        this.treatment = treatment ?? ((height, width, channels) == (28, 28, 1) && model.OutputShape[0] == 10 ? PictureTreatment.Digit : PictureTreatment.Whole);
        Labels = LabelsOf(model);
    }

    /// <summary>The names of the classes by their numbers.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The classes that a picture may show, the likeliest first.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not a picture, or is damaged: the message says which.</exception>
    public IReadOnlyList<ClassProbability> Predict(string file)
    {
        var picture = ImageFile.Read(file, height, width, channels, range, treatment);
        var outputs = model.Predict(new Tensor(model.InputShape.Prepend(1), picture.Values));
        return [.. Probabilities(outputs.Values).Select((score, label) => new ClassProbability(label, Labels[label], score)).OrderByDescending(entry => entry.Probability)];
    }

    /// <summary>
    /// The numbers that a model expects for pixels, as far as it shows: bytes if it begins with rescaling, augmentation left out; else
    /// from 0 to 1.
    /// </summary>
    public static PixelRange RangeOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return First(model) is Rescaling ? PixelRange.ZeroTo255 : PixelRange.ZeroToOne;

        static Layer? First(Model model) => model.Layers
            .Select(layer => layer is Model within ? First(within) : layer)
            .FirstOrDefault(layer => layer is not (null or Input or RandomFlip or RandomRotation or RandomZoom or RandomTranslation or RandomContrast));
    }

    /// <summary>The names of a model's classes by class number; the numbers themselves where the model does not carry names.</summary>
    public static IReadOnlyList<string> LabelsOf(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var count = Math.Max(2, model.OutputShape.Count);
        return model.ClassNames.Count == count ? model.ClassNames : [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>The probabilities of the classes: a single output is that of class 1, outputs without a softmax get one.</summary>
    /// <param name="outputs">What a model gives for one picture.</param>
    public static double[] Probabilities(ReadOnlySpan<float> outputs)
    {
        if (outputs.Length == 1)
        {
            var p = outputs[0] is >= 0 and <= 1 ? outputs[0] : 1 / (1 + Math.Exp(-outputs[0]));
            return [1 - p, p];
        }

        var values = new double[outputs.Length];
        for (var i = 0; i < values.Length; i++) values[i] = outputs[i];
        if (values.All(value => value >= 0) && Math.Abs(values.Sum() - 1) < 1e-3) return values;
        var highest = values.Max();
        var powers = Array.ConvertAll(values, value => Math.Exp(value - highest));
        var sum = powers.Sum();
        return Array.ConvertAll(powers, power => power / sum);
    }
}
