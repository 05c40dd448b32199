using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Fovea.Engine.Simd;

/// <summary>What decides the bits of results on a processor. Processors with equal values compute bit-identical results.</summary>
/// <remarks>
/// <para>
/// The width of vectors decides which algorithm a kernel takes and how it divides sums. A multiply-add rounds once where the processor fuses it, otherwise
/// twice. Two kernels use AVX-512 also where .NET prefers vectors of 256 bits, as it does on processors that slow down for longer ones. The functions of
/// System.Numerics.Tensors, such as <c>Exp</c>, depend on the same properties. <c>DOTNET_EnableAVX512=0</c>, <c>DOTNET_EnableAVX2=0</c>,
/// <c>DOTNET_EnableHWIntrinsic=0</c> and <c>DOTNET_PreferredVectorBitWidth</c> change them.
/// </para>
/// <para>
/// Not covered are the version of .NET and the C library of the operating system, which computes <c>MathF.Log</c> and the initial values of weights, and
/// <see cref="Cpu.FastConvolution"/>. Bits do not depend on the number of threads, caches or the alignment of inputs.
/// </para>
/// </remarks>
/// <param name="Architecture">The architecture of the process.</param>
/// <param name="VectorBits">The width of the longest vectors that kernels use; 0 if they use none.</param>
/// <param name="HasAvx512">Whether the processor has AVX-512, and .NET may use it.</param>
/// <param name="FusesMultiplyAdd">Whether a multiply-add is rounded once.</param>
internal readonly record struct InstructionSet(Architecture Architecture, int VectorBits, bool HasAvx512, bool FusesMultiplyAdd)
{
    /// <summary>That of this process.</summary>
    public static InstructionSet Current { get; } = new(
        RuntimeInformation.ProcessArchitecture,
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0,
        Avx512F.IsSupported,
        RoundsOnce(1 + (1f / (1 << 12))));

    /// <summary>A description such as <c>AVX-512</c>, <c>AVX2</c> or <c>Arm64, vectors of 128 bits, FMA</c>, different for each value.</summary>
    public override string ToString() => this switch
    {
        (Architecture.X64, 512, true, true) => "AVX-512",
        (Architecture.X64, 256, true, true) => "AVX-512, vectors of 256 bits",
        (Architecture.X64, 256, false, true) => "AVX2",
        _ => $"{Architecture}, {(VectorBits == 0 ? "no vectors" : FormattableString.Invariant($"vectors of {VectorBits} bits"))}"
            + (HasAvx512 ? ", AVX-512" : "") + (FusesMultiplyAdd ? ", FMA" : ", no FMA"),
    };

    /// <summary>Whether x · x − 1 has the last bit of x · x, which a product rounded to float32 has not.</summary>
    private static bool RoundsOnce(float x) => float.MultiplyAddEstimate(x, x, -1) != (float)((double)(float)(x * x) - 1);
}
