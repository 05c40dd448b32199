using System.Globalization;

namespace Fovea.Cli;

/// <summary>Prints a plan as the options of <c>fovea train</c> that give the same weights, bit for bit.</summary>
internal static class PlanOptions
{
    /// <summary>The whole command line.</summary>
    public static string CommandLine(TrainRequest request, TrainingPlan plan) =>
        string.Join(' ', ["fovea", "train", .. Arguments(request, plan).Select(ShellText.Quoted)]);

    /// <summary>The arguments after <c>fovea train</c>.</summary>
    public static IReadOnlyList<string> Arguments(TrainRequest request, TrainingPlan plan)
    {
        var arguments = new List<string> { "--data", request.Data };
        if (request.ImageFolder is { } folder) Add("--image-folder", folder);
        if (request.Samples is { } samples) Add("--samples", Print(samples));
        if (request.Folds is { } folds) Add("--folds", Print(folds));
        Add("--model", plan.Network);
        if (plan.InputShape is { } shape) Add("--input-shape", List(shape));
        if (plan.Widths is { } widths)
        {
            Add("--widths", List(widths));
            if (plan.Blocks is { } blocks) Add("--blocks", List(blocks));
            Add("--dropout", Print(plan.Dropout));
        }

        if (request.Task is { } task) Add("--task", task);
        if (request.Targets.Count > 0) Add("--targets", string.Join(',', request.Targets));
        if (request.Loss is { } loss) Add("--loss", loss);
        if (request.Masks.ClassNames is { } names) Add("--class-names", string.Join(',', names));
        if (request.Masks.IgnoredLabel is { } label) Add("--ignore-label", label < 0 ? "none" : Print(label));
        if (request.ClassWeight is { } weight) Add("--class-weight", weight);

        Add("--recipe", Lower(plan.Recipe));
        Add("--flip", Lower(plan.Flip));
        if (plan.Network == SmallNetwork.ResNet)
        {
            Add("--oversize", Print(plan.Oversize));
            Add("--progressive", plan.Progressive.Count == 0 ? "1" : string.Join(',', plan.Progressive.Select(Print)));
            if (plan.Progressive.Count > 0) Add("--progressive-epochs", Print(plan.ProgressiveEpochs));
        }

        if (plan.Optimizer is { } optimizer) Add("--optimizer", optimizer);
        if (plan.LearningRate is { } rate) Add("--learning-rate", Print(rate));
        Add("--schedule", plan.IsOneCycle ? "one-cycle" : "constant");
        Add("--weight-decay", Print(plan.WeightDecay));
        Add("--label-smoothing", Print(plan.LabelSmoothing));
        Add("--ema", Print(plan.Averaging));
        Add("--test-flip", plan.FlipsAtTest ? "on" : "off");
        Add("--epochs", Print(plan.Epochs));
        if (plan.StopAfter is { } stop) Add("--stop-after", Print(stop));
        Add("--batch-size", Print(plan.BatchSize));
        if (request.Shards is { } shards) Add("--shards", Print(shards));
        Add("--seed", Print(plan.Seed));
        return arguments;

        void Add(string option, string value) => arguments.AddRange([option, value]);
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string List(IReadOnlyList<int> values) => string.Join(',', values.Select(value => Print(value)));

    private static string Print(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);
}
