namespace Fovea.Tests.Layers;

/// <summary>Every layer on images and sequences of open size: it computes what it computes at a fixed size, or it is refused when it is connected.</summary>
public class OpenSizeLayerTests
{
    /// <summary>The layers that need a known size: their weights or their settings depend on it.</summary>
    private static readonly string[] Refused =
    [
        "PReLU", "LayerNormalization of images", "LayerNormalization of rows", "LayerNormalization of rows and channels", "RMSNormalization of images",
        "RMSNormalization of columns", "Normalization to adapt", "Combination with constants", "Combination with more constants",
    ];

    public static TheoryData<LayerCase> Cases() => [.. LayerCases.All.Where(row => row.Input.Rank >= 2 && row.Name != "Input").DistinctBy(row => row.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_on_open_sizes_computes_the_same_bits_as_on_fixed_ones(LayerCase row)
    {
        ArgumentNullException.ThrowIfNull(row);
        var open = Shape.WithOpen([.. Enumerable.Repeat((int?)null, row.Input.Rank - 1), row.Input[^1]]);
        var isRefused = Array.Exists(Refused, name => name == row.Name);
        if (isRefused)
        {
            Assert.Throws<ShapeException>(() => ModelOf(row, open));
            return;
        }

        var (any, known) = (ModelOf(row, open), ModelOf(row, row.Input));
        Tensor[] inputs = [.. Enumerable.Range(0, row.Inputs).Select(i => new Tensor(row.Input.Prepend(2), LayerRunner.Normal(2 * row.Input.Count, i + 1)))];
        var (found, expected) = (any.Predict(inputs)[0], known.Predict(inputs)[0]);
        Assert.Equal(expected.Shape, found.Shape);
        Assert.Equal(expected.Values, found.Values);
        Assert.Equal(row.Output.Rank, any.OutputShape.Rank);
        for (var axis = 0; axis < row.Output.Rank; axis++) Assert.True(any.OutputShape.Sizes[axis] is null || any.OutputShape.Sizes[axis] == row.Output[axis]);
    }

    private static Model ModelOf(LayerCase row, Shape shape)
    {
        SymbolicTensor[] inputs = [.. Enumerable.Range(0, row.Inputs).Select(i => Input.Of(shape, $"input{i}").Output)];
        return new Model(inputs, [row.Create().Call(inputs)], seed: 3);
    }
}
