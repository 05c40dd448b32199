namespace Fovea.Cli;

/// <summary>
/// Ends a training after an epoch if the next one would exceed the time of <c>--time</c>, because the machine has become slower than it was measured.
/// <see cref="StoppedAfter"/> is then printed as <c>--stop-after</c>, which gives the same weights.
/// </summary>
/// <param name="budget">The seconds that the command may take.</param>
/// <param name="closing">The seconds that the command takes after the last epoch.</param>
/// <param name="elapsed">The seconds since the command has begun.</param>
internal sealed class BudgetWatch(double budget, double closing, Func<double> elapsed) : Callback
{
    /// <summary>The command ends within 110 % of its time; the rest is for what cannot be foreseen.</summary>
    private const double Tolerance = 1.07;

    private double begun;
    private double last;
    private int first;

    /// <summary>The watch over one of several trainings of the same duration: it may take its share of the time that is left for all of them.</summary>
    /// <param name="fold">The number of the training, from 0.</param>
    /// <param name="folds">The number of trainings.</param>
    public BudgetWatch ForFold(int fold, int folds)
    {
        var now = elapsed();
        return new BudgetWatch(budget, closing + (((Tolerance * budget) - closing - now) * (folds - 1 - fold) / (folds - fold)), elapsed);
    }

    /// <summary>The epoch after which the training was ended; null if it was not.</summary>
    public int? StoppedAfter { get; private set; }

    public override void OnEpochBegin(TrainingProgress progress)
    {
        if (first > 0) return;
        (first, begun) = (progress.Epoch, elapsed());
        last = begun;
    }

    public override void OnEpochEnd(TrainingProgress progress)
    {
        var now = elapsed();
        var seconds = Math.Max((now - begun) / (progress.Epoch - first + 1), now - last);  // later epochs may have larger images
        last = now;
        if (progress.Epoch == progress.Epochs || now + seconds + closing <= Tolerance * budget) return;
        StoppedAfter = progress.Epoch;
        progress.Stop = true;
    }
}
