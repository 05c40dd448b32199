using System.Runtime.InteropServices;
using Fovea.Engine;

namespace Fovea.Tests.Engine.Kernels;

/// <summary>
/// Runs one kernel on aligned buffers, in any order of units. All memory that the kernel must write is NaN before.
/// </summary>
internal static unsafe class KernelRunner
{
    /// <summary>Runs the units in order, then in reverse order with another worker's scratch, and asserts that both give the same.</summary>
    public static float[] Run(Kernel kernel, int outputCount, params float[][] inputs)
    {
        var output = Run(kernel, outputCount, inReverse: false, inputs);
        var reversed = Run(kernel, outputCount, inReverse: true, inputs);
        for (var i = 0; i < output.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(output[i]) != BitConverter.SingleToInt32Bits(reversed[i]))
            {
                Assert.Fail($"{kernel.GetType().Name}: the order of the units changes element {i} from {output[i]:R} to {reversed[i]:R}.");
            }
        }

        return output;
    }

    private static float[] Run(Kernel kernel, int outputCount, bool inReverse, float[][] inputs)
    {
        var buffers = new List<nint>();
        float* Allocate(int count, ReadOnlySpan<float> values)
        {
            // NaNs before and after the buffer show a write out of bounds.
            var all = (float*)NativeMemory.AlignedAlloc((nuint)(count + 48) * sizeof(float), 64);
            buffers.Add((nint)all);
            new Span<float>(all, count + 48).Fill(float.NaN);
            values.CopyTo(new Span<float>(all + 16, count));
            return all + 16;
        }

        void CheckGuard(float* buffer, int count, string name)
        {
            for (var i = 0; i < 16; i++)
            {
                if (!float.IsNaN(buffer[i - 16]) || !float.IsNaN(buffer[count + i])) Assert.Fail($"{kernel.GetType().Name} writes beyond the {name}.");
            }
        }

        try
        {
            var pointers = stackalloc float*[inputs.Length];
            for (var i = 0; i < inputs.Length; i++) pointers[i] = Allocate(inputs[i].Length, inputs[i]);
            var output = Allocate(outputCount, []);
            var scratch = Allocate(kernel.ScratchFloats, []);
            var worker = Allocate(kernel.WorkerScratchFloats, []);
            for (var phase = 0; phase < kernel.Phases; phase++)
            {
                var units = kernel.Units(phase);
                for (var u = 0; u < units; u++)
                {
                    if (inReverse) new Span<float>(worker, kernel.WorkerScratchFloats).Fill(float.NaN);
                    kernel.Run(phase, inReverse ? units - 1 - u : u, new KernelBuffers(pointers, output, scratch, worker));
                }
            }

            CheckGuard(output, outputCount, "output");
            CheckGuard(scratch, kernel.ScratchFloats, "scratch");
            CheckGuard(worker, kernel.WorkerScratchFloats, "worker's scratch");
            return new ReadOnlySpan<float>(output, outputCount).ToArray();
        }
        finally
        {
            foreach (var buffer in buffers) NativeMemory.AlignedFree((void*)buffer);
        }
    }
}
