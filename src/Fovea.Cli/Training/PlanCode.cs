using System.Globalization;

namespace Fovea.Cli;

/// <summary>
/// Prints a plan as a complete C# program that trains the same model, bit for bit, with the packages Fovea and Fovea.Imaging:
/// <c>fovea train --show-code</c>.
/// </summary>
internal static class PlanCode
{
    /// <summary>The program.</summary>
    /// <param name="request">What the command line asks for.</param>
    /// <param name="task">What is learned.</param>
    /// <param name="plan">The plan.</param>
    /// <param name="input">The preprocessing of the images.</param>
    /// <param name="file">The model file that is written.</param>
    /// <returns>The program; null if there is none for the network or the data.</returns>
    public static string? Program(TrainRequest request, LearningTask task, TrainingPlan plan, ImageInput input, string file)
    {
        if (task.Source.LoadingCode(request.Samples, plan.Seed, plan.TrainingInput(input)) is not { } loading || task.Code(plan) is not { } code
            || NetworkCode.Of(plan, task.Head(plan.Network)) is not { } network) return null;
        var ending = (plan.FlipsAtTest ? "model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image\n" : "") + code.Ending;
        if (ending.Length > 0 || !plan.KeepsBest) ending += $"model.Save({CSharpText.Literal(file)});\n";
        var test = code.Result is null ? $"model.Compile(new RmsProp(0), {code.TestLoss}, {code.Metric});\n" : "";
        var best = plan.KeepsBest ? CSharpText.Literal(file) : null;
        return $$"""
            // dotnet add package Fovea.Imaging
            using Fovea;
            using Fovea.Imaging;

            var input = {{Input(input)}};
            {{loading}}
            Model {{code.Trained}} = {{network}};
            {{Augmentation(plan, code.Trained)}}{{code.Trained}}.ImageInput = input;
            {{code.Names}}
            {{code.Trained}}.Compile(
                {{Optimizer(plan)}},
                {{code.Loss}}, {{code.Metric}});
            {{code.Whole}}{{(code.Comment.Length > 0 ? $"// {code.Comment}\n" : "")}}{{Fit(plan, code, best)}}
            {{(best is null ? "" : $"model = Model.Load({best});\n")}}{{ending}}
            {{test}}Console.WriteLine({{code.Result ?? "model.Evaluate(test)"}});

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Refuses what has no program, before a model is built.</summary>
    /// <exception cref="CommandException">There is none for the network or the options.</exception>
    public static void Require(TrainRequest request, TrainingPlan plan)
    {
        if (request.Shards is not null) throw new CommandException("--show-code: expected without --shards; docs/distributed.md shows the lines to add.");
        if (plan.IsTransfer || !NetworkCode.Networks.Contains(plan.Network)) throw Refusal(request, plan);
    }

    /// <summary>The error that there is no program for the network or the data.</summary>
    public static CommandException Refusal(TrainRequest request, TrainingPlan plan) => new(
        $"--show-code: expected a folder or a list of images, and one of the networks {string.Join(", ", NetworkCode.Networks)}; received '{request.Data}' and "
            + $"'{plan.Network}'.");

    private static string Input(ImageInput input)
    {
        List<string> settings = [];
        if (input.Pixels != PixelScale.ZeroToOne) settings.Add("Pixels = PixelScale.ZeroTo255");
        if (input.Resize != default) settings.Add($"Resize = ResizeMethod.{input.Resize}");
        if (!input.Antialias) settings.Add("Antialias = false");
        if (input.Fit != default) settings.Add($"Fit = ImageFit.{input.Fit}");
        if (!input.ApplyOrientation) settings.Add("ApplyOrientation = false");
        if (input.ManageColors) settings.Add("ManageColors = true");
        if (input.Order != default) settings.Add($"Order = ChannelOrder.{input.Order}");
        return $"new ImageInput({input.Height}, {input.Width}, {input.Channels})"
            + (settings.Count == 0 ? "" : $" {{ {string.Join(", ", settings)} }}");
    }

    private static string Optimizer(TrainingPlan plan)
    {
        if (plan.Optimizer != "adamw" || (plan.WeightDecay == 0 && plan.Averaging == 0))
        {
            var rate = plan.LearningRate is { } given ? $", {CSharpText.Literal(given)}" : "";
            return $"Optimizer.FromName({CSharpText.Literal(plan.Optimizer ?? PlanDecision.DefaultOptimizer)}{rate})";
        }

        List<string> settings = [];
        if (plan.Averaging > 0) settings.AddRange(["UseEma = true", $"EmaMomentum = {CSharpText.Literal(plan.Averaging)}"]);
        settings.Add($"ExcludeFromWeightDecay = [{string.Join(", ", PlanDecision.NotDecaying.Select(CSharpText.Literal))}]");
        return $"new AdamW({CSharpText.Literal(plan.StartingRate)}, weightDecay: {CSharpText.Literal(plan.WeightDecay)}) {{ {string.Join(", ", settings)} }}";
    }

    private static string Fit(TrainingPlan plan, TaskCode code, string? best)
    {
        var arguments = $"{code.Training}, epochs: {Int(plan.Epochs)}, ";
        if (plan.IsOneCycle) arguments += $"maxLearningRate: {CSharpText.Literal(plan.HighestRate(plan.CreateOptimizer()))}, ";
        arguments += $"batchSize: {Int(plan.BatchSize)}, validation: {code.Validation}";
        if (plan is { IsOneCycle: true, Optimizer: "adam" or "adamw" })
            arguments += string.Create(
                CultureInfo.InvariantCulture, $", momentums: ({PlanDecision.DefaultMomentum}, {PlanDecision.DefaultMomentum}, {PlanDecision.DefaultMomentum})");
        var monitored = code.Monitored == "val_loss" ? "" : $", {CSharpText.Literal(code.Monitored)}";
        List<string> callbacks = best is null ? [] : [$"new ModelCheckpoint({best}{monitored})" + (code.Trained == "model" ? "" : " { Saved = model }")];
        if (ImageStage.Of(plan) is [_, _, ..] stages)
            callbacks.Add($"new AugmentationSchedule({string.Join(", ", stages.Skip(1).Select(stage => $"({Int(stage.Epoch)}, Varied({Text(stage)}))"))})");
        if (ImageStage.HasSmaller(plan)) callbacks.Add("new ValidationAtTrainingSize()");
        if (plan.StopAfter is { } stop) callbacks.Add($"new LambdaCallback(onEpochEnd: progress => progress.Stop = progress.Epoch >= {Int(stop)})");
        if (callbacks.Count == 1) arguments += $",\n    callbacks: [{callbacks[0]}]";
        else if (callbacks.Count > 1) arguments += $",\n    callbacks:\n    [\n{string.Concat(callbacks.Select(callback => $"        {callback},\n"))}    ]";
        var statistics = plan is { IsOneCycle: false, Averaging: > 0 }
            ? $"\n{code.Trained}.UpdateBatchNormalization({code.Training}, {Int(plan.BatchSize)});"
            : "";
        return $"{code.Trained}.{(plan.IsOneCycle ? "FitOneCycle" : "Fit")}(\n    {arguments});{statistics}";
    }

    /// <summary>The statements that set the augmentation; a function of the size if there are several.</summary>
    private static string Augmentation(TrainingPlan plan, string trained)
    {
        var stages = ImageStage.Of(plan);
        var size = stages.Count > 1 ? "height, width" : stages[0].Size is null ? null : Text(stages[0]);
        if (plan.Layers().Count > 0 || plan.Recipe.Code(plan.Network, plan.Flip, size, plan.InputShape?[2] ?? 3) is not { } code) return "";
        return stages.Count == 1
            ? $"{trained}.Augmentation = {code};\n"
            : $"ImageAugmentation Varied(int height, int width) => {code};\n{trained}.Augmentation = Varied({Text(stages[0])});\n";
    }

    private static string Text(ImageStage stage) => $"{Int(stage.Size!.Value.Height)}, {Int(stage.Size.Value.Width)}";

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
