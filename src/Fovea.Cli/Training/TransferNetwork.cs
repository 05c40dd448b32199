namespace Fovea.Cli;

/// <summary>
/// A pretrained network, the base, with a new head that learns its classes: pictures, augmentation, rescaling, base, global average, dropout,
/// one dense layer. The same layers make three models that share their weights.
/// </summary>
internal sealed class TransferNetwork
{
    private const string Name = "transfer";

    private TransferNetwork(Model whole, Model extractor, Model head)
    {
        Whole = whole;
        Extractor = extractor;
        Head = head;
    }

    /// <summary>From pictures of bytes to classes, with augmentation: what is fine-tuned, saved and used.</summary>
    public Model Whole { get; }

    /// <summary>From pictures to what the base makes of them, one number for each of its channels.</summary>
    public Model Extractor { get; }

    /// <summary>From those numbers to classes: what learns while the base is frozen.</summary>
    public Model Head { get; }

    /// <summary>What was cut off the base, in a sentence; null where nothing was.</summary>
    public string? Note { get; private init; }

    /// <summary>Puts a new head on a network from a file, which is frozen.</summary>
    /// <exception cref="CommandException">The request does not fit the network.</exception>
    public static TransferNetwork Create(TrainRequest request, int classes)
    {
        var (pretrained, note) = ClassifierCut.Of(Networks.Load(request.Base!, request.InputShape), request.Base!);
        var input = pretrained.InputShape;
        if (input is not { Rank: 3 } || input[2] is not (1 or 3))
            throw new CommandException($"--base: '{request.Base}' takes inputs of {input}; expected a model of pictures, (height, width, 1 or 3).");
        if (request.FineTuneFrom is { } from) RequireLayer(pretrained, from, request.Base!);
        pretrained.Trainable = false;

        var expected = Expected(request, pretrained);
        Layer[] toBase = [Rescale(expected), pretrained, pretrained.OutputShape.Rank == 3 ? new GlobalAveragePooling2D() : new Flatten()];
        Layer[] toClasses = [new Dropout(0.2), classes == 2 ? new Dense(1, Activation.Sigmoid) : new Dense(classes, Activation.Softmax)];
        var seed = request.Seed ?? 0;
        var extractor = Connect("extractor", seed, input, toBase);
        var head = Connect("head", seed, extractor.OutputShape, toClasses);
        Layer[] augmentation = request.Augmentation ?? true ? BookCatsDogs.Augmentation() : [];
        var whole = Connect(Name, seed, input, [.. augmentation, .. toBase, .. toClasses]);
        whole.ImageInput = expected with { Pixels = PixelScale.ZeroTo255 };
        return new TransferNetwork(whole, extractor, head) { Note = note };
    }

    /// <summary>
    /// Lets the last layers of the base learn, from one of them on. Batch normalizations stay frozen, and so in inference: the statistics
    /// of small batches would spoil what they have learned.
    /// </summary>
    public static void Thaw(Model whole, string from)
    {
        var pretrained = whole.Layers.OfType<Model>().Single();
        foreach (var layer in pretrained.Layers.SkipWhile(layer => layer.Name != from))
            foreach (var leaf in layer.Leaves) leaf.Trainable = leaf is not BatchNormalization;
    }

    /// <summary>How the base takes pictures: as told, as is known, or else from −1 to 1.</summary>
    private static ImageInput Expected(TrainRequest request, Model pretrained)
    {
        var finding = ImageSettings.Find(pretrained);
        return request.Images.Apply(
            (finding.IsAssumed ? finding.Input with { Pixels = PixelScale.MinusOneToOne } : finding.Input) with { Framing = ImageFraming.Whole });
    }

    /// <summary>From bytes to the numbers that the base was trained on.</summary>
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

    private static Sequential Connect(string name, int seed, Shape input, Layer[] layers)
    {
        var model = new Sequential(name, (ulong)seed) { new Input(input.Dimensions) };
        foreach (var layer in layers) model.Add(layer);
        return model;
    }
}
