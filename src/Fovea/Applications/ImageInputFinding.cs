namespace Fovea;

/// <summary>The preprocessing of a model's images, if it can be determined.</summary>
/// <param name="Input">The preprocessing.</param>
/// <param name="Reason">The reason, as part of a sentence: <c>the model says so</c>.</param>
/// <param name="Source">The source of the finding.</param>
public sealed record ImageInputFinding(ImageInput Input, string Reason, ImageInputSource Source)
{
    /// <summary>Whether nothing in the model shows the range of the input values, so that 0 to 1 is assumed.</summary>
    public bool IsAssumed => Source == ImageInputSource.Assumption;

    /// <summary>
    /// Finds the preprocessing of a model: its own setting (<see cref="Model.ImageInput"/>), or what its first layers show, such as a rescaling, or that of the
    /// known network whose layer names it has, such as Keras' applications. If there is none of these, values from 0 to 1 are assumed. All other settings are
    /// the defaults. A model of 28 × 28 grey pixels and ten classes is assumed to recognize digits.
    /// </summary>
    /// <exception cref="NotSupportedException">The model's input is not an image.</exception>
    public static ImageInputFinding Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.ImageInput is { } said)
        {
            return model.Takes(said)
                ? new(said, "the model says so", ImageInputSource.Model)
                : throw new NotSupportedException(
                    $"{model.Subject}: its ImageInput is for images of {said.Shape}, but it takes {model.InputShape}; set one that fits.");
        }

        var input = OfShape(model);
        if (InputAnalysis.Find(model) is var (range, reason)) return new(input with { Pixels = range }, reason, ImageInputSource.Layers);
        return KnownNetworks.Find(model) is { } known
            ? new(known.Apply(input), $"its layers are named as those of {known.Name}, which takes {known.Words}", ImageInputSource.Names)
            : new(input, "nothing in the model tells", ImageInputSource.Assumption);
    }

    private static ImageInput OfShape(Model model)
    {
        if (model.Inputs is not [{ Shape: var shape }])
            throw new NotSupportedException($"{model.Subject}: expected a model of one input; received {model.Inputs.Count}.");
        if (shape.IsOpen)
            throw new NotSupportedException(
                $"{model.Subject}: the model takes images of any size, {SymbolicTensor.Print(shape)}, so that nothing tells the size to read them at. Set "
                + "model.ImageInput = new ImageInput(224, 224), or fix the size: model.WithInput(224, 224, 3).");
        var input = shape.Rank switch
        {
            3 when shape[2] is 1 or 3 => new ImageInput(shape[0], shape[1], shape[2]),
            2 => new ImageInput(shape[0], shape[1], 1),
            3 when shape[0] == 1 => new ImageInput(shape[1], shape[2], 1),
            1 when Side(shape[0]) is { } side => new ImageInput(side, side, 1),
            1 when shape[0] % 3 == 0 && Side(shape[0] / 3) is { } side => new ImageInput(side, side, 3),
            _ => throw new NotSupportedException($"{model.Subject}: expected a model of images, (height, width, 1 or 3); it takes {shape}."),
        };
        // A square of fewer than eight by eight pixels is unlikely to be an image.
        static int? Side(int pixels) => (int)Math.Sqrt(pixels) is >= 8 and var side && side * side == pixels ? side : null;
        var isDigits = (input.Height, input.Width, input.Channels) == (28, 28, 1) && model.Outputs is [{ Shape: { Rank: 1 } scores }] && scores[0] == 10;
        return isDigits ? input with { Framing = ImageFraming.Digit } : input;
    }
}
