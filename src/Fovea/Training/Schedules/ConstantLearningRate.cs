namespace Fovea;

/// <summary>A constant learning rate, a number in files.</summary>
internal sealed class ConstantLearningRate(float learningRate) : LearningRateSchedule
{
    public float LearningRate { get; } = learningRate;

    public override double At(long step) => LearningRate;
}
