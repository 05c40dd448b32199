namespace Fovea;

/// <summary>The shapes of the inputs that something is compiled for, as a key.</summary>
/// <param name="Shapes">The shapes.</param>
/// <param name="Training">Whether layers act as in training.</param>
internal readonly record struct ShapesKey(Shape[] Shapes, bool Training = true)
{
    public bool Equals(ShapesKey other) => Training == other.Training && Shapes.AsSpan().SequenceEqual(other.Shapes);

    public override int GetHashCode() => HashCode.Combine(Training, Shapes.Length);
}
