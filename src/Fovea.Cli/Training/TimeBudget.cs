using System.Globalization;

namespace Fovea.Cli;

/// <summary>
/// <c>--time</c>: chooses the number of epochs, and for resnet-small the size of the images, so that the whole command ends in time. The schedule is fixed
/// before the training, from the measured speed; it does not change afterwards. If the machine becomes slower, <see cref="BudgetWatch"/> ends the training
/// after an epoch.
/// </summary>
/// <param name="request">What the command line asks for.</param>
/// <param name="survey">What is known about the images.</param>
/// <param name="measure">Measures the speed of a plan.</param>
/// <param name="elapsed">The seconds since the command has begun.</param>
internal sealed class TimeBudget(TrainRequest request, ImageSurvey survey, Func<TrainingPlan, TrainingSpeed> measure, Func<double> elapsed)
{
    /// <summary>The share of the time that is planned. The rest is for a machine that becomes slower.</summary>
    private const double PlannedShare = 0.97;

    /// <summary>Training takes hardly longer than its steps: batches are assembled meanwhile, on other threads.</summary>
    private const double Overhead = 1.02;

    /// <summary>The statistics for averaged weights need the forward pass of a training step, about a third of its time, and some more.</summary>
    private const double StatisticsShare = 0.4;

    /// <summary>The seconds to compile the steps, to start, and to draw the figures of the report.</summary>
    private const double FixedSeconds = 5;

    /// <summary>Larger images than usual are taken if there is time for this factor of the usual epochs.</summary>
    private const double LargeImageEpochs = 1.5;

    /// <summary>Images are made smaller only if there is no time for this factor of the usual epochs.</summary>
    private const double FewestEpochs = 0.6;

    private const int LargestSide = 176;
    private const int MostSamples = 1_500_000;

    /// <summary>The number of trainings.</summary>
    private int Folds => request.Folds ?? 1;

    private int Samples => Math.Min(survey.Training, request.Samples ?? int.MaxValue);

    /// <summary>The expected seconds of the command from its beginning to its end.</summary>
    public double Duration(TrainingPlan plan, TrainingSpeed speed) =>
        elapsed() + Reading(plan) + TrainingSeconds(plan, speed) + Closing(plan, speed);

    /// <summary>
    /// The seconds after the last epoch: the statistics for averaged weights, their validation on whole images, predictions, and the report.
    /// </summary>
    public double Closing(TrainingPlan plan, TrainingSpeed speed)
    {
        var predicted = (double)survey.HeldOut * (plan.FlipsAtTest ? 2 : 1);
        if (plan.Averaging > 0 || ImageStage.HasSmaller(plan)) predicted += survey.HeldOut / 2.0;
        return FixedSeconds + (Folds * ((predicted * speed.Prediction) + (plan.Averaging > 0 ? StatisticsShare * Samples * speed.Training : 0)));
    }

    /// <summary>Sizes a plan to the time.</summary>
    /// <exception cref="CommandException">The time does not suffice for an epoch on the smallest images.</exception>
    public (TrainingPlan Plan, TrainingSpeed Speed) Fit(TrainingPlan usual)
    {
        var speed = measure(usual);
        if (usual.Network != SmallNetwork.ResNet) return (usual with { Epochs = EpochsInTime(usual, speed) }, speed);
        var wanted = SmallNetworkPlan.DefaultEpochs(Samples);
        var side = request.InputShape is null ? ChooseSide(usual, speed, wanted) : usual.InputShape![0];
        var plan = SmallNetworkPlan.Resize(usual, request, survey, side, usual.Epochs);
        if (!plan.InputShape!.SequenceEqual(usual.InputShape!)) speed = measure(plan);
        return (SmallNetworkPlan.Resize(plan, request, survey, side, EpochsInTime(plan, speed)), speed);
    }

    /// <summary>The number of epochs that the time allows, at most as many as are useful.</summary>
    /// <exception cref="CommandException">The time does not suffice for one.</exception>
    private int EpochsInTime(TrainingPlan plan, TrainingSpeed speed)
    {
        var epochs = Epochs(plan, speed);
        if (epochs < 1)
        {
            var one = plan with { Epochs = 1 };
            var needed = TimeSpan.FromSeconds(Math.Ceiling(Duration(one, speed) / PlannedShare));
            throw new CommandException(
                $"--time: expected at least {Durations.Short(needed)} for these images on this machine; received {Durations.Short(request.Time!.Value)}. "
                    + string.Create(
                        CultureInfo.InvariantCulture, $"Reading them takes {Reading(plan):0} s, an epoch {TrainingSeconds(one, speed) / Folds:0.0} s."));
        }

        return Math.Min(epochs, Math.Clamp(MostSamples / Samples, 40, 600));
    }

    /// <summary>The largest side for which there is time for enough epochs, estimated from the pixels of the side that was measured.</summary>
    private int ChooseSide(TrainingPlan usual, TrainingSpeed speed, int wanted)
    {
        var (measured, largest) = (usual.InputShape![0], SmallNetworkPlan.Side(survey, LargestSide));
        foreach (var side in SmallNetworkPlan.Sides.Where(side => side <= largest && side >= 32))
        {
            var factor = Work(side) / Work(measured);
            var plan = SmallNetworkPlan.Resize(usual, request, survey, side, usual.Epochs);
            var epochs = Epochs(plan, new TrainingSpeed(speed.Training * factor, speed.Prediction * factor));
            if (epochs >= wanted * (side > measured ? LargeImageEpochs : FewestEpochs)) return side;
        }

        return SmallNetworkPlan.Sides.Where(side => side <= largest && side >= 32).LastOrDefault(measured);
    }

    /// <summary>The pixels that the stages of resnet-small compute: images above 72 pixels are halved first.</summary>
    private static double Work(int side) => side > 72 ? (double)side * side / 4 : (double)side * side;

    /// <summary>The most epochs that end within the planned time; 0 if not even one does. The stages of small images have more or fewer of them.</summary>
    private int Epochs(TrainingPlan plan, TrainingSpeed speed)
    {
        var left = (PlannedShare * request.Time!.Value.TotalSeconds) - elapsed() - Reading(plan) - Closing(plan, speed);
        var epochs = Math.Max(0, (int)Math.Min(left / TrainingSeconds(plan, speed) * plan.Epochs, MostSamples));
        while (epochs > 0 && Seconds(epochs) > left) epochs--;
        while (epochs < MostSamples && Seconds(epochs + 1) <= left) epochs++;
        return epochs;

        double Seconds(int count) => TrainingSeconds(plan with { Epochs = count }, speed);
    }

    /// <summary>
    /// Larger training images are read in addition. Threads share the memory, so that they are less than their number of times as fast; but reading in the size
    /// of the network is faster than reading whole images, which was measured.
    /// </summary>
    private double Reading(TrainingPlan plan) =>
        (plan.Oversize > 1 ? 2 : 1) * survey.SecondsPerImage * (survey.Training + survey.HeldOut) / Cpu.Threads;

    /// <summary>
    /// The seconds of all epochs. Half of the held-out images are validated after each, in the size of the training images. Stages of smaller images take as
    /// much less time as they have fewer pixels.
    /// </summary>
    private double TrainingSeconds(TrainingPlan plan, TrainingSpeed speed) =>
        Overhead * Folds * plan.Epochs * ImageStage.MeanPixels(plan) * ((Samples * speed.Training) + (survey.HeldOut / 2.0 * speed.Prediction));
}
