using System.Diagnostics;
using Fovea.Mpi;

namespace Fovea.MpiProgram;

/// <summary>One process fails in some way while the others wait for it in an exchange.</summary>
internal static class FailureScenario
{
    /// <param name="arguments">The way to fail, and the number of the process; "all" for every process.</param>
    public static int Run(string[] arguments)
    {
        var way = arguments[0];
        if (way != "catch") return Fail(way, arguments[1]);
        try
        {
            return Fail("throw", arguments[1]);
        }
        catch (InvalidOperationException error)
        {
            Console.Error.WriteLine($"caught: {error.Message}");
            return 3;
        }
    }

    private static int Fail(string way, string who)
    {
        if (way == "no-dispose")
        {
            var group = MpiProcesses.Join();
            Console.WriteLine($"process {group.Rank} has worked");
            return 0;
        }

        using var processes = MpiProcesses.Join();
        Exchange(processes);
        if (who == "all" || who == $"{processes.Rank}")
        {
            switch (way)
            {
                case "throw":
                    throw new InvalidOperationException("the disk is full");
                case "thread":
                    var thread = new Thread(() => throw new InvalidOperationException("a thread has failed"));
                    thread.Start();
                    thread.Join();
                    break;
                case "kill":
                    Process.GetCurrentProcess().Kill();
                    break;
                case "exit":
                    Environment.Exit(7);
                    break;
                case "report":
                    var message = who == "all" ? "the folder is empty" : $"image {processes.Rank} is damaged";
                    if (processes.IsFirstToReport(message)) Console.Error.WriteLine($"process {processes.Rank}: {message}");
                    return 2;
                default:
                    throw new ArgumentException($"there is no way '{way}'");
            }
        }

        Exchange(processes);
        Console.WriteLine("not reached");
        return 0;
    }

    private static void Exchange(MpiProcesses processes) => processes.AllGather(new byte[processes.Size], Enumerable.Repeat(1, processes.Size).ToArray());
}
