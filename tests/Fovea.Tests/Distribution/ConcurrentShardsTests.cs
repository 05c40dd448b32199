using Fovea.Tests.Training;

namespace Fovea.Tests.Distributed;

/// <summary>Shards that several threads compute at the same time.</summary>
[Collection(AloneCollection.Name)]
public class ConcurrentShardsTests
{
    [Theory]
    [InlineData("batch normalization, two branches")]
    [InlineData("augmentation")]
    [InlineData("masks, mean by weights")]
    [InlineData("two inputs and outputs")]
    [InlineData("a last batch of one sample")]
    public void The_number_of_threads_does_not_change_a_bit(string name)
    {
        var before = Cpu.Threads;
        try
        {
            Cpu.Threads = 1;
            var one = Trainings.Create(name).Fit(new DataParallel(8));
            foreach (var threads in (int[])[2, 3, 4, 8])
            {
                Cpu.Threads = threads;
                var trained = Trainings.Create(name).Fit(new DataParallel(8));
                Assert.Equal(one.History, trained.History);
                Assert.Equal(one.Bits, trained.Bits);
            }
        }
        finally
        {
            Cpu.Threads = before;
        }
    }

    [Fact]
    public void Small_shards_are_divided_evenly_among_threads_and_others_are_computed_one_after_another()
    {
        var before = Cpu.Threads;
        try
        {
            var model = SmallNets.Create("convnet");
            var plan = model.Trainer!.Shard(2, isWhole: false, 0, model.Topology.Example());
            Assert.Equal([8, 4, 3, 2, null, null], ((int[])[8, 4, 3, 2, 5, 1]).Select(threads => Of(threads)?.Threads));
            Cpu.Threads = 3;
            Assert.Equal([0, 0, 1, 1, 1, 2, 2, 2], Enumerable.Range(8, 8).Select(Of(3)!.ThreadOf));

            ConcurrentShards? Of(int threads)
            {
                Cpu.Threads = threads;
                return ConcurrentShards.Of((8, 16), plan, new SumBuffers(plan.Vector!.Length));
            }
        }
        finally
        {
            Cpu.Threads = before;
        }
    }
}
