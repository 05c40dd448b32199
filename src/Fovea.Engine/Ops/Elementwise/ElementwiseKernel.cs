using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>
/// Runs a list of elementwise steps over the output, block by block. Each step is one vectorized call over the block. Blocks are short, so that the
/// intermediate values of a worker stay in its L1 cache. Inputs with as many elements as the output are read in place; the others are first
/// broadcast into a block of scratch.
/// </summary>
internal sealed unsafe class ElementwiseKernel : Kernel
{
    private const int MaxBlock = 512;  // elements
    private const int MaxPerUnit = 16384;  // elements

    private readonly int count;
    private readonly int block;
    private readonly ElementwiseOp[] ops;
    private readonly (int First, int Second)[] operands;
    private readonly Operand[] inputs;

    public ElementwiseKernel(IReadOnlyList<ElementwiseStep> steps, IReadOnlyList<Shape> inputShapes, Shape output)
    {
        count = output.Count;
        ops = [.. steps.Select(step => step.Op)];
        operands = [.. steps.Select(step => (step.Operands[0], step.Operands[^1]))];
        inputs = [.. inputShapes.Select(shape => new Operand(shape, output))];

        // A block holds whole periods, so that a bias, which repeats, is broadcast once for all blocks of a unit.
        var period = inputs.Where(input => input.Period > 1 && input.Period <= MaxBlock).Select(input => input.Period).DefaultIfEmpty(1).Max();
        block = MaxBlock / period * period;
    }

    public override int WorkerScratchFloats => (inputs.Length + ops.Length) * MaxBlock;

    public override bool CanOverwrite(int input) => inputs[input].IsDirect;

    public override int Units(int phase) => (count + UnitLength - 1) / UnitLength;

    private int UnitLength => Math.Max(1, Math.Min(MaxPerUnit, count / Granularity.OfFloats(count)) / block) * block;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var end = (int)Math.Min(count, (unit + 1L) * UnitLength);
        var values = stackalloc float*[inputs.Length + ops.Length];
        for (var k = 0; k < inputs.Length + ops.Length; k++) values[k] = buffers.WorkerScratch + (k * MaxBlock);
        for (var start = unit * UnitLength; start < end; start += block)
        {
            var length = Math.Min(block, end - start);
            for (var k = 0; k < inputs.Length; k++)
            {
                if (inputs[k].IsDirect) values[k] = buffers.Input(k) + start;
                else if (start == unit * UnitLength || !inputs[k].RepeatsEvery(block)) inputs[k].Broadcast(buffers.Input(k), start, values[k], length);
            }

            for (var s = 0; s < ops.Length; s++)
            {
                var target = s == ops.Length - 1 ? buffers.Output + start : values[inputs.Length + s];
                var (first, second) = operands[s];
                ops[s].Apply(new ReadOnlySpan<float>(values[first], length), new ReadOnlySpan<float>(values[second], length), new Span<float>(target, length));
            }
        }
    }

    /// <summary>How an input is broadcast to the output.</summary>
    private sealed class Operand
    {
        private readonly StridedIndex index;

        public Operand(Shape shape, Shape output)
        {
            IsDirect = shape.Count == output.Count;
            index = StridedIndex.Broadcast(shape, output);

            // An input that has only the trailing dimensions of the output repeats every Count elements.
            var trailing = 0;
            while (trailing < Math.Min(shape.Rank, output.Rank) && shape[^(trailing + 1)] == output[^(trailing + 1)]) trailing++;
            Period = shape.Count == output[^trailing..].Count ? shape.Count : 0;
        }

        public bool IsDirect { get; }

        /// <summary>The number of elements after which the whole input repeats; 0 if it does not repeat as a whole.</summary>
        public int Period { get; }

        public bool RepeatsEvery(int length) => Period > 0 && length % Period == 0;

        /// <summary>Writes the operands of the output positions from <paramref name="start"/> on, in runs along the innermost dimension.</summary>
        public void Broadcast(float* input, int start, float* output, int length)
        {
            if (Period == 1)
            {
                new Span<float>(output, length).Fill(input[0]);
                return;
            }

            for (var done = 0; done < length;)
            {
                var position = start + done;
                var offset = index[position];
                var run = Math.Min(index.InnerCount - (position % index.InnerCount), length - done);
                Write(input + offset, output + done, run);
                done += run;
                if (run < index.InnerCount) continue;
                var row = position / index.InnerCount % index.OuterCount;
                done += Math.Max(0, WriteRows(input + offset, output + done, Math.Min((index.OuterCount - row - 1) * index.InnerCount, length - done)));
            }
        }

        private void Write(float* input, float* output, int run)
        {
            if (index.InnerStride == 1) new ReadOnlySpan<float>(input, run).CopyTo(new Span<float>(output, run));
            else new Span<float>(output, run).Fill(input[0]);
        }

        /// <summary>Writes whole runs, those after the one at <paramref name="input"/>, which was written just before the output.</summary>
        /// <returns>The number of elements written.</returns>
        private int WriteRows(float* input, float* output, int length)
        {
            var run = index.InnerCount;
            length -= length % run;
            if (index.OuterStride != 0)
            {
                for (var done = 0; done < length; done += run) Write(input += index.OuterStride, output + done, run);
                return length;
            }

            // The same run again: the copied part doubles.
            for (var done = 0; done < length;)
            {
                var copied = Math.Min(run + done, length - done);
                new ReadOnlySpan<float>(output - run, copied).CopyTo(new Span<float>(output + done, copied));
                done += copied;
            }

            return length;
        }
    }
}
