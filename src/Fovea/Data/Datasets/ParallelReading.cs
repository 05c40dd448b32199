using System.Runtime.ExceptionServices;

namespace Fovea;

/// <summary>Reads the samples of a data set on several threads.</summary>
internal static class ParallelReading
{
    /// <summary>Calls a function for each index. If it fails for some, the error of the lowest index is thrown, at any number of threads.</summary>
    public static void ForEach(int count, Action<int> read, CancellationToken cancellationToken = default)
    {
        var gate = new Lock();
        var (lowest, error) = (int.MaxValue, default(Exception));
        Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, index =>
        {
            if (index > Volatile.Read(ref lowest)) return;
            try
            {
                read(index);
            }
#pragma warning disable CA1031 // It is rethrown after the samples before it were read.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                lock (gate)
                {
                    if (index < lowest) (lowest, error) = (index, exception);
                }
            }
        });
        if (error is not null) ExceptionDispatchInfo.Throw(error);
    }
}
