namespace Fovea;

/// <summary>
/// The shape of a value that depends on an input of open size. The layers are traced at a few sizes of the input, the examples. A dimension that differs
/// between them is open. So no layer needs a rule for open sizes. A model that runs is traced again for the size that it gets.
/// </summary>
internal sealed class OpenShape
{
    /// <summary>
    /// The sizes of the examples. Two are divisible by 64, for networks that halve an image several times and double it again; two are those of U-Nets without
    /// padding (Ronneberger et al. 2015). A size that a network does not accept is left out.
    /// </summary>
    private static readonly int[] ExampleSizes = [256, 320, 572, 588];

    private readonly Shape?[] examples;

    /// <param name="examples">The shape at each size of the input; null for a size that a layer does not accept.</param>
    public OpenShape(Shape?[] examples)
    {
        this.examples = examples;
        Shape = Compare([.. examples.OfType<Shape>()]);
    }

    /// <summary>The number of examples.</summary>
    public static int Examples => ExampleSizes.Length;

    /// <summary>The shape, in which dimensions are open that depend on the size of the input.</summary>
    public Shape Shape { get; }

    /// <summary>The shape at the size of an example; null if a layer does not accept it.</summary>
    public Shape? this[int example] => examples[example];

    /// <summary>The examples for the shape of an input.</summary>
    public static OpenShape Of(Shape input) => new(
        [.. ExampleSizes.Select(example => (Shape?)new Shape([.. input.Sizes.Select(size => size ?? example)]))]);

    private static Shape Compare(Shape[] shapes) => Shape.WithOpen(
        [.. Enumerable.Range(0, shapes[0].Rank)
            .Select(axis => Array.TrueForAll(shapes, shape => shape[axis] == shapes[0][axis]) ? shapes[0][axis] : (int?)null)]);
}
