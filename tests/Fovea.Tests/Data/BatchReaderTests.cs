using System.Collections.Concurrent;

namespace Fovea.Tests.Data;

public class BatchReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Batches_come_in_order_and_whole_whatever_the_threads(int readers)
    {
        var data = new Numbers(1003);
        var order = Enumerable.Range(0, 1003).Reverse().ToArray();
        foreach (var batchSize in new[] { 1, 7, 32, 1003, 5000 })
        {
            using var reader = new BatchReader(data, order, batchSize, readers: readers);
            var seen = new List<float>();
            while (reader.Next() is { } batch)
            {
                Assert.True(batch.Count == Math.Min(batchSize, 1003 - seen.Count));
                for (var i = 0; i < batch.Count; i++)
                {
                    Assert.True(batch.Inputs[0][i].IndexOfAnyExcept(batch.Targets[0].Values[i]) < 0);
                    seen.Add(batch.Targets[0].Values[i]);
                }
            }

            Assert.Equal(order.Select(index => (float)index), seen);
        }
    }

    [Theory]
    [InlineData(3)]
    [InlineData(1000)]
    public void Another_pass_reads_in_its_own_order_into_the_same_buffers(int batchSize)
    {
        var random = new Random(1);
        using var reader = new BatchReader(new Numbers(20), [.. Enumerable.Range(0, 20)], batchSize, readers: 3);
        var first = new HashSet<BatchBuffer>();
        for (var pass = 0; pass < 50; pass++)
        {
            int[] order = [.. Enumerable.Range(0, 20)];
            if (pass > 0)
            {
                random.Shuffle(order);
                reader.Begin(order);
            }

            var seen = new List<float>();
            while (reader.Next() is { } batch)
            {
                seen.AddRange(batch.Targets[0].Values);
                if (pass == 0) first.Add(batch);
                else Assert.Contains(batch, first);
            }

            Assert.Equal(order.Select(index => (float)index), seen);
        }
    }

    [Fact]
    public void A_pass_cannot_begin_before_the_last_has_ended()
    {
        using var reader = new BatchReader(new Numbers(20), [.. Enumerable.Range(0, 20)], 3);
        Assert.NotNull(reader.Next());
        Assert.Throws<InvalidOperationException>(() => reader.Begin([.. Enumerable.Range(0, 20)]));
    }

    [Fact]
    public void The_first_sample_that_cannot_be_read_is_named_after_the_batches_before_it()
    {
        var data = new Numbers(100) { Damaged = [57, 58, 90] };
        for (var round = 0; round < 20; round++)
        {
            using var reader = new BatchReader(data, [.. Enumerable.Range(0, 100)], 10, readers: 4);
            for (var batch = 0; batch < 5; batch++) Assert.NotNull(reader.Next());
            Assert.Equal("Number 57 is damaged.", Assert.Throws<TrainingException>(reader.Next).Message);
        }
    }

    [Fact]
    public void Several_threads_share_a_batch()
    {
        using var both = new ManualResetEventSlim();
        var data = new Numbers(64) { WhenTwoThreadsRead = both };
        using var reader = new BatchReader(data, [.. Enumerable.Range(0, 64)], 64, readers: 4);
        reader.Next();
        Assert.True(both.IsSet);
    }

    [Fact]
    public void Reading_can_be_left_at_any_time()
    {
        for (var batches = 0; batches < 4; batches++)
        {
            using var reader = new BatchReader(new Numbers(1000), [.. Enumerable.Range(0, 1000)], 3, readers: 3);
            for (var i = 0; i < batches; i++) reader.Next();
        }
    }

    /// <summary>Sample i is i everywhere.</summary>
    private sealed class Numbers(int count) : Dataset
    {
        public int[] Damaged { get; init; } = [];

        /// <summary>Set by the second thread that reads; the first waits for it.</summary>
        public ManualResetEventSlim? WhenTwoThreadsRead { get; init; }

        public ConcurrentDictionary<int, bool> Threads { get; } = [];

        public override int Count => count;

        public override Shape InputShape => [5000];

        public override Shape TargetShape => Shape.Scalar;

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            Threads[Environment.CurrentManagedThreadId] = true;
            if (Threads.Count > 1) WhenTwoThreadsRead?.Set();
            WhenTwoThreadsRead?.Wait(TimeSpan.FromSeconds(30));
            if (Damaged.Contains(index)) throw new InvalidDataException($"Number {index} is damaged.");
            input.Fill(index);
            target[0] = index;
        }
    }
}
