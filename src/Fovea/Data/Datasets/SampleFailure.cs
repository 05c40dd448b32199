namespace Fovea;

/// <summary>The errors of functions that the caller gave to make or select samples.</summary>
internal static class SampleFailure
{
    /// <summary>Whether an exception of such a function is reported with the sample. A cancellation is passed on.</summary>
    public static bool IsReported(Exception error) => error is not OperationCanceledException;

    /// <summary>The error that names the operation and the sample; the exception of the function is its cause.</summary>
    /// <param name="operation">The operation that called the function, as in <c>Select</c>.</param>
    /// <param name="index">The index of the sample that it was called for.</param>
    /// <param name="error">The exception of the function.</param>
    public static InvalidDataException Of(string operation, int index, Exception error) =>
        new($"{operation}: the function failed for sample {index}: {error.GetType().Name}: {error.Message}", error);
}
