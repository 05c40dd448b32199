namespace Fovea;

/// <summary>
/// From where to where a random factor is drawn; one number f stands for −f to f, as in Keras: <c>new RandomRotation(0.1f)</c>,
/// <c>new RandomZoom((-0.3f, 0))</c>.
/// </summary>
public readonly record struct FactorRange(float Low, float High)
{
    /// <summary>From −factor to factor.</summary>
    public static implicit operator FactorRange(float factor) => new(-MathF.Abs(factor), MathF.Abs(factor));

    /// <summary>From the lower to the higher number.</summary>
    public static implicit operator FactorRange((float Low, float High) range) => new(range.Low, range.High);

    /// <summary>As in <c>(-0.1, 0.1)</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({Low}, {High})");

    internal FactorRange Within(float low, float high, string subject, string parameter) => Low >= low && Low <= High && High <= high
        ? this
        : throw ArgumentRules.Wrong(subject, parameter, $"from {low} to {high}, the lower number first", this);
}
