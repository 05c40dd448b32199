using System.Diagnostics;
using Fovea.Engine.Simd;

namespace Fovea.Tests.Engine.Simd;

/// <summary>Concurrent callers divide the threads.</summary>
public class ThreadPartitionTests
{
    private static readonly long Second = Stopwatch.Frequency;

    [Theory]
    [InlineData(2, 2, 1)]
    [InlineData(3, 2, 1)]
    [InlineData(4, 2, 2)]
    [InlineData(4, 3, 1)]
    [InlineData(16, 2, 8)]
    [InlineData(16, 3, 4)]
    [InlineData(16, 4, 4)]
    [InlineData(16, 5, 2)]
    [InlineData(16, 8, 2)]
    [InlineData(16, 9, 1)]
    public void Concurrent_callers_get_equal_parts_of_the_threads(int threads, int callers, int each)
    {
        using var pool = new WorkerPool(threads);
        var first = Enumerable.Range(0, callers).Select(_ => pool.Partition.Enter(Second)).ToList();
        Assert.Same(pool, first[0]);
        foreach (var helpers in first) pool.Partition.Leave(helpers);

        var next = Enumerable.Range(0, callers).Select(_ => pool.Partition.Enter(Second + 1)).ToList();
        Assert.All(next, helpers => Assert.Equal(each, helpers?.Threads ?? 1));
        Assert.Equal(next.OfType<WorkerPool>().Count(), next.OfType<WorkerPool>().Distinct().Count());
        foreach (var helpers in next) pool.Partition.Leave(helpers);
    }

    [Fact]
    public void A_caller_gets_all_threads_only_some_time_after_the_others_have_left()
    {
        using var pool = new WorkerPool(4);
        var two = new[] { pool.Partition.Enter(Second), pool.Partition.Enter(Second) };
        foreach (var helpers in two) pool.Partition.Leave(helpers);
        var soon = pool.Partition.Enter(Second + (Second / 100));
        Assert.Equal(2, soon!.Threads);
        pool.Partition.Leave(soon);
        var later = pool.Partition.Enter(Second + (Second / 10));
        Assert.Same(pool, later);
        pool.Partition.Leave(later);
    }

    [Fact]
    public void A_pool_of_one_thread_is_not_divided()
    {
        using var pool = new WorkerPool(1);
        Assert.Null(pool.Partition.Enter(Second));
        pool.Partition.Leave(null);
    }
}
