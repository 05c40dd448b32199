using CsCheck;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Simd;
using static Fovea.Tests.Engine.Kernels.KernelCases;

namespace Fovea.Tests.Engine.Kernels;

public class MatrixKernelTests
{
    private static readonly Gen<int> Sizes = Gen.OneOf(Gen.Int[1, 12], Gen.Int[13, 140]);

    [Fact]
    public void A_matrix_product_agrees_with_its_definition_on_any_shape() =>
        Gen.Select(Sizes, Sizes, Sizes, Gen.Bool, Gen.Bool, Gen.Int[0, 1_000_000]).Sample(MatMul, iter: Samples, threads: 1);

    [Theory]
    [InlineData(1, 1000, 300)]
    [InlineData(200, 600, 65)]
    [InlineData(13, 2000, 33)]
    [InlineData(700, 3, 520)]
    public void A_large_matrix_product_agrees_in_all_four_layouts(int rows, int inner, int columns)
    {
        MatMul(rows, inner, columns, false, false, 1);
        MatMul(rows, inner, columns, true, false, 2);
        MatMul(rows, inner, columns, false, true, 3);
        MatMul(rows, inner, columns, true, true, 4);
    }

    [Fact]
    public void A_streamed_product_of_a_few_rows_agrees_with_its_definition_on_any_shape() =>
        Gen.Select(Gen.Int[1, 5], Sizes, Sizes, Gen.Int[0, 1_000_000]).Sample(Streamed, iter: Samples, threads: 1);

    [Theory]
    [InlineData(1, 1025, 1031)]
    [InlineData(4, 3000, 700)]
    [InlineData(2, 4099, 513)]
    public void A_streamed_product_with_a_matrix_of_many_shards_agrees(int rows, int inner, int columns)
    {
        Assert.True(StreamedMatMulKernel.Wins(rows, inner, columns));
        for (var seed = 1; seed <= 6; seed++) Streamed(rows, inner, columns, seed);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 67)]
    [InlineData(3, 10)]
    [InlineData(997, 1)]
    [InlineData(7744, 64)]
    [InlineData(5003, 37)]
    public void The_sum_of_rows_agrees_with_its_definition(int rows, int columns)
    {
        var values = Values(rows * columns, 1);
        var expected = new double[columns];
        for (var i = 0; i < values.Length; i++) expected[i % columns] += values[i];
        AssertClose(expected, KernelRunner.Run(new SumRowsKernel(rows, columns), columns, values), rows, (rows, columns));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 1)]
    [InlineData(17, 33)]
    [InlineData(64, 576)]
    [InlineData(401, 203)]
    public void A_transpose_moves_every_element(int rows, int columns)
    {
        var values = Values(rows * columns, 1);
        var actual = KernelRunner.Run(new PermuteKernel([(columns, 1), (rows, columns)]), rows * columns, values);
        for (var i = 0; i < rows; i++)
            for (var j = 0; j < columns; j++) Assert.Equal(values[(i * columns) + j], actual[(j * rows) + i]);
    }

    private static void MatMul(int rows, int inner, int columns, bool transposeA, bool transposeB, int seed) =>
        MatMul(rows, inner, columns, transposeA, transposeB, seed,
            (hasBias, epilogue) => new MatMulKernel(rows, inner, columns, transposeA, transposeB, hasBias, epilogue));

    private static void Streamed(int rows, int inner, int columns, int seed) =>
        MatMul(rows, inner, columns, false, false, seed, (hasBias, epilogue) => new StreamedMatMulKernel(rows, inner, columns, hasBias, epilogue));

    private static void MatMul(
        int rows, int inner, int columns, bool transposeA, bool transposeB, int seed, Func<bool, Epilogue, Kernel> create)
    {
        var a = Values(rows * inner, seed);
        var b = Values(inner * columns, seed + 1);
        var bias = seed % 2 == 0 ? null : Values(columns, seed + 2);
        var epilogue = seed % 3 == 0 ? Epilogue.Relu : Epilogue.None;
        var expected = Naive.MatMul(rows, inner, columns, transposeA, transposeB, a, b, bias);
        if (epilogue == Epilogue.Relu) expected = [.. expected.Select(x => Math.Max(0, x))];
        var actual = KernelRunner.Run(create(bias is not null, epilogue), rows * columns, bias is null ? [a, b] : [a, b, bias]);
        AssertClose(expected, actual, inner + 1, (rows, inner, columns, transposeA, transposeB));
    }
}
