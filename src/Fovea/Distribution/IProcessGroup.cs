namespace Fovea;

/// <summary>
/// The processes that train one model together, and the exchanges between them. <c>Fovea.Mpi</c> implements it with MPI. Every process of the group makes the
/// same calls in the same order; a call returns when the others have made theirs.
/// </summary>
/// <remarks>One thread at a time calls a group. An exchange carries values unchanged: all sums are computed by the callers.</remarks>
public interface IProcessGroup
{
    /// <summary>The number of this process, from 0.</summary>
    int Rank { get; }

    /// <summary>The number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>Sends a part of an array to each process, and receives one from each; <c>MPI_Alltoallv</c>.</summary>
    /// <param name="send">The parts for the processes, in the order of their numbers, without gaps.</param>
    /// <param name="sendCounts">The number of values for each process, also for this one.</param>
    /// <param name="receive">Receives the parts from the processes, in the order of their numbers, without gaps.</param>
    /// <param name="receiveCounts">The number of values from each process, also from this one.</param>
    void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts);

    /// <summary>Gives every process the parts of all; <c>MPI_Allgatherv</c> in place.</summary>
    /// <param name="values">The parts of all processes, in the order of their numbers, without gaps. That of this process is there already.</param>
    /// <param name="counts">The number of values of each process.</param>
    void AllGather(Span<float> values, ReadOnlySpan<int> counts);

    /// <inheritdoc cref="AllGather(Span{float}, ReadOnlySpan{int})"/>
    void AllGather(Span<byte> values, ReadOnlySpan<int> counts);
}
