using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Tests.Engine.Simd;

public class WorkerPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    public void Every_unit_runs_once_and_no_two_units_share_a_worker_at_a_time(int threads)
    {
        using var pool = new WorkerPool(threads);
        for (var round = 0; round < 3000; round++)
        {
            var work = new Count(1 + (round % 37), threads);
            pool.Run(work, work.Runs.Length);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
            Assert.Equal(0, work.Collisions);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void A_worker_runs_units_from_its_own_share_first(int threads)
    {
        for (var round = 0; round < 50; round++)
        {
            using var pool = new WorkerPool(threads);
            using var all = new Barrier(threads);
            var workers = new int[threads];
            pool.Run(
                new Each((unit, worker) =>
                {
                    workers[unit] = worker;
                    all.SignalAndWait();  // no worker takes a second unit
                }),
                threads);
            Assert.Equal(Enumerable.Range(0, threads), workers);
        }
    }

    [Fact]
    public void Parked_workers_wake_up_again()
    {
        using var pool = new WorkerPool(4);
        for (var round = 0; round < 30; round++)
        {
            Thread.Sleep(round % 3);
            var work = new Count(20, 4);
            pool.Run(work, 20);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public async Task Several_callers_may_share_a_pool()
    {
        using var pool = new WorkerPool(3);
        var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var round = 0; round < 2000; round++)
            {
                var work = new Count(11, 3);
                pool.Run(work, 11);
                Assert.All(work.Runs, runs => Assert.Equal(1, runs));
                Assert.Equal(0, work.Collisions);
            }
        }, TestContext.Current.CancellationToken)).ToArray();
        await Task.WhenAll(callers);
    }

    [Fact]
    public void A_unit_may_run_other_work()
    {
        using var pool = new WorkerPool(3);
        var total = 0;
        pool.Run(new Each((_, _) => pool.Run(new Each((_, _) => Interlocked.Increment(ref total)), 5)), 7);
        Assert.Equal(35, total);
    }

    [Fact]
    public void An_exception_in_a_unit_reaches_the_caller_and_the_pool_remains_usable()
    {
        using var pool = new WorkerPool(4);
        for (var round = 0; round < 200; round++)
        {
            var bad = round % 40;
            var error = Assert.Throws<InvalidOperationException>(() => pool.Run(
                new Each((unit, _) =>
                {
                    if (unit == bad) throw new InvalidOperationException($"unit {unit}");
                }),
                40));
            Assert.Equal($"unit {bad}", error.Message);
            var work = new Count(40, 4);
            pool.Run(work, 40);
            Assert.All(work.Runs, runs => Assert.Equal(1, runs));
        }
    }

    [Fact]
    public void A_region_allocates_nothing()
    {
        using var pool = new WorkerPool(2);
        var work = new Each((_, _) => { });
        pool.Run(work, 8);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++) pool.Run(work, 8);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_disposed_pool_still_runs_work_on_its_caller()
    {
        var pool = new WorkerPool(4);
        pool.Dispose();
        var work = new Count(9, 4);
        pool.Run(work, 9);
        Assert.All(work.Runs, runs => Assert.Equal(1, runs));
    }

    [Fact]
    public void An_unreferenced_pool_is_collected_with_its_work_although_its_threads_wait()
    {
        var (pool, work) = CreateUnreferenced();
        for (var i = 0; i < 100 && (pool.IsAlive || work.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(5);
        }

        Assert.False(pool.IsAlive);
        Assert.False(work.IsAlive);
    }

    [Fact]
    public void A_pool_of_no_threads_is_refused()
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new WorkerPool(0));
        Assert.StartsWith("WorkerPool: at least one thread is needed, the caller itself.", error.Message, StringComparison.Ordinal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static (WeakReference Pool, WeakReference Work) CreateUnreferenced()
    {
        var pool = new WorkerPool(3);
        var work = new Count(100, 3);
        pool.Run(work, 100);
        return (new WeakReference(pool), new WeakReference(work));
    }

    private sealed class Each(Action<int, int> action) : IWork
    {
        public void Run(int unit, int worker) => action(unit, worker);
    }

    private sealed class Count(int units, int threads) : IWork
    {
        private readonly int[] inside = new int[threads];

        public int[] Runs { get; } = new int[units];

        public int Collisions { get; private set; }

        public void Run(int unit, int worker)
        {
            if (Interlocked.Increment(ref inside[worker]) != 1) Collisions++;
            Interlocked.Increment(ref Runs[unit]);
            Thread.SpinWait(unit % 5 * 20);
            Interlocked.Decrement(ref inside[worker]);
        }
    }
}
