namespace Fovea;

/// <summary>
/// The exception for shapes that do not fit together. The message reads <c>subject: problem</c>; the subject is the layer, or the op if no layer built it.
/// <see cref="ArgumentException.ParamName"/> is empty, since the shapes may come from several arguments.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the error.</summary>
    /// <param name="subject">The layer or op, as in <c>Conv2D 'stem'</c>.</param>
    /// <param name="problem">What was expected, what was received and, if known, the fix.</param>
    /// <param name="cause">The exception that caused this one.</param>
    public ShapeException(string subject, string problem, Exception? cause = null)
        : base($"{subject}: {problem}", cause) => Problem = problem;

    /// <summary>Whether a size was asked for that is open.</summary>
    internal bool IsAboutOpenSize { get; init; }

    /// <summary>The message without its subject.</summary>
    public string Problem { get; }
}
