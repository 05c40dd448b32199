namespace Fovea.Cli;

/// <summary>
/// A pretrained network, the base, with a new head for other classes: augmentation, rescaling, base, global average, dropout and one dense layer. The
/// same layers form three models that share their weights.
/// </summary>
internal sealed class TransferNetwork
{
    private const string Name = "transfer";

    private readonly Layer[] toBase;

    private TransferNetwork(Model whole, Model extractor, Model head, Layer[] toBase)
    {
        this.toBase = toBase;
        Whole = whole;
        Extractor = extractor;
        Head = head;
    }

    /// <summary>The whole network, from images with pixels from 0 to 255 to classes: it is fine-tuned and saved.</summary>
    public Model Whole { get; }

    /// <summary>The part from images to features, one for each channel of the base.</summary>
    public Model Extractor { get; }

    /// <summary>The part from features to classes, which is trained while the base is frozen.</summary>
    public Model Head { get; }

    /// <summary>A sentence about the layers that were removed from the base; null for none.</summary>
    public string? Note { get; private init; }

    /// <summary>Freezes a network from a file and adds a new head.</summary>
    /// <exception cref="CommandException">The request does not fit the network.</exception>
    public static TransferNetwork Create(TrainRequest request, TrainingPlan plan, NetworkHead classifier)
    {
        var (pretrained, note) = PretrainedBase.Load(request.Base!, request.InputShape);
        var input = pretrained.InputShape;
        if (input is not { Rank: 3 } || input[2] is not (1 or 3))
            throw new CommandException($"--base: '{request.Base}' takes inputs of {input}; expected a model of images, (height, width, 1 or 3).");
        if (request.FineTuneFrom is { } from) RequireLayer(pretrained, from, request.Base!);
        pretrained.Trainable = false;

        var expected = Expected(request, pretrained);
        Layer[] toBase = [Rescale(expected), pretrained, pretrained.OutputShape.Rank == 3 ? new GlobalAveragePooling2D() : new Flatten()];
        Layer[] toClasses = ToClasses(classifier);
        var seed = plan.Seed;
        var extractor = Connect("extractor", seed, input, toBase);
        var head = Connect("head", seed, extractor.OutputShape, toClasses);
        var whole = Connect(Name, seed, input, [.. plan.Layers(), .. toBase, .. toClasses]);
        whole.ImageInput = expected with { Pixels = PixelScale.ZeroTo255 };
        return new TransferNetwork(whole, extractor, head, toBase) { Note = note };
    }

    /// <summary>Creates another head for the same base.</summary>
    public Model CreateHead(int seed, NetworkHead classifier) => Connect("head", seed, Extractor.OutputShape, ToClasses(classifier));

    /// <summary>The network from images to classes with another head.</summary>
    /// <param name="head">The model from features to classes.</param>
    public Model Complete(Model head)
    {
        var whole = Connect(Name, (int)Whole.Seed, Whole.InputShape, [.. toBase, head]);
        (whole.ImageInput, whole.ClassNames, whole.ValueNames) = (Whole.ImageInput, head.ClassNames, head.ValueNames);
        whole.LabelThresholds = head.LabelThresholds;
        if (whole.OutputKind != head.OutputKind) whole.OutputKind = head.OutputKind;
        return whole;
    }

    /// <summary>
    /// Unfreezes the layers of the base from one of them on. Batch normalizations stay frozen, and so in inference mode, because statistics of small
    /// batches would replace the better ones of the pretraining.
    /// </summary>
    public static void Unfreeze(Model whole, string from)
    {
        var pretrained = whole.Layers.OfType<Model>().Single();
        foreach (var layer in pretrained.Layers.SkipWhile(layer => layer.Name != from))
            foreach (var leaf in layer.Leaves) leaf.Trainable = leaf is not BatchNormalization;
    }

    /// <summary>The preprocessing that the base expects: as the options or the model define, or else pixels from −1 to 1.</summary>
    private static ImageInput Expected(TrainRequest request, Model pretrained)
    {
        var finding = ImageSettings.Find(pretrained);
        return request.Images.Apply(
            (finding.IsAssumed ? finding.Input with { Pixels = PixelScale.MinusOneToOne } : finding.Input) with { Framing = ImageFraming.Whole });
    }

    /// <summary>Converts pixels from 0 to 255 to the values that the base expects.</summary>
    private static Rescaling Rescale(ImageInput expected)
    {
        var pixels = expected.Pixels;
        var channels = Math.Max(pixels.Mean.Count, pixels.Deviation.Count);
        return new Rescaling(
            [.. Enumerable.Range(0, channels).Select(channel => 1 / (pixels.Divisor * Of(pixels.Deviation, channel)))],
            [.. Enumerable.Range(0, channels).Select(channel => 0 - (Of(pixels.Mean, channel) / Of(pixels.Deviation, channel)))]);

        static float Of(IReadOnlyList<float> values, int channel) => values[values.Count == 1 ? 0 : channel];
    }

    private static void RequireLayer(Model pretrained, string name, string path)
    {
        if (pretrained.Layers.Any(layer => layer.Name == name)) return;
        var last = string.Join(", ", pretrained.Layers.Select(layer => layer.Name).TakeLast(6));
        throw new CommandException(
            $"--fine-tune-from: expected a layer of '{path}'; received '{name}'. Its last layers are {last}; 'fovea summary {path}' lists all.");
    }

    private static Layer[] ToClasses(NetworkHead classifier) => [new Dropout(0.2), classifier.CreateLayer()];

    private static Sequential Connect(string name, int seed, Shape input, Layer[] layers)
    {
        var model = new Sequential(name, seed) { new Input(input.Dimensions) };
        foreach (var layer in layers) model.Add(layer);
        return model;
    }
}
