using System.Runtime.InteropServices;
using System.Text;
using Fovea.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
using var stop = new CancellationTokenSource();
using var interruption = PosixSignalRegistration.Create(PosixSignal.SIGINT, StopOrEnd);
using var termination = PosixSignalRegistration.Create(PosixSignal.SIGTERM, StopOrEnd);
return new FoveaCommand(CommandOutput.OfProcess()).Run(args, stop.Token);

// The first signal asks the command to stop in order; the second one ends the process at once.
void StopOrEnd(PosixSignalContext signal)
{
    if (stop.IsCancellationRequested) return;
    signal.Cancel = true;
    stop.Cancel();
}
