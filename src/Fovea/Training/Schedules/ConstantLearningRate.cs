namespace Fovea;

/// <summary>The same learning rate in all steps; files have it as a number.</summary>
internal sealed class ConstantLearningRate(float learningRate) : LearningRateSchedule
{
    public float LearningRate { get; } = learningRate;

    public override double At(long step) => LearningRate;
}
