namespace Fovea;

/// <summary>
/// The range from which a random factor is drawn. As in Keras, a single number f means −f to f: <c>new RandomRotation(0.1)</c> is <c>new RandomRotation((-0.1,
/// 0.1))</c>.
/// </summary>
public readonly record struct FactorRange
{
    /// <summary>Creates a range.</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    public FactorRange(double low, double high) => (Low, High) = (Config.Shortest((float)low), Config.Shortest((float)high));

    /// <summary>The lower end.</summary>
    public double Low { get; }

    /// <summary>The upper end.</summary>
    public double High { get; }

    /// <summary>Converts a number to the range from −|factor| to |factor|.</summary>
    public static implicit operator FactorRange(double factor) => new(0 - Math.Abs(factor), Math.Abs(factor));

    /// <summary>Converts a pair of numbers to the range between them. The lower number is first.</summary>
    public static implicit operator FactorRange((double Low, double High) range) => new(range.Low, range.High);

    /// <summary>The range, as in <c>(-0.1, 0.1)</c>.</summary>
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"({Low}, {High})");

    /// <summary>The range from 0 to f for a single number f, of factors that are not negative, such as a probability.</summary>
    internal FactorRange FromZero() => Low < 0 && Low == -High ? new FactorRange(0, High) : this;

    internal FactorRange Within(float low, float high, string subject, string parameter) => Low >= low && Low <= High && High <= high
        ? this
        : throw ArgumentRules.Wrong(subject, parameter, $"from {low} to {high}, the lower number first", this);
}
