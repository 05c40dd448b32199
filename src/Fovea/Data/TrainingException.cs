namespace Fovea;

/// <summary>Training cannot go on: the loss is not finite, or the data do not fit the model. The model is as it last was good.</summary>
public sealed class TrainingException : Exception
{
    /// <summary>Creates the error.</summary>
    public TrainingException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>Whether the loss or the weights were no longer finite.</summary>
    internal bool IsDivergence { get; init; }
}
