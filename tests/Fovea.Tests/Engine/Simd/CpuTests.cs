using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Fovea.Engine.Simd;

namespace Fovea.Tests.Engine.Simd;

/// <summary>The settings of the process, which a program's host may give.</summary>
public class CpuTests
{
    [Fact]
    public void The_host_may_set_the_number_of_threads()
    {
        try
        {
            Assert.Equal(Environment.ProcessorCount, Cpu.InitialThreads);
            AppContext.SetData("Fovea.Threads", "3");
            Assert.Equal(3, Cpu.InitialThreads);
            AppContext.SetData("Fovea.Threads", "many");
            Assert.Equal(
                "Cpu: expected a number from 1 to 1024 as the setting Fovea.Threads; received 'many'.",
                Assert.Throws<InvalidOperationException>(() => Cpu.InitialThreads).Message);
        }
        finally
        {
            AppContext.SetData("Fovea.Threads", null);
        }
    }

    [Theory]
    [InlineData("AVX-512", Architecture.X64, 512, true, true)]
    [InlineData("AVX-512, vectors of 256 bits", Architecture.X64, 256, true, true)]
    [InlineData("AVX2", Architecture.X64, 256, false, true)]
    [InlineData("X64, vectors of 256 bits, no FMA", Architecture.X64, 256, false, false)]
    [InlineData("X64, vectors of 128 bits, FMA", Architecture.X64, 128, false, true)]
    [InlineData("X64, vectors of 128 bits, no FMA", Architecture.X64, 128, false, false)]
    [InlineData("X64, no vectors, no FMA", Architecture.X64, 0, false, false)]
    [InlineData("Arm64, vectors of 128 bits, FMA", Architecture.Arm64, 128, false, true)]
    [InlineData("Arm64, no vectors, no FMA", Architecture.Arm64, 0, false, false)]
    public void Instruction_sets_have_names(string name, Architecture architecture, int bits, bool hasAvx512, bool fuses) =>
        Assert.Equal(name, new InstructionSet(architecture, bits, hasAvx512, fuses).ToString());

    [Fact]
    public void Different_instruction_sets_have_different_names()
    {
        InstructionSet[] all =
        [
            .. from architecture in Enum.GetValues<Architecture>() from bits in new[] { 0, 128, 256, 512 } from hasAvx512 in new[] { false, true }
               from fuses in new[] { false, true } select new InstructionSet(architecture, bits, hasAvx512, fuses),
        ];
        Assert.Equal(all.Length, all.Select(one => one.ToString()).Distinct().Count());
    }

    [Fact]
    public void The_instruction_set_is_that_of_the_process()
    {
        Assert.Equal(Avx512F.IsSupported, InstructionSet.Current.HasAvx512);
        Assert.Equal(Vector512.IsHardwareAccelerated, InstructionSet.Current.VectorBits == 512);
        Assert.Equal(Fma.IsSupported || RuntimeInformation.ProcessArchitecture == Architecture.Arm64, InstructionSet.Current.FusesMultiplyAdd);
        Assert.Equal(InstructionSet.Current.ToString(), Cpu.InstructionSet);
    }
}
