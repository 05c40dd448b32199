using System.Globalization;

namespace Fovea;

/// <summary>
/// How much a training, an evaluation or a prediction prints to the terminal. Keras' numbers convert to it: <c>model.Fit(train, verbose: 2)</c>.
/// </summary>
public readonly record struct Verbosity
{
    private const int SilentNumber = 0;
    private const int BarNumber = 1;
    private const int LinesNumber = 2;

    /// <summary>The number that Keras uses, plus 1; 0 for <see cref="Auto"/>, which thus is the default.</summary>
    private readonly int level;

    private Verbosity(int number) => level = number + 1;

    /// <summary>
    /// The default. A terminal shows <see cref="Bar"/>; operations other than <see cref="Model.Fit"/> show it only if they take longer than half a second.
    /// Nothing is printed if the output is redirected, if the caller receives the progress as an <see cref="IProgress{T}"/>, or if the switch
    /// <c>Fovea.ShowProgress</c> of <see cref="AppContext"/> is false.
    /// </summary>
    public static Verbosity Auto => default;

    /// <summary>Prints nothing; Keras' <c>verbose=0</c>.</summary>
    public static Verbosity Silent => new(SilentNumber);

    /// <summary>
    /// Prints a progress bar for each epoch; Keras' <c>verbose=1</c>. If the output is redirected, the bar is printed once it is complete.
    /// </summary>
    public static Verbosity Bar => new(BarNumber);

    /// <summary>Prints a line at the end of each epoch; Keras' <c>verbose=2</c>.</summary>
    public static Verbosity Lines => new(LinesNumber);

    /// <summary>Converts Keras' number: 0 is <see cref="Silent"/>, 1 is <see cref="Bar"/>, 2 is <see cref="Lines"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is another number.</exception>
    public static implicit operator Verbosity(int number) => FromInt32(number);

    /// <inheritdoc cref="op_Implicit(int)" path="/summary | /exception"/>
    /// <param name="number">0, 1 or 2.</param>
    public static Verbosity FromInt32(int number) => number is >= SilentNumber and <= LinesNumber
        ? new Verbosity(number)
        : throw new ArgumentOutOfRangeException(nameof(number), string.Create(
            CultureInfo.InvariantCulture,
            $"Verbosity: expected 0 (silent), 1 (a progress bar) or 2 (a line for each epoch); received {number}. Leave verbose out for the default."));

    /// <summary>The name: Auto, Silent, Bar or Lines.</summary>
    public override string ToString() => (level - 1) switch
    {
        SilentNumber => nameof(Silent),
        BarNumber => nameof(Bar),
        LinesNumber => nameof(Lines),
        _ => nameof(Auto),
    };
}
