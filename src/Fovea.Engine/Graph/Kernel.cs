namespace Fovea.Engine;

/// <summary>
/// The fast implementation of an op for given shapes; immutable. A plan runs its phases in order and, within a phase, its units in any order on any
/// threads. The split into units depends on shapes only and never on the number of threads, so that results are bit-identical for any number.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>The number of phases. A phase starts when all units of the previous one have ended.</summary>
    public virtual int Phases => 1;

    /// <summary>The scratch that all units of a run share, in floats, for packed weights and partial sums; aligned to 64 bytes.</summary>
    public virtual int ScratchFloats => 0;

    /// <summary>The scratch of each worker, in floats; aligned to 64 bytes.</summary>
    public virtual int WorkerScratchFloats => 0;

    /// <summary>
    /// Whether the output may be written over an input. The input must have the output's size, and a unit may read only the elements that it writes, each
    /// before it writes it.
    /// </summary>
    public virtual bool CanOverwrite(int input) => false;

    /// <summary>The number of units of a phase, from the shapes only.</summary>
    public abstract int Units(int phase);

    /// <summary>Runs one unit of one phase.</summary>
    public abstract void Run(int phase, int unit, in KernelBuffers buffers);
}

/// <summary>
/// The addresses of a kernel's inputs, output and scratch while it runs a unit; aligned to 64 bytes, except those of arrays
/// of callers. A ref struct, so that no field can keep them longer.
/// </summary>
internal readonly unsafe ref struct KernelBuffers(float** inputs, float* output, float* scratch, float* workerScratch)
{
    public readonly float* Output = output;
    public readonly float* Scratch = scratch;
    public readonly float* WorkerScratch = workerScratch;
    private readonly float** inputs = inputs;

    public float* Input(int index) => inputs[index];
}
