namespace Fovea;

/// <summary>
/// The exception for data that cannot be used, such as values that are not finite, and for a training whose loss is no longer finite. The model is as it was
/// when it was last good.
/// </summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the exception.</summary>
    public TrainingException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Whether the loss or the weights were no longer finite.</summary>
    internal bool IsDivergence { get; init; }
}
