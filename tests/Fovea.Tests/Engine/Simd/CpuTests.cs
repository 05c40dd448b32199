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
}
