// Runs one scenario in each process of a job: mpirun -n 4 dotnet Fovea.Mpi.Program.dll SCENARIO ARGUMENT …
using Fovea.Mpi;
using Fovea.MpiProgram;

var arguments = args[1..];
return args[0] switch
{
    "backup" => Run(processes => BackupScenario.Run(processes, arguments)),
    "evaluate" => Run(EvaluationScenario.Run),
    "exchange" => Run(ExchangeScenario.Run),
    "exchange-error" => Run(ExchangeErrorScenario.Run),
    "fail" => FailureScenario.Run(arguments),
    "environment" => Run(EnvironmentScenario.Run),
    "readme" => ReadmeScenario.Run(),
    "train" => Run(processes => TrainingScenario.Run(processes, arguments)),
    var other => throw new ArgumentException($"there is no scenario '{other}'"),
};

static int Run(Action<MpiProcesses> scenario)
{
    using var processes = MpiProcesses.Join();
    scenario(processes);
    return 0;
}
