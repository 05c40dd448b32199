namespace Fovea.Mpi;

/// <summary>MPI cannot be used, or one of its functions has failed. The message is a sentence for the user.</summary>
public sealed class MpiException : Exception
{
    /// <summary>Creates the exception.</summary>
    public MpiException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
