namespace Fovea.Formats.Tflite;

/// <summary>An activation that is part of another operator, and between what its values lie.</summary>
internal sealed record FusedActivation(Activation Function, float Least, float Most)
{
    /// <summary>The activation of a number in the schema (ActivationFunctionType); null for none.</summary>
    public static FusedActivation? Of(int number) => number switch
    {
        0 => null,
        1 => new(Activation.Relu, 0, float.PositiveInfinity),
        2 => new(Activation.HardTanh, -1, 1),
        3 => new(Activation.Relu6, 0, 6),
        4 => new(Activation.Tanh, -1, 1),
        _ => throw new InvalidDataException($"its activation, number {number}, is not supported"),
    };
}
