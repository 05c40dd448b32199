using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Makes the plan of a training: looks at the images, measures the machine if the time decides, and announces the result.</summary>
internal sealed class TrainingPlanner(TrainRequest request, LearningTask task, CommandOutput output, TimeProvider clock, CancellationToken cancellationToken)
{
    /// <summary>The time that a process takes before a command begins.</summary>
    private const double StartSeconds = 0.4;
    private const double ShortMeasurement = 0.6;
    private const double LongMeasurement = 4;

    private readonly long start = clock.GetTimestamp();

    /// <summary>The watch over <c>--time</c>; null if the time is free.</summary>
    public BudgetWatch? Watch { get; private set; }

    private double Elapsed => StartSeconds + clock.GetElapsedTime(start).TotalSeconds;

    /// <exception cref="CommandException">Two options contradict each other, one does not fit the network, or the time does not suffice.</exception>
    public TrainingPlan Decide()
    {
        var isSized = task.Source.HasImages
            && (request.Time is not null || PlanDecision.NetworkOf(request, task.Source) is SmallNetwork.ResNet or SmallNetwork.UNet);
        var survey = isSized ? task.Source.Survey(clock) : null;
        var plan = PlanDecision.Decide(request, task, survey);
        if (survey is null) return plan;
        if (request.Time is not null) return FitTime(plan, survey);
        Announce(plan, request.Epochs is null && !Job.IsShared && !request.Json ? Duration(plan, survey) : "");
        return plan;
    }

    private TrainingPlan FitTime(TrainingPlan usual, ImageSurvey survey)
    {
        if (Job.IsShared) throw new CommandException("--time: expected one process; with several, give --input-shape and --epochs.");
        var file = request.Backup is null ? null : new PlanFile(FoldFiles.FirstBackup(request)!);
        if (file?.Read() is { } known)
        {
            Announce(known, " The plan of the backup is resumed; its time has begun with the first start.");
            return known;
        }

        var time = Durations.Short(request.Time!.Value);
        output.Console.MarkupLine($"[grey58]Measuring the speed of this machine, to plan for {time} …[/]");
        var budget = new TimeBudget(request, survey, plan => Measure(plan, Math.Min(LongMeasurement, request.Time.Value.TotalSeconds / 60)), () => Elapsed);
        var (plan, speed) = budget.Fit(usual);
        Watch = new BudgetWatch(request.Time.Value.TotalSeconds, budget.Closing(plan, speed), () => Elapsed);
        if (Job.IsFirst) file?.Write(plan);
        Announce(plan, $" About {Durations.Print(budget.Duration(plan, speed))} of {time}.");
        return plan;
    }

    private string Duration(TrainingPlan plan, ImageSurvey survey)
    {
        var budget = new TimeBudget(request, survey, usual => Measure(usual, ShortMeasurement), () => Elapsed);
        return $" About {Durations.Print(budget.Duration(plan, Measure(plan, ShortMeasurement)))} on this machine; --time sets another duration.";
    }

    private TrainingSpeed Measure(TrainingPlan plan, double seconds) => TrainingSpeed.Measure(task, plan, seconds, clock, cancellationToken);

    private void Announce(TrainingPlan plan, string duration)
    {
        var console = output.Console;
        console.MarkupLine($"{Markup.Escape(PlanText.Choice(plan))}.[bold]{Markup.Escape(duration)}[/]");
        if (plan.FlipReason.Length > 0 && plan.Recipe != AugmentationRecipe.Plain)
            console.MarkupLine($"Images are not flipped, since {Markup.Escape(plan.FlipReason)}; --flip horizontal decides otherwise.");
        console.MarkupLine($"[grey58]The same weights again: {Markup.Escape(PlanOptions.CommandLine(request, plan))}[/]");
    }
}
