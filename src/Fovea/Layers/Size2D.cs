namespace Fovea;

/// <summary>A height and a width. A single number means both: <c>new MaxPooling2D(2)</c>, <c>new Conv2D(32, (3, 5))</c>.</summary>
/// <param name="Height">The height, usually in pixels.</param>
/// <param name="Width">The width, usually in pixels.</param>
public readonly record struct Size2D(int Height, int Width)
{
    /// <summary>Converts a number to a size of that height and width.</summary>
    public static implicit operator Size2D(int size) => new(size, size);

    /// <summary>Converts a pair of height and width.</summary>
    public static implicit operator Size2D((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>Converts a size to a pair of height and width.</summary>
    public static implicit operator (int Height, int Width)(Size2D size) => (size.Height, size.Width);

    /// <summary>As in <c>(3, 3)</c>.</summary>
    public override string ToString() => $"({Height}, {Width})";

    internal Size2D AtLeastOne(string subject, string parameter) => Height >= 1 && Width >= 1
        ? this
        : throw ArgumentRules.Wrong(subject, parameter, $"at least 1 in both directions", this);
}
