namespace Fovea.Engine;

/// <summary>
/// The fast form of one op for one geometry: immutable, and blind to nodes. The plan runs its phases in order and, within a
/// phase, its units in any order on any thread. How the work is cut into units depends on shapes alone, never on the number
/// of threads: that is what keeps the bits the same however many threads there are.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>How many phases there are: a phase starts when every unit of the one before has ended.</summary>
    public virtual int Phases => 1;

    /// <summary>Floats of scratch that all units of a run share, 64-byte aligned: packed weights, partial sums.</summary>
    public virtual int ScratchFloats => 0;

    /// <summary>Floats of scratch that each worker has to itself, 64-byte aligned.</summary>
    public virtual int WorkerScratchFloats => 0;

    /// <summary>
    /// Whether the output may be written over an input: one of the output's size of which a unit reads nothing but the elements that it
    /// writes, each before it writes it.
    /// </summary>
    public virtual bool CanOverwrite(int input) => false;

    /// <summary>How many independent units of work a phase has, from the shapes alone.</summary>
    public abstract int Units(int phase);

    /// <summary>Runs one unit of one phase.</summary>
    public abstract void Run(int phase, int unit, in KernelBuffers buffers);
}

/// <summary>Where a kernel finds its inputs, output and scratch, 64-byte aligned, while it runs a unit; no field can keep it beyond.</summary>
internal readonly unsafe ref struct KernelBuffers(float** inputs, float* output, float* scratch, float* workerScratch)
{
    public readonly float* Output = output;
    public readonly float* Scratch = scratch;
    public readonly float* WorkerScratch = workerScratch;
    private readonly float** inputs = inputs;

    public float* Input(int index) => inputs[index];
}
