using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fovea.Engine;

internal sealed partial class AlignedBuffer
{
    /// <summary>
    /// The addresses that kernels receive, each stored together with the buffer it points into, so that the buffer stays alive. No other class gives
    /// access to addresses. The addresses of a kernel are consecutive: the output, the scratch, the inputs.
    /// </summary>
    public sealed unsafe class Addresses(int count)
    {
        private const int Output = 0;
        private const int Scratch = 1;
        private const int Inputs = 2;

        private readonly AlignedBuffer?[] owners = new AlignedBuffer?[count];
        private readonly List<(int Index, PinnedGCHandle<float[]> Array)> lent = [];
        private readonly nint[] pointers = GC.AllocateArray<nint>(count, pinned: true);

        public int Count => owners.Length;

        /// <summary>The number of addresses of a kernel with a number of inputs.</summary>
        public static int Of(int inputs) => Inputs + inputs;

        /// <summary>Points an address into a buffer, or to its end.</summary>
        public void Set(int index, AlignedBuffer owner, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, owner.Count);
            owners[index] = owner;
            pointers[index] = (nint)Unsafe.AsPointer(ref Unsafe.Add(ref owner.First, (nint)offset));
        }

        /// <summary>Points an address into an array of a caller. The array is alive and does not move until <see cref="Return"/>.</summary>
        public void Lend(int index, float[] array, long offset)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(offset);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, array.Length);
            var handle = new PinnedGCHandle<float[]>(array);
            lent.Add((index, handle));
            owners[index] = null;
            pointers[index] = (nint)(handle.GetAddressOfArrayData() + offset);
        }

        /// <summary>Clears the addresses that point into arrays of callers.</summary>
        public void Return()
        {
            foreach (var (index, array) in lent)
            {
                Clear(index);
                array.Dispose();
            }

            lent.Clear();
        }

        /// <summary>Clears an address, so that its buffer may be collected.</summary>
        public void Clear(int index) => (owners[index], pointers[index]) = (null, 0);

        /// <summary>The floats at an address.</summary>
        public Span<float> Span(int index, int length)
        {
            var owner = owners[index] ?? throw new InvalidOperationException("The value has no memory yet.");
            return owner.Slice((pointers[index] - (nint)Unsafe.AsPointer(ref owner.First)) / sizeof(float), length);
        }

        /// <summary>Runs one unit of a kernel.</summary>
        /// <param name="kernel">The kernel.</param>
        /// <param name="first">The index of the first of its addresses.</param>
        /// <param name="phase">The phase.</param>
        /// <param name="unit">The unit.</param>
        /// <param name="workers">The scratch of each worker.</param>
        /// <param name="worker">The worker that runs the unit.</param>
        public void Run(Kernel kernel, int first, int phase, int unit, Addresses workers, int worker)
        {
            // The array is pinned, so that its elements have fixed addresses too.
            var addresses = (float**)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pointers)) + first;
            kernel.Run(phase, unit, new KernelBuffers(addresses + Inputs, addresses[Output], addresses[Scratch], (float*)workers.pointers[worker]));
            GC.KeepAlive(this);
            GC.KeepAlive(workers);
        }
    }
}
