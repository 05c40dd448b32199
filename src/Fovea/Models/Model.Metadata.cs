namespace Fovea;

/// <content>The meaning of inputs and outputs, which files keep: preprocessing, class names, the kind of the outputs.</content>
public partial class Model
{
    private OutputKind? outputKind;

    /// <summary>
    /// The names of the classes by class number; empty if they are not known. If there are none, <see cref="Fit"/> takes them from the data. They are saved
    /// with the model.
    /// </summary>
    /// <exception cref="ArgumentNullException">The value is null, or one of the names is.</exception>
    /// <exception cref="ArgumentException">
    /// There are more or fewer names than the only output has classes: its innermost dimension, or two if it is a single value.
    /// </exception>
    public IReadOnlyList<string> ClassNames
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var name in value) ArgumentNullException.ThrowIfNull(name, nameof(value));
            if (topology is not null && Mismatch(value) is { } wrong) throw new ArgumentException(wrong, nameof(value));
            field = value;
        }
    } = [];

    /// <summary>
    /// The threshold of each label, for a model of several labels: a label applies where its probability is above its threshold. Empty for other models. They
    /// are saved with the model, and mark it as one of several labels. Training does not change them: choose them again afterwards, by
    /// <see cref="LabelPredictions.BestThresholds"/>.
    /// </summary>
    /// <exception cref="ArgumentException">There are more or fewer thresholds than outputs, or one is not from 0 to 1.</exception>
    public IReadOnlyList<double> LabelThresholds
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            RequireOnePerOutput("thresholds of the labels", value.Count, nameof(value));
            if (value.Any(threshold => !(threshold is >= 0 and <= 1)))
                throw new ArgumentException(
                    $"{Name}: expected thresholds from 0 to 1; "
                    + $"received {string.Join(", ", value.Select(threshold => threshold.ToString(System.Globalization.CultureInfo.InvariantCulture)))}.",
                    nameof(value));
            field = value;
        }
    } = [];

    /// <summary>
    /// The names of the numbers that a model of a regression predicts, by output; empty for other models. They are saved with the model, and mark it as one of
    /// a regression.
    /// </summary>
    /// <exception cref="ArgumentException">There are more or fewer names than outputs.</exception>
    public IReadOnlyList<string> ValueNames
    {
        get;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (var name in value) ArgumentNullException.ThrowIfNull(name, nameof(value));
            RequireOnePerOutput("names of the values", value.Count, nameof(value));
            field = value;
        }
    } = [];

    /// <summary>
    /// The preprocessing: how an image becomes the values that the model takes; null if it is not known. If there is none, <see cref="Fit"/> takes it from
    /// the data. Everything that reads images uses it, and it is saved with the model. For a model from elsewhere <see cref="ImageInputFinding.Of"/> finds
    /// out what can be known.
    /// </summary>
    /// <exception cref="ArgumentException">Two settings contradict each other.</exception>
    public ImageInput? ImageInput
    {
        get;
        set
        {
            value?.Validate();
            field = value;
        }
    }

    /// <summary>
    /// The kind of the (first) output. If it was not set, by the user or by the model's file, it is derived from the last ops: a softmax or a sigmoid gives
    /// probabilities. If they end in neither, the loss decides. It is saved with the model.
    /// </summary>
    public OutputKind OutputKind
    {
        get => outputKind ?? OutputAnalysis.Of(this, KindOfLoss);
        set => outputKind = value.Defined(Name, nameof(value));
    }

    /// <summary>
    /// The temperature by which <see cref="TemperatureScaling.ApplyTo"/> has divided the values before the softmax or sigmoid; null if it has not. The weights
    /// contain it already: it is a record, saved with the model, and training ends it.
    /// </summary>
    public double? Temperature { get; internal set; }

    /// <summary>Whether the model's only input is images of this kind.</summary>
    internal bool Takes(ImageInput images) => Inputs is [var only] && images.Fits(only.Shape);

    /// <summary>Takes class names from a file or from data, if they fit.</summary>
    /// <returns>The reason why they were not taken; null if they were.</returns>
    internal string? TakeClassNames(IReadOnlyList<string> names)
    {
        var wrong = Mismatch(names);
        if (wrong is null) ClassNames = names;
        return wrong is null ? null : $"{wrong} They were left out.";
    }

    /// <summary>Takes preprocessing and kind of the outputs from a file.</summary>
    /// <exception cref="ModelFormatException">The images are not of the model's size.</exception>
    internal void SetServing(ImageInput? input, OutputKind? kind, string file)
    {
        if (input is not null && !Takes(input))
            throw ModelFormatException.About(
                file, $"expected the preprocessing of images of the model's input {string.Join(" and ", Inputs)}; received that of images of {input.Shape}.");
        ImageInput = input;
        outputKind = kind;
    }

    /// <summary>Takes the thresholds of labels and the names of values from a file.</summary>
    /// <exception cref="ModelFormatException">They do not fit the outputs.</exception>
    internal void SetTask(IReadOnlyList<double> thresholds, IReadOnlyList<string> values, string file)
    {
        try
        {
            (LabelThresholds, ValueNames) = (thresholds, values);
        }
        catch (ArgumentException error)
        {
            throw ModelFormatException.About(file, error.Message, error);
        }
    }

    private void RequireOnePerOutput(string what, int count, string argument)
    {
        if (count == 0 || topology is null || (Outputs is [{ Shape: { Rank: > 0 } shape }] && shape[^1] == count)) return;
        throw new ArgumentException($"{Name}: expected {what} for its outputs {SymbolicTensor.Print(Outputs)}; received {count}.", argument);
    }

    /// <summary>An error text if the number of names is wrong; null if it fits, or if the number of classes is not known.</summary>
    private string? Mismatch(IReadOnlyList<string> names)
    {
        if (names.Count == 0 || Outputs is not [{ Shape: { Rank: > 0 } shape }]) return null;
        var classes = shape[^1] == 1 ? 2 : shape[^1];
        return names.Count == classes
            ? null
            : $"{Name}: expected the names of {classes} classes, as the model's outputs are {shape}; "
                + $"received {names.Count}: {string.Join(", ", names.Take(10))}{(names.Count > 10 ? ", …" : "")}.";
    }
}
