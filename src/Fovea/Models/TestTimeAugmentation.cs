namespace Fovea;

/// <summary>
/// Predictions from several views of an image: the image, its mirror image and centered crops of it. A model's outputs for all views are averaged, which is
/// often
/// more accurate by about one point, at the cost of one prediction for each view.
/// <code>
/// var averaged = TestTimeAugmentation.Flip.Of(model);
/// averaged.Predict(images);   // the mean of model(image) and model(mirror image)
/// averaged.Save("averaged.keras");
/// </code>
/// </summary>
/// <remarks>
/// <see cref="Of"/> returns a model of ordinary layers around the given one, with its weights, class names and preprocessing. It is evaluated, saved, exported
/// and
/// served as any other.
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

    /// <summary>Creates the model that averages the outputs of a model for all views. Both share their weights.</summary>
    /// <param name="model">A model of one input, images of a fixed size. Its outputs are averaged as they are: probabilities as a rule.</param>
    /// <exception cref="ShapeException">The model does not take images of a fixed size.</exception>
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
        var input = new Input(only.Shape.Dimensions) { Name = "images" }.Output;
        var (height, width) = (only.Shape[0], only.Shape[1]);
        SymbolicTensor[] views = [input, .. Crops.Select((share, i) => Crop(input, share, i))];
        Dense? reversal = null;
        if (Mirrors) views = [.. views, .. views.Select((view, i) => Mirror(view, ref reversal))];
        var outputs = views.Select(view => model.CallForAll(view)).ToArray();
        var averaged = new Model(
            [input], [.. outputs[0].Select((first, i) => views.Length == 1 ? first : new Average().Call([.. outputs.Select(each => each[i])]))],
            $"{model.Name}_averaged", model.Seed)
        {
            ClassNames = model.ClassNames,
            LabelThresholds = model.LabelThresholds,
            ValueNames = model.ValueNames,
            ImageInput = model.ImageInput,
        };
        _ = averaged.Weights;
        reversal?.Weights[0].Write(Reversed(width));
        return averaged;

        SymbolicTensor Crop(SymbolicTensor image, double share, int index)
        {
            var (rows, columns) = (height - Math.Max(1, (int)Math.Round(share * height)), width - Math.Max(1, (int)Math.Round(share * width)));
            var part = new Cropping2D((rows / 2, rows - (rows / 2)), (columns / 2, columns - (columns / 2))).Call(image);
            return new Resizing(height, width) { Name = $"crop_{index + 1}" }.Call(part);
        }
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
