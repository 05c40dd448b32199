using System.Runtime.CompilerServices;
using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// The matrix product C[M, N] = op(A)[M, K] · op(B)[K, N], with a bias per column and an epilogue: inputs [A, B] or [A, B, bias]. A is read in place,
/// transposed or not, since its values are broadcast one by one. A transposed B is first transposed back into panels in scratch, which takes K·N moves
/// compared with M·K·N products.
/// </summary>
internal sealed unsafe class MatMulKernel : Kernel
{
    /// <summary>
    /// The longest part of a sum: longer sums are split, so that a block of B stays in L1 while it serves all rows. Splitting changes no bit.
    /// </summary>
    private const int MaxWalk = 256;

    private const int MaxUnitRows = 96;
    private const int MaxUnitColumns = 256;

    private readonly int rows;
    private readonly int inner;
    private readonly int columns;
    private readonly bool transposeA;
    private readonly bool transposeB;
    private readonly bool hasBias;
    private readonly Epilogue epilogue;
    private readonly Panels panels;
    private readonly Cut rowBlocks;
    private readonly Cut columnBlocks;

    /// <param name="rows">M, the rows of C.</param>
    /// <param name="inner">K, the length of the sums.</param>
    /// <param name="columns">N, the columns of C.</param>
    /// <param name="transposeA">Whether A is stored as [K, M].</param>
    /// <param name="transposeB">Whether B is stored as [N, K].</param>
    /// <param name="hasBias">Whether a third input [N] is added to every row.</param>
    /// <param name="epilogue">The activation of the sums.</param>
    public MatMulKernel(int rows, int inner, int columns, bool transposeA, bool transposeB, bool hasBias, Epilogue epilogue = Epilogue.None)
    {
        this.rows = rows;
        this.inner = inner;
        this.columns = columns;
        this.transposeA = transposeA;
        this.transposeB = transposeB;
        this.hasBias = hasBias;
        this.epilogue = epilogue;
        panels = new Panels(columns, inner);

        // Blocks of at most 96 by 256; if these are too few, narrower and then lower blocks.
        var wanted = Granularity.OfProducts((long)rows * panels.Count * Panels.Width * inner);  // a narrow panel takes as long as a full one
        var rowParts = Math.Min(wanted, (rows + MaxUnitRows - 1) / MaxUnitRows);
        columnBlocks = Cut.Into(Math.Max((columns + MaxUnitColumns - 1) / MaxUnitColumns, wanted / rowParts), columns, Columns.MaxBlock);
        rowBlocks = Cut.Into(Math.Max(rowParts, wanted / columnBlocks.Parts), rows, Tile.MaxRows);
    }

    public override int Phases => transposeB ? 2 : 1;

    public override int ScratchFloats => transposeB ? panels.Floats : 0;

    public override int Units(int phase) =>
        phase < Phases - 1 ? panels.Units : rowBlocks.Parts * columnBlocks.Parts;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        if (phase < Phases - 1)
        {
            panels.Transpose(unit, buffers.Input(1), inner, buffers.Scratch);
            return;
        }

        var (columnBlock, rowBlock) = Math.DivRem(unit, rowBlocks.Parts);
        var firstRow = rowBlocks.Start(rowBlock);
        var pass = new Pass
        {
            A = buffers.Input(0) + (firstRow * (transposeA ? 1 : (nint)inner)),
            RowStep = transposeA ? 1 : inner,
            Output = buffers.Output + ((nint)firstRow * columns),
            OutputStep = columns,
            Rows = rowBlocks.Start(rowBlock + 1) - firstRow,
            B = transposeB ? buffers.Scratch : buffers.Input(1),
            InPanels = transposeB,
            Panels = panels,
            StepA = transposeA ? rows : 1,
            Bias = hasBias ? buffers.Input(2) : null,
            Epilogue = epilogue,
        };
        Columns.Sweep(columnBlocks.Start(columnBlock), columnBlocks.Start(columnBlock + 1), ref pass);
    }

    private struct Pass : IColumnPass
    {
        public float* B;
        public bool InPanels;
        public Panels Panels;
        public nint StepA;
        public float* Bias;
        public Epilogue Epilogue;
        public float* A;
        public float* Output;
        public nint RowStep;
        public nint OutputStep;
        public int Rows;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public readonly void Run<TVector, TSimd, TVectors>(int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            var stepB = InPanels ? Panels.RowStep(column) : Panels.Columns;
            var b = InPanels ? B + Panels.Start(column) : B;
            for (var k = 0; k < Panels.Inner; k += MaxWalk)
            {
                var count = Math.Min(MaxWalk, Panels.Inner - k);
                var start = k > 0 ? TileStart.Output : Bias != null ? TileStart.Bias : TileStart.Zero;
                var epilogue = k + count == Panels.Inner ? Epilogue : Epilogue.None;
                var frame = new TileFrame(new Walk(count, StepA, stepB), b + ((nint)k * stepB), start, Bias, epilogue);
                AllRows<TVector, TSimd, TVectors>(frame, A + (k * StepA), column);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private readonly void AllRows<TVector, TSimd, TVectors>(in TileFrame frame, float* a, int column)
            where TVector : struct
            where TSimd : struct, ISimd<TVector>
            where TVectors : struct, IExtent
        {
            TileRows rows = default;
            var output = Output;
            for (int left = Rows, count; left > 0; left -= count)
            {
                count = Tile.Next(left);
                for (var r = 0; r < count; r++, a += RowStep, output += OutputStep) rows.Set(r, a, output);
                Tile.Run<TVector, TSimd, TVectors>(count, rows, frame, column);
            }
        }
    }
}
