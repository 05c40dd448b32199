namespace Fovea.Tests.Training;

/// <summary>Weights that differ between processes are found at the end of the epoch, down to the last bit.</summary>
public class EqualWeightsTests
{
    [Fact]
    public void Equal_weights_are_accepted_and_one_bit_is_found()
    {
        var messages = ThreadGroup.Run(3, group =>
        {
            var model = SmallNets.Convnet();
            var distribution = new DataParallel(4, group);
            EqualWeights.Require(model, distribution, epoch: 6);
            if (group.Rank == 1)
            {
                var values = model.Weights[^1].Values.ToArray();
                values[^1] = MathF.BitIncrement(values[^1]);
                model.Weights[^1].Write(values);
            }

            return Assert.Throws<TrainingException>(() => EqualWeights.Require(model, distribution, epoch: 7)).Message;
        });
        Assert.All(messages, message => Assert.Matches(
            @"^DataParallel: the weights of process 1 of 3 differ from those of process 0 after epoch 7 \(hashes [0-9a-f]{16} and [0-9a-f]{16}\); a callback "
                + "has changed the model or the learning rate in one process alone, or a machine computes wrongly.$",
            message));
    }

    /// <summary>The hash is the beginning of the digest that <c>fovea train --json</c> reports.</summary>
    [Fact]
    public void The_hash_is_the_beginning_of_the_digest_of_the_weights()
    {
        var model = SmallNets.Convnet();
        Assert.StartsWith(
            ContentHash.Print(ContentHash.Of(model.Weights.Select(weight => weight.Variable))), Fovea.Cli.WeightsDigest.Sha256(model),
                StringComparison.Ordinal);
    }
}
