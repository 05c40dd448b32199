namespace Fovea.Engine.Ops;

/// <summary>
/// Runs an elementwise formula over many tensors as if they were concatenated. The inputs are the operands of the first tensor, of the second, …,
/// followed by the targets for the results of the first tensor, of the second, …. A unit is a run of elements, which may cover several small tensors.
/// It is computed block by block, as in <see cref="ElementwiseKernel"/>: each element of a tensor is read once and written once, and intermediate
/// values stay in the L1 cache.
/// </summary>
internal sealed unsafe class UpdateKernel : Kernel
{
    private const int Block = 1024;  // elements: about five blocks fit into the L1 cache
    private const int DesiredUnits = 64;
    private const int MinUnit = 2 * Block;
    private const int MaxUnit = 32 * Block;

    private readonly UpdateFormula formula;
    private readonly int inputCount;
    private readonly int[] counts;
    private readonly int[] starts;
    private readonly int unitLength;
    private readonly (ElementwiseOp Op, int First, int Second, int Result)[] steps;
    private readonly int[] slots;
    private readonly int blocks;

    /// <param name="formula">The formula.</param>
    /// <param name="counts">The number of elements of each tensor.</param>
    public UpdateKernel(UpdateFormula formula, int[] counts)
    {
        this.formula = formula;
        this.counts = counts;
        inputCount = formula.IsScalar.Count;

        // Tensors begin at cache lines, so that no two units write to the same line.
        starts = new int[counts.Length + 1];
        for (var tensor = 0; tensor < counts.Length; tensor++) starts[tensor + 1] = starts[tensor] + PartOp.After(counts[tensor]);
        unitLength = Math.Clamp(starts[^1] / DesiredUnits / Block * Block, MinUnit, MaxUnit);
        steps = [.. formula.Steps.Select((step, s) => (step.Op, step.Operands[0], step.Operands[^1], FindDirectResult(s)))];
        (slots, blocks) = AssignSlots();
    }

    public override int WorkerScratchFloats => blocks * Block;

    public override int Units(int phase) => (starts[^1] + unitLength - 1) / unitLength;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        int first = unit * unitLength, end = (int)Math.Min(starts[^1], (unit + 1L) * unitLength);
        var tensor = Array.BinarySearch(starts, first);
        if (tensor < 0) tensor = ~tensor - 1;
        for (; tensor < counts.Length && starts[tensor] < end; tensor++)
            Run(tensor, Math.Max(0, first - starts[tensor]), Math.Min(counts[tensor], end - starts[tensor]), buffers);
    }

    private void Run(int tensor, int first, int end, in KernelBuffers buffers)
    {
        var values = stackalloc float*[slots.Length];
        for (var k = 0; k < slots.Length; k++) values[k] = buffers.WorkerScratch + (slots[k] * Block);
        for (var k = 0; k < inputCount; k++)
        {
            if (formula.IsScalar[k]) values[k] = buffers.Input((tensor * inputCount) + k);
        }

        for (var start = first; start < end; start += Block)
        {
            var length = Math.Min(Block, end - start);
            for (var k = 0; k < inputCount; k++)
            {
                if (!formula.IsScalar[k]) values[k] = buffers.Input((tensor * inputCount) + k) + start;
            }

            for (var s = 0; s < steps.Length; s++)
            {
                var (op, left, right, result) = steps[s];
                if (result >= 0) values[inputCount + s] = Target(tensor, result, buffers) + start;
                var output = new Span<float>(values[inputCount + s], length);
                if (IsScalar(left)) ((BinaryOp)op).Apply(values[left][0], new ReadOnlySpan<float>(values[right], length), output);
                else if (IsScalar(right)) ((BinaryOp)op).Apply(new ReadOnlySpan<float>(values[left], length), values[right][0], output);
                else op.Apply(new ReadOnlySpan<float>(values[left], length), new ReadOnlySpan<float>(values[right], length), output);
            }

            for (var result = 0; result < formula.Results.Count; result++)
            {
                var (step, isReadLater) = formula.Results[result];
                if (isReadLater)
                    new ReadOnlySpan<float>(values[inputCount + step], length).CopyTo(new Span<float>(Target(tensor, result, buffers) + start, length));
            }
        }
    }

    /// <summary>The result that a step can write directly to its target; −1 if the step writes to scratch.</summary>
    private int FindDirectResult(int step) => formula.Results.ToList().FindIndex(result => result.Step == step && !result.IsReadLater);

    private bool IsScalar(int operand) => operand < inputCount && formula.IsScalar[operand];

    private float* Target(int tensor, int result, in KernelBuffers buffers) =>
        buffers.Input((counts.Length * inputCount) + (tensor * formula.Results.Count) + result);

    /// <summary>
    /// Assigns the value of each step to a block of scratch. Steps share blocks where possible, because few blocks stay in the cache.
    /// </summary>
    /// <returns>The block of each step, after as many zeros as there are inputs, and the number of blocks.</returns>
    private (int[] Slots, int Blocks) AssignSlots()
    {
        var slots = new int[inputCount + steps.Length];
        var count = 0;
        var free = new Stack<int>();
        for (var s = 0; s < steps.Length; s++)
        {
            // A step may overwrite its own operands if no later step reads them.
            foreach (var operand in formula.Steps[s].Operands.Distinct())
            {
                if (operand >= inputCount && steps[operand - inputCount].Result < 0 && !IsReadAfter(operand, s)) free.Push(slots[operand]);
            }

            if (steps[s].Result < 0) slots[inputCount + s] = free.TryPop(out var slot) ? slot : count++;
        }

        return (slots, count);
    }

    private bool IsReadAfter(int value, int step) =>
        formula.Steps.Skip(step + 1).Any(later => later.Operands.Contains(value)) || formula.Results.Any(result => inputCount + result.Step == value);
}
