namespace Fovea;

/// <summary>A schedule that begins after a number of steps.</summary>
/// <param name="schedule">The schedule.</param>
/// <param name="first">The step that is its step 0.</param>
internal sealed class ShiftedSchedule(LearningRateSchedule schedule, long first) : LearningRateSchedule
{
    public override double At(long step) => schedule.At(Math.Max(0, step - first));
}
