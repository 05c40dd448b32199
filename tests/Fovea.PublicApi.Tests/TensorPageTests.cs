using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary><c>docs/tensors.md</c>: its code compiles and runs.</summary>
[Collection(WorkingFolder.Collection)]
public partial class TensorPageTests
{
    private static readonly string Page = Read("docs/tensors.md");

    [Fact]
    public void The_C_sharp_of_the_table_compiles_here()
    {
        var code = Read("tests/Fovea.PublicApi.Tests/TensorPage.cs");
        var cells = Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .SelectMany(row => Span().Matches(row.Split(" | ")[1])).Select(match => match.Groups[1].Value)
            .Where(cell => !cell.StartsWith("float[", StringComparison.Ordinal)).ToList();
        Assert.InRange(cells.Count, 70, 120);
        Assert.All(cells, cell => Assert.Contains(cell, code, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "TensorPage.cs")]
    [InlineData(1, "TensorAlias.cs")]
    public void The_blocks_of_code_compile_here(int block, string file)
    {
        var code = Read($"tests/Fovea.PublicApi.Tests/{file}");
        var lines = CodeBlock().Matches(Page)[block].Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Contains(line, code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_code_of_the_table_runs()
    {
        var x = Tensor.RandomUniform([4, 3, 6], seed: 3);
        Assert.Equal(4 + 3 + 3 + (5 * 6) + 10 + 5, TensorPage.Create([1, 2, 3], [1, 2, 3]).Shape[0]);
        var indexed = TensorPage.Index(Tensor.RandomUniform([8, 3, 6], seed: 3));
        Assert.Equal("(8, 3, 6), 3, 144, (3, 6), (3, 6), (2, 3, 6), (8, 3), (8, 3), (8, 1, 3, 6), (4, 3, 6), (8, 3, 6), (3, 3, 6)",
            string.Join(", ", indexed[..12].Select(value => value is Tensor tensor ? tensor.Shape : value)));
        Assert.Equal(indexed[12], indexed[13]);
        var computed = TensorPage.Compute(Tensor.RandomUniform([2, 3, 4], seed: 1), Tensor.RandomUniform([2, 3, 4], seed: 2));
        Assert.Equal(41, computed.Length);
        using var folder = new WorkingFolder();
        Assert.All(TensorPage.Print(x, x), read => Assert.True(read.SequenceEqual(x)));
    }

    [Fact]
    public void Both_namespaces_can_be_used_in_a_file()
    {
        var model = new Sequential { new Input(3), new Dense(4) };
        var (x, same, copy, norm, kernelValues) = Elsewhere.TensorAlias.Run(model);
        Assert.Equal([-1, 1, 2, 3, 4, 50], x.Values);
        Assert.Equal(50, same[1, 2]);
        Assert.Equal([0, 1, 2, 3, 4, 5], copy.Values);
        Assert.Equal(Math.Sqrt(55), norm, 1e-5);
        Assert.Equal(12, kernelValues);
    }

    [Fact]
    public void Views_of_every_rank_share_the_memory_and_conversions_copy()
    {
        foreach (var shape in (Shape[])[[3], [2, 3], [1, 2, 3, 4]])
        {
            var tensor = Tensor.RandomUniform(shape, seed: 1);
            Assert.Equal(shape.Dimensions.ToArray(), tensor.AsReadOnlyTensorSpan().Lengths.ToArray().Select(length => (int)length));
            tensor.AsTensorSpan().Fill(2);
            Assert.Equal(2, tensor.Values[^1]);
            tensor.AsNumericsTensor().Fill(3);
            Assert.Equal(3, tensor.Values[^1]);
            Tensor again = tensor.AsNumericsTensor();
            Assert.True(again.SequenceEqual(tensor));
            Assert.NotSame(tensor.Values, again.Values);
        }

        var strided = System.Numerics.Tensors.Tensor.PermuteDimensions(Tensor.Arange(6).Reshape(2, 3).AsNumericsTensor(), [1, 0]);
        Assert.True(Tensor.From(strided).SequenceEqual([[0, 3], [1, 4], [2, 5]]));
        Assert.Equal(15, System.Numerics.Tensors.Tensor.Sum<float>(Tensor.Arange(6).Reshape(2, 3)));
    }

    [Fact]
    public void A_scalar_is_a_view_of_one_value_and_an_empty_view_is_refused()
    {
        Assert.Equal("Tensor.From: expected at least one value; received none.",
            Assert.Throws<ShapeException>(() => Tensor.From(System.Numerics.Tensors.Tensor.Create(Array.Empty<float>()))).Message);
        Tensor scalar = 3;
        Assert.Equal(1, scalar.AsReadOnlyTensorSpan().FlattenedLength);
        Assert.Equal(1, scalar.AsNumericsTensor().FlattenedLength);
        Assert.Equal(3, Tensor.From(scalar.AsNumericsTensor()).Sum());
    }

    [Fact]
    public void A_weight_is_a_view_or_a_copy()
    {
        var weight = new Sequential { new Input(3), new Dense(4) }.Weights[0];
        Assert.Equal([3, 4], weight.AsReadOnlyTensorSpan().Lengths.ToArray());
        Assert.Equal(weight.Values[5], weight.AsReadOnlyTensorSpan()[1, 1]);
        Assert.Equal(weight.Values[5], weight.ToTensor().At(1, 1));
        Assert.Equal(weight.Shape, weight.ToTensor().Shape);
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(ReadmeTests.Root(), path));

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Span();

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
