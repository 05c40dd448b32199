namespace Fovea.PublicApi.Tests;

/// <summary>The code of docs/data.md, which <see cref="DataPageTests"/> compares and runs.</summary>
internal static class DataPage
{
    /// <summary>The right column of the table.</summary>
    public static void Table(Dataset data, Dataset other, Dataset test, Tensor x, Tensor y, float[] weights, Model model, string folder, string npz)
    {
        foreach (var (image, label) in data) Assert.Equal((data.InputShape, data.TargetShape), (image.Shape, label.Shape));
        foreach (var (images, labels) in data.Batches(32)) Assert.Equal(images.Shape[0], labels.Shape[0]);
        foreach (var (images, labels) in data.Batches(32, shuffle: true, seed: 1, dropRemainder: true))
            Assert.Equal((32, 32), (images.Shape[0], labels.Shape[0]));
        var (first, second) = data.Split(0.2, seed: 1, stratified: true);
        foreach (var (most, fold) in data.Folds(5, seed: 1, stratified: true)) Assert.Equal(data.Count, most.Count + fold.Count);
        var (classes, groups) = (new int[data.Count], (int[]?)null);
        Assert.Equal(5, data.Folds(SampleFolds.Of(classes, groups, 5, seed: 1)).Count);
        Dataset[] all =
        [
            Dataset.From(x, y),
            data[10..20],
            data.Take(100),
            data.Skip(100),
            data.Select((x, y) => (x / 255, y)),
            data.Select((x, y, random) => (x + random.NextNormal(), y), seed: 1),
            data.SelectInput(x => x / 255),
            data.Where((x, y) => (float)y != 3),
            data.Zip(other),
            data.Zip(other, (one, two) => (one.Input, two.Input)),
            data.Concat(other),
            data.Shuffle(seed: 1),
            data.Shuffle(seed: 1).Take(100),
            NumpyDataset.Load(npz).Train,
            NumpyDataset.Load(npz, "images", "labels"),
            data.Repeat(2),
            data.OneHot(10),
            data.Cache(),
            data.Cache(folder),
            data.WithSampleWeights(weights),
            data.WithClassWeights(1, 5),
            first,
            second,
        ];
        var stream = Dataset.From(data.AsEnumerable());
        Assert.Equal(data.Count, stream.Shuffle(bufferSize: 1000).Cache().Count);
        Assert.All(all, each => Assert.True(each.Count > 0));
        Assert.Equal((data.InputShape, data.InputShape), (data[0].Input.Shape, data[^1].Input.Shape));
        Assert.Equal(test.Count, model.Predict(test).Shape[0]);
        Assert.Equal(2, model.Fit(data, epochs: 2, stepsPerEpoch: 3, validation: test, validationSteps: 1).Epochs);
    }

    public static Dataset FromFunction(float[][] pixels, int[] labels)
    {
        // <function>
        var data = Dataset.From(labels.Length, i => (new Tensor([28, 28, 1], pixels[i]), labels[i]), classNames: ["circle", "square"]);
        // </function>
        return data;
    }

    public static History TrainOnParts(Model model, string folder)
    {
        // <parts>
        var data = Dataset.FromParts(4, part => NumpyDataset.Load(Path.Combine(folder, $"part{part}.npz")).Train.OneHot(10));
        model.Distribution = new DataParallel(shards: 4);
        var history = model.Fit(data, epochs: 2, batchSize: 16);
        // </parts>
        return history;
    }

    public static History TrainOnStream(Model model)
    {
        // <stream>
        IEnumerable<(Tensor, Tensor)> Circles()
        {
            for (var i = 0; ; i++) yield return Circle.Draw(radius: 3 + (i % 9));
        }

        var history = model.Fit(Dataset.From(Circles()), epochs: 2, batchSize: 8, stepsPerEpoch: 5);
        // </stream>
        return history;
    }

    public static double Loop(Model model, Dataset data)
    {
        var loss = 0.0;
        // <loop>
        var batches = data.Batches(32, shuffle: true, seed: model.Seed);
        for (var epoch = 0; epoch < 2; epoch++)
        {
            foreach (var (x, y) in batches) loss = model.TrainOnBatch(x, y).Loss;
        }

        // </loop>
        return loss;
    }

    // <class>
    public sealed class Circle(int count) : Dataset
    {
        public override int Count => count;

        public override Shape InputShape => [28, 28, 1];

        public override Shape TargetShape => [1];

        public static (Tensor Image, Tensor Radius) Draw(float radius)
        {
            var image = new float[28 * 28];
            for (var i = 0; i < image.Length; i++) image[i] = float.Hypot((i / 28) - 13.5f, (i % 28) - 13.5f) < radius ? 1 : 0;
            return (new Tensor([28, 28, 1], image), new Tensor([1], [radius]));
        }

        public override void Read(int index, Span<float> input, Span<float> target)
        {
            var (image, radius) = Draw(3 + (index % 9));
            image.Values.CopyTo(input);
            radius.Values.CopyTo(target);
        }
    }

    // </class>
}
