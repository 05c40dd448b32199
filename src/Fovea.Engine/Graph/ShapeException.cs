namespace Fovea;

/// <summary>
/// Shapes that do not fit together. The message reads <c>subject: problem</c>, the subject being the op or, where a layer built
/// it, the layer. It is an <see cref="ArgumentException"/>, since it is what was given that does not fit; <see cref="ArgumentException.ParamName"/> is empty,
/// as the
/// shapes come from several places.
/// </summary>
public sealed class ShapeException : ArgumentException
{
    /// <summary>Creates the error.</summary>
    /// <param name="subject">Who complains: <c>Conv2D 'stem'</c>.</param>
    /// <param name="problem">What was expected, what was received and, where known, the fix.</param>
    /// <param name="cause">The error behind this one.</param>
    public ShapeException(string subject, string problem, Exception? cause = null)
        : base($"{subject}: {problem}", cause) => Problem = problem;

    /// <summary>The message without its subject.</summary>
    public string Problem { get; }
}
