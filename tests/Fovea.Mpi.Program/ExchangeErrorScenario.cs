using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>Errors in exchanges come as exceptions, and the group can be used afterwards.</summary>
internal static class ExchangeErrorScenario
{
    public static void Run(MpiProcesses processes)
    {
        if (processes.Size != 2) throw new ArgumentException("expected 2 processes");

        // Process 0 sends two values to process 1, which expects one.
        int[] sends = processes.Rank == 0 ? [0, 2] : [0, 0];
        int[] receives = processes.Rank == 0 ? [0, 0] : [1, 0];
        try
        {
            processes.AllToAll(new float[2], sends, new float[2], receives);
        }
        catch (MpiException error)
        {
            Console.WriteLine($"process {processes.Rank}: {error.Message}");
        }

        // Signal handlers of MPI leave the exceptions of .NET alone.
        try
        {
            string? nothing = Environment.GetEnvironmentVariable("NO_SUCH_VARIABLE");
            Console.WriteLine(nothing!.Length);
        }
        catch (NullReferenceException)
        {
            Console.WriteLine($"process {processes.Rank}: a null reference is an exception");
        }
    }
}
