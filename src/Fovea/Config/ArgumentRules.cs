using System.Diagnostics.CodeAnalysis;

namespace Fovea.Extending;

/// <summary>
/// Checks of arguments. Each returns the value, or throws an error that names the object and the argument, and says what was expected and what was
/// received: <c>Dense: units must be at least 1; received 0.</c>
/// </summary>
internal static class ArgumentRules
{
    /// <summary>Requires an integer that is not below a lower bound.</summary>
    public static int AtLeast(this int value, int minimum, string subject, string argument) =>
        value >= minimum ? value : throw Wrong(subject, argument, $"at least {minimum}", value);

    /// <summary>Requires a finite number that is not below a lower bound.</summary>
    public static float AtLeast(this float value, float minimum, string subject, string argument) =>
        value >= minimum && float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number of at least {minimum}", value);

    /// <summary>Requires a finite number above 0.</summary>
    public static float AboveZero(this float value, string subject, string argument) =>
        value > 0 && float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number above 0", value);

    /// <summary>Requires a number from one bound to another, both included.</summary>
    public static float Within(this float value, float low, float high, string subject, string argument) =>
        value >= low && value <= high ? value : throw Wrong(subject, argument, $"from {low} to {high}", value);

    /// <summary>Requires a number from 0 to below 1, such as the share that dropout removes.</summary>
    public static float Rate(this float value, string subject, string argument) =>
        value is >= 0 and < 1 ? value : throw Wrong(subject, argument, $"at least 0 and below 1", value);

    /// <summary>Requires a number that is not NaN or infinite.</summary>
    public static float Finite(this float value, string subject, string argument) =>
        float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number", value);

    /// <inheritdoc cref="AtLeast(float, float, string, string)"/>
    /// <returns>The number rounded to float32, which is used in the computation, as its shortest decimal: 0.1, not 0.10000000149.</returns>
    public static double AtLeast(this double value, float minimum, string subject, string argument) =>
        Config.Shortest(((float)value).AtLeast(minimum, subject, argument));

    /// <inheritdoc cref="AboveZero(float, string, string)"/>
    /// <returns>The number rounded to float32, which is used in the computation, as its shortest decimal: 0.1, not 0.10000000149.</returns>
    public static double AboveZero(this double value, string subject, string argument) => Config.Shortest(((float)value).AboveZero(subject, argument));

    /// <inheritdoc cref="Within(float, float, float, string, string)"/>
    /// <returns>The number rounded to float32, which is used in the computation, as its shortest decimal: 0.1, not 0.10000000149.</returns>
    public static double Within(this double value, float low, float high, string subject, string argument) =>
        Config.Shortest(((float)value).Within(low, high, subject, argument));

    /// <inheritdoc cref="Rate(float, string, string)"/>
    /// <returns>The number rounded to float32, which is used in the computation, as its shortest decimal: 0.1, not 0.10000000149.</returns>
    public static double Rate(this double value, string subject, string argument) => Config.Shortest(((float)value).Rate(subject, argument));

    /// <inheritdoc cref="Finite(float, string, string)"/>
    /// <returns>The number rounded to float32, which is used in the computation, as its shortest decimal: 0.1, not 0.10000000149.</returns>
    public static double Finite(this double value, string subject, string argument) => Config.Shortest(((float)value).Finite(subject, argument));

    /// <summary>Requires numbers of rows or columns, before and after an image, that are not negative.</summary>
    public static (int, int) Margins(this (int Before, int After) value, string subject, string argument) =>
        value is { Before: >= 0, After: >= 0 } ? value : throw Wrong(subject, argument, $"at least 0 on both sides", value);

    /// <summary>Requires a named value of an enumeration, not just any number cast to it.</summary>
    public static T Defined<T>(this T value, string subject, string argument)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw Wrong(subject, argument, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);

    /// <summary>Requires a value that is not <see langword="null"/>.</summary>
    public static T NotNull<T>([NotNull] this T? value, string subject, string argument)
        where T : class =>
        value ?? throw new ArgumentNullException(argument, $"{subject}: {argument} must be given; received null.");

    /// <summary>Requires a text of at least one character.</summary>
    public static string NotEmpty([NotNull] this string? value, string subject, string argument, string expected) =>
        value.NotNull(subject, argument).Length > 0 ? value : throw new ArgumentException($"{subject}: expected {expected}; received none.", argument);

    /// <summary>The error of a wrong argument. It is <see cref="ArgumentOutOfRangeException"/> unless the argument is described by a text.</summary>
    public static ArgumentException Wrong(string subject, string argument, FormattableString expected, object received)
    {
        var message = FormattableString.Invariant($"{subject}: {argument} must be {FormattableString.Invariant(expected)}; received {received}.");
        return received is string ? new ArgumentException(message, argument) : new ArgumentOutOfRangeException(argument, message);
    }

    /// <summary>The message of an error without the parameter's name that .NET appends. Messages about files have no parameters.</summary>
    public static string Sentence(this Exception error) => error is ArgumentException { ParamName: { } name }
        && error.Message.EndsWith($" (Parameter '{name}')", StringComparison.Ordinal)
        ? error.Message[..^$" (Parameter '{name}')".Length]
        : error.Message;
}
