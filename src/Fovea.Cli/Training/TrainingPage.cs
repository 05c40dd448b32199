using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Writes the report on a training next to its model: a page, and the same as JSON.</summary>
/// <param name="request">What the command line asked for.</param>
/// <param name="task">What was learned.</param>
/// <param name="plan">How it was trained.</param>
internal sealed class TrainingPage(TrainRequest request, LearningTask task, TrainingPlan plan)
{
    /// <param name="model">The model that was saved.</param>
    /// <param name="results">The results of the task; null for none.</param>
    /// <param name="data">The data.</param>
    /// <param name="phase">The last training.</param>
    /// <param name="files">The files to write.</param>
    /// <param name="seconds">The time of the whole command.</param>
    public void Write(Model model, TaskResults? results, TrainingData data, TrainingPhase phase, OutputFiles files, double seconds)
    {
        var report = new Fovea.Imaging.TrainingReport(model, phase.Histories)
        {
            Title = $"{Path.GetFileNameWithoutExtension(files.Model)}: {Path.GetFileNameWithoutExtension(plan.Network)} on {DataName}",
            Results = results,
            DataName = $"'{request.Data}'",
            Parts = data.IsTestValidation
                ? [new("training", data.Train), new("validation", data.Validation)]
                : [new("training", data.Train), new("validation", data.Validation), new("test", data.Test)],
            Skipped = data.Skipped,
            KeptEpoch = phase.KeptEpoch,
            PhaseNames = ["new head", "fine-tuning"],
            Settings = [.. Settings(phase)],
            CommandLine = request.CommandLine,
            Code = CodeFor(model, files),
            Seconds = seconds,
            ModelFile = files.Model,
        };
        report.Save(files.Report);
        report.SaveJson(files.ReportJson);
    }

    private string DataName => Path.GetFileName(Path.TrimEndingDirectorySeparator(request.Data));

    /// <summary>The C# program of the training; empty if there is none.</summary>
    private string CodeFor(Model model, OutputFiles files) => plan.IsTransfer || request.Shards is not null || model.ImageInput is not { } input
        ? ""
        : PlanCode.Program(request, task, plan, input, files.Model) ?? "";

    private IEnumerable<KeyValuePair<string, string>> Settings(TrainingPhase phase)
    {
        yield return new("network", plan.Network);
        yield return new("optimizer", phase.Compiled.Optimizer);
        if (phase.Histories[0].Records is [var first, ..]) yield return new("learning rate of the first epoch", Print(first.LearningRate));
        yield return new("loss", phase.Compiled.Loss);
        yield return new("epochs", Print(plan.Epochs));
        yield return new("batch size", Print(plan.BatchSize));
        yield return new("augmentation", plan.Recipe.ToString().ToLowerInvariant());
        if (plan.LabelSmoothing > 0) yield return new("label smoothing", Print(plan.LabelSmoothing));
        if (plan.WeightDecay > 0) yield return new("weight decay", Print(plan.WeightDecay));
        if (plan.Averaging > 0) yield return new("averaging of weights", Print(plan.Averaging));
        if (plan.Dropout > 0) yield return new("dropout", Print(plan.Dropout));
        if (plan.Widths is not null || request.Time is not null) yield return new("the same weights again", PlanOptions.CommandLine(request, plan));
        yield return new("seed", Print(plan.Seed));
        if (request.Shards is { } shards) yield return new("shards", Print(shards));
        if (Job.IsShared) yield return new("processes", Print(Job.Size));
    }

    private static string Print(double value) => value.ToString("0.########", CultureInfo.InvariantCulture);
}
