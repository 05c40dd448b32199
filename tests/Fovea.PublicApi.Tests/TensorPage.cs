using System.Globalization;

namespace Fovea.PublicApi.Tests;

/// <summary>The C# of the table in <c>docs/tensors.md</c>; <see cref="TensorPageTests"/> compares and runs it.</summary>
internal static class TensorPage
{
    public static Tensor Create(float[] values, List<double> doubles)
    {
        Tensor t = [[1, 2], [3, 4]];
        Tensor copy = values;
        return Tensor.Concat(
        [
            t.Flatten(), copy, Tensor.From(doubles), Tensor.Zeros([2, 3]).Flatten(), Tensor.Ones([2, 3]).Flatten(), Tensor.Full([2, 3], 7).Flatten(),
            Tensor.Arange(10), Tensor.Linspace(0, 1, 5),
            Tensor.RandomNormal([2, 3], seed: 1).Flatten(), Tensor.RandomUniform([2, 3], seed: 1).Flatten(),
        ]);
    }

    public static object[] Index(Tensor x)
    {
        x[.., 0] = 5;
        foreach (var image in x) Console.WriteLine(image.Shape);
        return
        [
            x.Shape, x.Shape.Rank, x.Shape.Count,
            x[0], x[^1], x[1..3], x[.., .., 5], x[TensorIndex.Ellipsis, ^1], x[.., TensorIndex.NewAxis],
            x[TensorIndex.Every(2)], x[TensorIndex.Every(-1)], x[TensorIndex.Every(3, 1..8)], x.At(0, 1, 2), (float)x[0, 1, 2],
        ];
    }

    public static object[] Compute(Tensor x, Tensor y) =>
    [
        x + y, x * 2, 1 - x, -x, x > 0.5, x.EqualTo(y), x.NotEqualTo(y), (x > 0) * (y > 0), 1 - (x > 0), Tensor.Where(x > 0, x, 0),
        x.SequenceEqual(y), x.AllClose(y), x.Sum(), x.Mean(-1), x.Std([0, 1]), x.Max(0, keepDims: true), x.Max(keepDims: true), x.Copy(), x.Var(1), x.Min(),
        x.ArgMax(-1), x.ArgMin(),
        x.Reshape(-1, 6), x.Flatten(), x.Transpose(), x.Transpose(0, 2, 1), x.ExpandDims(0), x.Squeeze(),
        Tensor.Concat([x, y], axis: -1), Tensor.Stack([x, y]), x.Unstack(), x.BroadcastTo([5, 2, 3, 4]),
        x.Abs(), x.Exp(), x.Log(), x.Sqrt(), x.Square(), x.Clip(0, 1), x.Round(2), x.Maximum(0), x.Map(MathF.Sin),
    ];

    public static Tensor[] Print(Tensor x, Tensor y)
    {
        Console.WriteLine(x);
        Console.WriteLine($"{x:F3}");
        x.Save("x.npy");
        NumpyArchive.Save("data.npz", ("x", x), ("y", y));
        return [Tensor.Load("x.npy"), NumpyArchive.Load("data.npz")["x"]];
    }

    public static float Predict(Model model, Tensor images, Tensor labels)
    {
        Tensor predictions = model.Predict(images);
        Console.WriteLine(predictions);
        int[] classes = predictions.ArgMax(-1).ToInt32Array();
        float accuracy = predictions.ArgMax(-1).EqualTo(labels).Mean();
        return accuracy + classes.Length.ToString(CultureInfo.InvariantCulture).Length;
    }
}
