using System.Runtime.InteropServices;
using System.Text;
using Fovea.Cli;
using Fovea.Mpi;

MpiProcesses processes;
try
{
    processes = MpiProcesses.Join();
}
catch (MpiException error)
{
    Console.Error.WriteLine($"fovea: {error.Message}");
    return FoveaCommand.Failure;
}

using (processes)
{
    // Open MPI gives each process a terminal, and forwards what is written to it: control sequences would end in files.
    if (processes.Library is not null) Environment.SetEnvironmentVariable("TERM", "dumb");
    Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
    using var stop = new CancellationTokenSource();
    using var interruption = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOrEnd);
    using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOrEnd);
    var output = processes.Library is null ? CommandOutput.OfProcess() : CommandOutput.OfJob(processes.Rank == 0);
    return new FoveaCommand(output, processes.IsFirstToReport).Run(args, stop.Token);

    // The first signal asks the command to stop in order; the second one ends the process at once.
    void StopOrEnd(PosixSignalContext signal)
    {
        if (stop.IsCancellationRequested) return;
        signal.Cancel = true;
        stop.Cancel();
    }
}
