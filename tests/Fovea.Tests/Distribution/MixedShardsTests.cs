namespace Fovea.Tests.Distributed;

/// <summary>Images that are mixed in training have their partners in the same shard, since another shard may be in another process.</summary>
public sealed class MixedShardsTests
{
    /// <summary>All images of a shard are equal, so that a mixture with another image of the shard is the image itself.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_partners_of_mixed_images_are_in_the_same_shard(bool isCut)
    {
        var plain = Train(shards: 2, null);
        AssertClose(plain, Train(shards: 2, isCut ? new CutMix((0.5, 0.5)) : new MixUp(1)));
        AssertClose(plain, Train(shards: null, null));
        var mixed = Train(shards: null, isCut ? new CutMix((0.5, 0.5)) : new MixUp(1));
        Assert.Contains(mixed.Zip(plain), pair => Math.Abs(pair.First - pair.Second) > 1e-3);
    }

    /// <summary>Trains on batches of eight images: four dark ones of one class, then four bright ones of another.</summary>
    private static float[] Train(int? shards, ImageAugmentation? augmentation)
    {
        var images = new Tensor([8, 2, 2, 1], [.. Enumerable.Range(0, 32).Select(i => i < 16 ? 0.25f : 1)]);
        var data = Dataset.From(images, new Tensor([8], [0, 0, 0, 0, 2, 2, 2, 2]));
        var model = new Sequential("linear", seed: 5) { new Input(2, 2, 1), new Flatten(), new Dense(3, Activation.Softmax) };
        model.Compile(new Sgd(0.1), Loss.SparseCategoricalCrossentropy);
        model.Augmentation = augmentation;
        if (shards is { } number) model.Distribution = new DataParallel(number);
        model.Fit(data, epochs: 3, batchSize: 8, shuffle: false, verbose: 0);
        return [.. model.Weights.SelectMany(weight => weight.Values.ToArray())];
    }

    private static void AssertClose(float[] expected, float[] received) =>
        Assert.All(expected.Zip(received), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
}
