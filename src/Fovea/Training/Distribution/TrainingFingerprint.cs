using System.Globalization;

namespace Fovea;

/// <summary>
/// The fingerprint of a training: everything that its result depends on. All processes compare theirs before the first epoch, so that one that was started
/// with another model, other data or other settings does not spoil the training silently.
/// </summary>
internal static class TrainingFingerprint
{
    /// <summary>Compares the trainings of all processes.</summary>
    /// <param name="trainer">The compiled model.</param>
    /// <param name="arguments">The arguments of the training.</param>
    /// <param name="data">The data, with the model's class numbers.</param>
    /// <param name="validation">The validation data, if any.</param>
    /// <exception cref="TrainingException">That of a process differs from that of process 0. It is thrown in all processes.</exception>
    public static void Require(Trainer trainer, FitArguments arguments, Dataset data, Dataset? validation)
    {
        if (trainer.Model.Distribution is not { Processes.Size: > 1 } distribution) return;
        var agreement = new Agreement(distribution.Processes);
        Fingerprint? own = null;
        agreement.Together(() => own = Of(distribution, trainer, arguments, data, validation));
        own!.Require(distribution.Processes);
    }

    /// <summary>Adds what the bits of results depend on besides the program.</summary>
    internal static void AddMachine(Fingerprint fingerprint, string instructionSet)
    {
        const string SameVersion = "install the same version on all machines";
        fingerprint.Add("version of Fovea", typeof(Model).Assembly.GetName().Version!.ToString(3), SameVersion);
        fingerprint.Add("version of .NET", Environment.Version.ToString(), SameVersion);
        fingerprint.Add(
            "instruction set", instructionSet, "set DOTNET_EnableAVX512=0 in the environment of all processes, or use processors of one kind");
    }

    private static Fingerprint Of(DataParallel distribution, Trainer trainer, FitArguments arguments, Dataset data, Dataset? validation)
    {
        var fingerprint = new Fingerprint();
        AddMachine(fingerprint, Cpu.InstructionSet);
        fingerprint.Add("number of shards", distribution.Shards);
        fingerprint.Add("batch size", arguments.BatchSize);
        fingerprint.Add("number of epochs", arguments.Epochs);
        fingerprint.Add("number of steps per epoch", arguments.StepsPerEpoch);
        fingerprint.Add("shuffling of the samples", arguments.Shuffle);
        fingerprint.Add("list of callbacks", List(arguments.Callbacks.Select(callback => callback.Description)));
        fingerprint.Add("setting Cpu.FastConvolution", Cpu.FastConvolution);
        ModelFingerprint.Add(fingerprint, trainer.Model);
        AddObjectives(fingerprint, trainer);
        if (trainer.Model.Augmentation is { } augmentation) fingerprint.Add("augmentation", augmentation);
        else fingerprint.Add("augmentation", "none");
        fingerprint.Add("optimizer", trainer.Optimizer, trainer.Optimizer.WriteRest());
        DataFingerprint.Add(fingerprint, "data", data);
        if (validation is not null) DataFingerprint.Add(fingerprint, "validation data", validation);
        fingerprint.Add("number of batches of earlier trainings", trainer.Steps);
        fingerprint.Add("number of epochs of earlier trainings", trainer.Epochs);
        ModelFingerprint.AddValues(fingerprint, trainer);
        return fingerprint;
    }

    private static void AddObjectives(Fingerprint fingerprint, Trainer trainer)
    {
        var outputs = trainer.Model.Outputs;
        fingerprint.Add("list of trained outputs", List(trainer.Objectives.Select(objective => outputs[objective.Index].Layer.Name)));
        foreach (var objective in trainer.Objectives)
        {
            var of = trainer.Objectives.Count == 1 ? "" : $" of the output '{outputs[objective.Index].Layer.Name}'";
            fingerprint.Add($"loss{of}", objective.Loss);
            fingerprint.Add($"weight of the loss{of}", objective.Weight.ToString("R", CultureInfo.InvariantCulture));
            fingerprint.Add($"list of metrics{of}", List(objective.Metrics.Select(metric => metric.Name)));
            foreach (var metric in objective.Metrics) fingerprint.Add($"metric '{metric.Name}'{of}", metric);
        }
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "empty";
}
