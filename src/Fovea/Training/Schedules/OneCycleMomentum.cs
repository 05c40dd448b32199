namespace Fovea;

/// <summary>
/// The momentum of one cycle: it falls from the first value to the second while the learning rate rises, then rises to the third, each along half a cosine
/// wave (Smith and Topin 2017; fastai's <c>moms</c>).
/// </summary>
/// <param name="first">The value at the beginning.</param>
/// <param name="lowest">The value at the highest learning rate.</param>
/// <param name="last">The value at the end.</param>
/// <param name="totalSteps">The number of steps.</param>
/// <param name="pctStart">The share of the steps in which the learning rate rises.</param>
internal sealed class OneCycleMomentum(double first, double lowest, double last, int totalSteps, double pctStart) : LearningRateSchedule
{
    public override double At(long step)
    {
        var (top, end, now) = (((double)(float)pctStart * totalSteps) - 1, totalSteps - 1, Math.Min(step, totalSteps - 1));
        return now < top ? Between(first, lowest, now / top) : end <= top ? lowest : Between(lowest, last, (now - top) / (end - top));
    }

    private static double Between(double from, double to, double part) => from + ((to - from) * (1 - Math.Cos(Math.PI * part)) / 2);
}
