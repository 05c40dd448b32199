namespace Fovea.Tests.Training;

/// <summary>Cuts out parts of images without the library.</summary>
internal static class CroppedImages
{
    /// <summary>The centered part of the images, and of their masks.</summary>
    public static Dataset Centered(this Dataset images, int size)
    {
        var (side, isMask) = (images.InputShape[0], images.TargetShape.Rank > 1);
        var start = (side - size) / 2;
        var (inputs, targets) = (new List<float>(), new List<float>());
        foreach (var sample in images)
        {
            inputs.AddRange(Part(sample.Input.Values));
            targets.AddRange(isMask ? Part(sample.Target.Values) : sample.Target.Values.ToArray());
        }

        return Dataset.From(
            new Tensor([images.Count, size, size, 1], [.. inputs]), new Tensor(isMask ? [images.Count, size, size] : [images.Count], [.. targets]));

        float[] Part(ReadOnlySpan<float> values)
        {
            var part = new float[size * size];
            for (var y = 0; y < size; y++) values.Slice(((start + y) * side) + start, size).CopyTo(part.AsSpan(y * size));
            return part;
        }
    }
}
