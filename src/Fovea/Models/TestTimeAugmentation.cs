namespace Fovea;

/// <summary>
/// Predictions from several views of an image: the image, its mirror image and centered crops of it. The mean for all views is often more accurate by about one
/// point, at the cost of one prediction for each view.
/// <code>
/// var averaged = TestTimeAugmentation.Flip.Of(model);
/// averaged.Predict(images);   // the mean for each image and its mirror image
/// averaged.Save("averaged.keras");
/// </code>
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Of"/> returns a model of ordinary layers around the given one, with its weights, class names and preprocessing. It is evaluated, saved, exported
/// and served as any other.
/// </para>
/// <para>
/// If the model ends in a <see cref="Dense"/> layer or a softmax, the values before its softmax or sigmoid are averaged: the probabilities are the normalized
/// geometric mean of those of the views. The model then still ends in one softmax, so that <see cref="TemperatureScaling"/> can be applied to it. The outputs
/// of other models are averaged as they are.
/// </para>
/// </remarks>
public sealed class TestTimeAugmentation
{
    /// <summary>The image and its mirror image.</summary>
    public static TestTimeAugmentation Flip { get; } = new();

    /// <summary>The image, a centered crop of 7/8 of its height and width that is enlarged, and the mirror images of both.</summary>
    public static TestTimeAugmentation FlipAndCrop { get; } = new() { Crops = [0.875] };

    /// <summary>Whether each view is also mirrored, left to right; true by default.</summary>
    public bool Mirrors { get; init; } = true;

    /// <summary>
    /// The shares of height and width that centered crops keep, above 0 and below 1; none by default. Crops are enlarged to the size of the image.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A share is out of its range.</exception>
    public IReadOnlyList<double> Crops
    {
        get;
        init => field = [.. value.Select(share => share is > 0 and < 1
            ? share
            : throw ArgumentRules.Wrong(nameof(TestTimeAugmentation), nameof(Crops), $"shares above 0 and below 1", share))];
    } = [];

    /// <summary>The number of views: how many times as long a prediction takes.</summary>
    public int Views => (1 + Crops.Count) * (Mirrors ? 2 : 1);

    /// <summary>Creates the model that averages what a model computes for all views. Both share their weights.</summary>
    /// <param name="model">A model of one input, images of a fixed size, whose outputs have no positions.</param>
    /// <exception cref="ShapeException">The model does not take images of a fixed size, or has outputs for positions of the image.</exception>
    /// <exception cref="InvalidOperationException">The outputs of the model are logits, whose mean is no mean of probabilities.</exception>
    public Model Of(Model model)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.Inputs is not [{ Shape: { Rank: 3, IsOpen: false } } only])
            throw new ShapeException(
                model.Subject, $"expected one input, images (height, width, channels) of a fixed size; received {SymbolicTensor.Print(model.Inputs)}. "
                    + "Fix the size: "
                + "model.WithInput(150, 150, 3).");
        if (model.OutputKind == OutputKind.Logits)
            throw new InvalidOperationException(
                $"{model.Subject}: expected outputs that are probabilities, since they are averaged; they are logits. Add new "
                    + "ActivationLayer(Activation.Softmax).");
        if (model.Outputs.FirstOrDefault(each => each.Shape.Rank > 1) is { } positions)
            throw new ShapeException(
                model.Subject, "expected outputs without positions, such as probabilities of classes, since each view shows other positions; "
                    + $"received {positions}.");
        var input = new Input(only.Shape.Dimensions) { Name = "images" }.Output;
        var (height, width) = (only.Shape[0], only.Shape[1]);
        SymbolicTensor[] views = [input, .. Crops.Select((share, i) => Crop(input, share, i))];
        Dense? reversal = null;
        if (Mirrors) views = [.. views, .. views.Select((view, i) => Mirror(view, ref reversal))];
        var (part, last) = BeforeLast(model) ?? (model, null);
        // The image itself is last: explanations look at the last use of a layer.
        var outputs = views.Reverse().Select(view => part.CallForAll(view)).ToArray();
        var means = outputs[0].Select((first, i) => views.Length == 1 ? first : new Average().Call([.. outputs.Select(each => each[i])]));
        var averaged = new Model([input], [.. means.Select(mean => last?.Call(mean) ?? mean)], $"{model.Name}_averaged", model.Seed)
        {
            ClassNames = model.ClassNames,
            LabelThresholds = model.LabelThresholds,
            ValueNames = model.ValueNames,
            ImageInput = model.ImageInput,
            Temperature = model.Temperature,
        };
        _ = averaged.Weights;
        reversal?.Weights[0].Write(Reversed(width));
        if (averaged.OutputKind != model.OutputKind) averaged.OutputKind = model.OutputKind;
        return averaged;

        SymbolicTensor Crop(SymbolicTensor image, double share, int index)
        {
            var (rows, columns) = (height - Math.Max(1, (int)Math.Round(share * height)), width - Math.Max(1, (int)Math.Round(share * width)));
            var part = new Cropping2D((rows / 2, rows - (rows / 2)), (columns / 2, columns - (columns / 2))).Call(image);
            return new Resizing(height, width) { Name = $"crop_{index + 1}" }.Call(part);
        }
    }

    /// <summary>
    /// The model without its last layer, and that layer: a softmax, or a dense layer, for which a mean of inputs gives the mean of the values before its
    /// activation. Null if the model ends otherwise.
    /// </summary>
    private static (Model Part, Layer? Last)? BeforeLast(Model model)
    {
        if (model.Outputs is not [{ Layer: var last, Inputs: [{ Layer: not Input } features] }]) return null;
        var activation = last switch
        {
            Dense dense => dense.Activation,
            ActivationLayer layer => layer.Activation,
            Softmax => Activation.Softmax,
            _ => null,
        };
        var isAverageable = activation == Activation.Softmax || activation == Activation.Sigmoid || (last is Dense && activation == Activation.Linear);
        return isAverageable && model.Topology.Calls.Count(call => call.Layer == last) == 1
            ? (new Model(model.Input, features, model.Name, model.Seed), last)
            : null;
    }

    /// <summary>Mirrors images by a product with a reversed identity matrix, since that is a layer in every format of files. Values are exact.</summary>
    private static SymbolicTensor Mirror(SymbolicTensor image, ref Dense? reversal)
    {
        reversal ??= new Dense(image.Shape[1]) { UseBias = false, Trainable = false, Name = "mirror" };
        return new Permute(1, 3, 2).Call(reversal.Call(new Permute(1, 3, 2).Call(image)));
    }

    private static float[] Reversed(int width)
    {
        var matrix = new float[width * width];
        for (var i = 0; i < width; i++) matrix[(i * width) + (width - 1 - i)] = 1;
        return matrix;
    }
}
