using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>What a process finds: the group, its library, the threads, and the libraries of MPI that are loaded.</summary>
internal static class EnvironmentScenario
{
    public static void Run(MpiProcesses processes)
    {
        const string Maps = "/proc/self/maps";
        var isLoaded = File.Exists(Maps)
            && File.ReadLines(Maps).Any(line => line.Contains("mpi", StringComparison.Ordinal) && line.Contains(".so", StringComparison.Ordinal));
        var isCurrent = ReferenceEquals(Processes.Current, processes);
        Console.WriteLine(
            $"process {processes.Rank} of {processes.Size}, library {processes.Library ?? "none"}, threads {Cpu.Threads} of {Environment.ProcessorCount}, "
            + $"loaded {isLoaded}, current {isCurrent}, shards {new DataParallel(16).Processes.Size}");
    }
}
