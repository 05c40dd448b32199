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
    /// <exception cref="CommandException">There is no such program for the network or the data.</exception>
    public static string Program(TrainRequest request, LearningTask task, TrainingPlan plan, ImageInput input, string file)
    {
        if (request.Shards is not null) throw new CommandException("--show-code: expected without --shards; docs/distributed.md shows the lines to add.");
        var loading = task.Source.LoadingCode(request.Samples, plan.Seed);
        if (loading is null || Network(plan, task.Head(plan.Network)) is not { } network)
            throw new CommandException(
                $"--show-code: expected a folder of images, and one of the networks {SmallNetwork.ResNet} and {SmallNetwork.MiniXception}; received "
                    + $"'{request.Data}' and '{plan.Network}'.");
        var smoothed = plan.LabelSmoothing > 0 && task.Head(plan.Network).Outputs > 1;
        var targets = smoothed ? $".OneHot({CSharpText.Literal(task.Head(plan.Network).Outputs)})" : "";
        var best = plan.KeepsBest ? $"{CSharpText.Literal(file)}" : null;
        return $$"""
            // dotnet add package Fovea.Imaging
            using Fovea;
            using Fovea.Imaging;

            var input = {{Input(input)}};
            {{loading}}
            {{Weights(request, task)}}var model = {{network}};
            {{(plan.Recipe.Code(plan.Network, plan.Flip) is { } augmentation ? $"model.Augmentation = {augmentation};\n" : "")}}model.ImageInput = input;
            model.ClassNames = train.ClassNames;
            model.Compile(
                {{Optimizer(plan)}},
                {{Loss(plan, task.Head(plan.Network))}}, new Accuracy());
            {{(smoothed ? "// The targets become rows of zeros with a one at the class, which the loss smooths.\n" : "")}}{{Fit(plan, targets, best)}}
            {{(best is null ? "" : $"model = Model.Load({best});\n")}}{{Ending(plan)}}
            model.Save({{CSharpText.Literal(file)}});

            model.Compile(new RmsProp(0), {{PlainLoss(task.Head(plan.Network))}}, new Accuracy());
            Console.WriteLine(model.Evaluate(test));

            """.ReplaceLineEndings("\n");
    }

    /// <summary>The statement that weights the classes; empty for none.</summary>
    private static string Weights(TrainRequest request, LearningTask task) =>
        ClassWeights.Of(request.ClassWeight, task.Source.ClassNames ?? [], () => []) switch
        {
            null => "",
            [] => "train = train.WithClassWeights(train.BalancedClassWeights());\n",
            var weights => $"train = train.WithClassWeights({string.Join(", ", weights.Select(weight => CSharpText.Literal(weight)))});\n",
        };

    /// <summary>A mean of predictions has no last layer that could hold a temperature.</summary>
    private static string Ending(TrainingPlan plan) => plan.FlipsAtTest
        ? "model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image"
        : "TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities";

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

    private static string? Network(TrainingPlan plan, NetworkHead head)
    {
        var activation = $"Activation.{(head.Activation == Activation.Sigmoid ? "Sigmoid" : head.Activation == Activation.Softmax ? "Softmax" : "Linear")}";
        return plan.Network switch
        {
            SmallNetwork.ResNet => $"SmallNetworks.ResNet(\n    {CSharpText.Literal(plan.InputShape!)}, classes: {Int(head.Outputs)}, "
                + $"widths: {CSharpText.Literal(plan.Widths!)}, blocks: {CSharpText.Literal(plan.Blocks!)}, "
                + $"dropout: {CSharpText.Literal(plan.Dropout)},\n    classifierActivation: {activation}, seed: {Int(plan.Seed)})",
            SmallNetwork.MiniXception => $"SmallNetworks.MiniXception(\n    {CSharpText.Literal(plan.InputShape!)}, classes: {Int(head.Outputs)}, "
                + $"classifierActivation: {activation}, seed: {Int(plan.Seed)})",
            _ => null,
        };
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

    private static string Loss(TrainingPlan plan, NetworkHead head)
    {
        var smoothing = plan.LabelSmoothing > 0 ? $" {{ LabelSmoothing = {CSharpText.Literal(plan.LabelSmoothing)} }}" : "";
        return head.Outputs == 1 ? $"new BinaryCrossentropy{(smoothing.Length == 0 ? "()" : smoothing)}"
            : plan.LabelSmoothing > 0 ? $"new CategoricalCrossentropy{smoothing}" : PlainLoss(head);
    }

    private static string PlainLoss(NetworkHead head) => head.Outputs == 1 ? "new BinaryCrossentropy()" : "new SparseCategoricalCrossentropy()";

    private static string Fit(TrainingPlan plan, string targets, string? best)
    {
        var arguments = $"train{targets}, epochs: {Int(plan.Epochs)}, ";
        if (plan.IsOneCycle) arguments += $"maxLearningRate: {CSharpText.Literal(plan.LearningRate ?? 0.001)}, ";
        arguments += $"batchSize: {Int(plan.BatchSize)}, validation: validation{targets}";
        if (plan is { IsOneCycle: true, Optimizer: "adam" or "adamw" })
            arguments += string.Create(
                CultureInfo.InvariantCulture, $", momentums: ({PlanDecision.DefaultMomentum}, {PlanDecision.DefaultMomentum}, {PlanDecision.DefaultMomentum})");
        List<string> callbacks = best is null ? [] : [$"new ModelCheckpoint({best})"];
        if (plan.StopAfter is { } stop) callbacks.Add($"new LambdaCallback(onEpochEnd: progress => progress.Stop = progress.Epoch >= {Int(stop)})");
        if (callbacks.Count > 0) arguments += $",\n    callbacks: [{string.Join(", ", callbacks)}]";
        return $"model.{(plan.IsOneCycle ? "FitOneCycle" : "Fit")}(\n    {arguments});";
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
