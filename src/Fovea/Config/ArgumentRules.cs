using System.Diagnostics.CodeAnalysis;

namespace Fovea.Extending;

/// <summary>
/// What layers and their parts demand of their arguments. Each rule gives the value back, or says who asked, what was expected and what was
/// received: <c>Dense: units must be at least 1; received 0.</c>
/// </summary>
internal static class ArgumentRules
{
    /// <summary>A whole number from a least one on.</summary>
    public static int AtLeast(this int value, int least, string subject, string argument) =>
        value >= least ? value : throw Wrong(subject, argument, $"at least {least}", value);

    /// <summary>A number from a least one on, not infinite.</summary>
    public static float AtLeast(this float value, float least, string subject, string argument) =>
        value >= least && float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number of at least {least}", value);

    /// <summary>A number above 0, not infinite.</summary>
    public static float AboveZero(this float value, string subject, string argument) =>
        value > 0 && float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number above 0", value);

    /// <summary>A number between two others or equal to one of them.</summary>
    public static float Within(this float value, float low, float high, string subject, string argument) =>
        value >= low && value <= high ? value : throw Wrong(subject, argument, $"from {low} to {high}", value);

    /// <summary>A probability below 1: what is dropped of a whole.</summary>
    public static float Rate(this float value, string subject, string argument) =>
        value is >= 0 and < 1 ? value : throw Wrong(subject, argument, $"at least 0 and below 1", value);

    /// <summary>Any number but NaN and the infinities.</summary>
    public static float Finite(this float value, string subject, string argument) =>
        float.IsFinite(value) ? value : throw Wrong(subject, argument, $"a finite number", value);

    /// <inheritdoc cref="AtLeast(float, float, string, string)"/>
    /// <returns>The number as the float32 that is computed with.</returns>
    public static float AtLeast(this double value, float least, string subject, string argument) => ((float)value).AtLeast(least, subject, argument);

    /// <inheritdoc cref="AboveZero(float, string, string)"/>
    /// <returns>The number as the float32 that is computed with.</returns>
    public static float AboveZero(this double value, string subject, string argument) => ((float)value).AboveZero(subject, argument);

    /// <inheritdoc cref="Within(float, float, float, string, string)"/>
    /// <returns>The number as the float32 that is computed with.</returns>
    public static float Within(this double value, float low, float high, string subject, string argument) =>
        ((float)value).Within(low, high, subject, argument);

    /// <inheritdoc cref="Rate(float, string, string)"/>
    /// <returns>The number as the float32 that is computed with.</returns>
    public static float Rate(this double value, string subject, string argument) => ((float)value).Rate(subject, argument);

    /// <inheritdoc cref="Finite(float, string, string)"/>
    /// <returns>The number as the float32 that is computed with.</returns>
    public static float Finite(this double value, string subject, string argument) => ((float)value).Finite(subject, argument);

    /// <summary>Rows or columns on both sides of an image.</summary>
    public static (int, int) Margins(this (int Before, int After) value, string subject, string argument) =>
        value is { Before: >= 0, After: >= 0 } ? value : throw Wrong(subject, argument, $"at least 0 on both sides", value);

    /// <summary>One of an enumeration's names, not any number cast to it.</summary>
    public static T Defined<T>(this T value, string subject, string argument)
        where T : struct, Enum =>
        Enum.IsDefined(value) ? value : throw Wrong(subject, argument, $"one of {string.Join(", ", Enum.GetNames<T>())}", value);

    /// <summary>Anything but <see langword="null"/>.</summary>
    public static T NotNull<T>([NotNull] this T? value, string subject, string argument)
        where T : class =>
        value ?? throw new ArgumentNullException(argument, $"{subject}: {argument} must be given; received null.");

    /// <summary>A text of at least one character.</summary>
    public static string NotEmpty([NotNull] this string? value, string subject, string argument, string expected) =>
        value.NotNull(subject, argument).Length > 0 ? value : throw new ArgumentException($"{subject}: expected {expected}; received none.", argument);

    /// <summary>The error of an argument that is not what it must be: out of its range, if it is a number or an enumeration's name.</summary>
    public static ArgumentException Wrong(string subject, string argument, FormattableString expected, object received)
    {
        var message = FormattableString.Invariant($"{subject}: {argument} must be {FormattableString.Invariant(expected)}; received {received}.");
        return received is string ? new ArgumentException(message, argument) : new ArgumentOutOfRangeException(argument, message);
    }

    /// <summary>What an error says, without the parameter's name that .NET adds: for messages about files, which have no parameters.</summary>
    public static string Sentence(this Exception error) => error is ArgumentException { ParamName: { } name }
        && error.Message.EndsWith($" (Parameter '{name}')", StringComparison.Ordinal)
        ? error.Message[..^$" (Parameter '{name}')".Length]
        : error.Message;
}
