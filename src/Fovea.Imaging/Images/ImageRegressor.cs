namespace Fovea.Imaging;

/// <summary>
/// Predicts the numbers of image files with a model of a regression, such as one that <c>fovea train</c> has made from a list. Any number of threads may use it
/// at once.
/// </summary>
/// <example><code>Console.WriteLine(new ImageRegressor(Model.Load("age.keras")).Predict("face.jpg")[0]);</code></example>
public sealed class ImageRegressor
{
    private readonly Model model;

    /// <summary>Prepares a model.</summary>
    /// <param name="model">A model of images with an output for each number.</param>
    /// <param name="input">The preprocessing of images; null for that of the model (<see cref="ImageInputFinding.Of"/>).</param>
    /// <exception cref="NotSupportedException">The model does not take images of this size, or does not compute numbers for an image.</exception>
    public ImageRegressor(Model model, ImageInput? input = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Input = input ?? ImageInputFinding.Of(model).Input;
        Input.Validate();
        if (model.Inputs is not [var only] || !Input.Fits(only.Shape))
            throw new NotSupportedException($"ImageRegressor: expected images of the model's input {model.InputShape}; received {Input.Shape}.");
        if (model.Outputs is not [{ Shape.Rank: 1 } output] || model.OutputKind != OutputKind.Values)
            throw new NotSupportedException(
                $"ImageRegressor: expected a model that computes numbers; '{model.Name}' computes {model.OutputKind.ToString().ToLowerInvariant()}, "
                    + $"{string.Join(" and ", model.Outputs)}.");
        this.model = model;
        var count = output.Shape.Count;
        Names = model.ValueNames.Count == count ? model.ValueNames : [.. Enumerable.Range(1, count).Select(i => count == 1 ? "value" : $"value {i}")];
    }

    /// <summary>Gets the names of the numbers, in the order of the outputs.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Gets the preprocessing of images.</summary>
    public ImageInput Input { get; }

    /// <summary>Predicts the numbers of an image, in the order of <see cref="Names"/>.</summary>
    /// <param name="file">An image file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an image, or it is damaged; the message tells which.</exception>
    public IReadOnlyList<double> Predict(string file)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        var pixels = ImageReader.Read(file, Input);
        var values = new float[pixels.Length];
        Input.ToValues(pixels, values);
        var shape = model.InputShape.IsOpen ? Input.Shape : model.InputShape;
        return Array.ConvertAll(model.Predict(new Tensor(shape.Prepend(1), values), verbose: 0).Values, value => (double)value);
    }
}
