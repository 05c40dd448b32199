namespace Fovea.Tests;

/// <summary>A group of threads of this process instead of processes: each runs the same program with its own model.</summary>
internal sealed class ThreadGroup : IProcessGroup
{
    private readonly Room room;

    private ThreadGroup(Room room, int rank) => (this.room, Rank) = (room, rank);

    public int Rank { get; }

    public int Size => room.Size;

    /// <summary>
    /// Runs a program on each thread and returns the results in the order of the threads. A thread that ends, also by an error, ends those that wait for it.
    /// </summary>
    public static T[] Run<T>(int size, Func<IProcessGroup, T> program)
    {
        var room = new Room(size);
        var results = new T[size];
        var errors = new List<Exception>();
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = program(new ThreadGroup(room, rank));
            }
            catch (Exception error)
            {
                lock (errors) errors.Add(error);
            }
            finally
            {
                room.Break();
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var first = errors.FirstOrDefault(error => error is not BrokenGroupException) ?? errors.FirstOrDefault();
        return first is null ? results : throw new AggregateException(first.Message, errors);
    }

    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        var parts = new float[Size][];
        for (int rank = 0, at = 0; rank < Size; at += sendCounts[rank++]) parts[rank] = send.Slice(at, sendCounts[rank]).ToArray();
        var all = room.Exchange(Rank, parts);
        for (int rank = 0, at = 0; rank < Size; at += receiveCounts[rank++])
        {
            var part = ((float[][])all[rank])[Rank];
            if (part.Length != receiveCounts[rank])
                throw new InvalidOperationException($"thread {rank} sent {part.Length} values; expected {receiveCounts[rank]}");
            part.CopyTo(receive[at..]);
        }
    }

    public void AllGather(Span<float> values, ReadOnlySpan<int> counts) => Gather(values, counts);

    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts) => Gather(values, counts);

    private void Gather<T>(Span<T> values, ReadOnlySpan<int> counts)
    {
        var start = 0;
        for (var rank = 0; rank < Rank; rank++) start += counts[rank];
        var all = room.Exchange(Rank, values.Slice(start, counts[Rank]).ToArray());
        for (int rank = 0, at = 0; rank < Size; at += counts[rank++])
        {
            var part = (T[])all[rank];
            if (part.Length != counts[rank]) throw new InvalidOperationException($"thread {rank} has {part.Length} values; expected {counts[rank]}");
            part.CopyTo(values[at..]);
        }
    }

    private sealed class BrokenGroupException() : Exception("another thread of the group has ended");

    /// <summary>Where the threads meet.</summary>
    private sealed class Room(int size)
    {
        private readonly object gate = new();
        private object[] present = new object[size];
        private object[] complete = [];
        private int arrived;
        private long meeting;
        private bool isBroken;

        public int Size => size;

        public object[] Exchange(int rank, object part)
        {
            lock (gate)
            {
                if (isBroken) throw new BrokenGroupException();
                present[rank] = part;
                var mine = meeting;
                if (++arrived == size)
                {
                    (complete, present, arrived) = (present, new object[size], 0);
                    meeting++;
                    Monitor.PulseAll(gate);
                    return complete;
                }

                while (meeting == mine && !isBroken) Monitor.Wait(gate);
                return meeting > mine ? complete : throw new BrokenGroupException();
            }
        }

        public void Break()
        {
            lock (gate)
            {
                isBroken = true;
                Monitor.PulseAll(gate);
            }
        }
    }
}
