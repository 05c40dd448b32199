namespace Fovea.Formats.Tflite;

/// <summary>An activation that is part of another operator.</summary>
/// <param name="Function">The activation.</param>
/// <param name="Min">Its smallest value.</param>
/// <param name="Max">Its largest value.</param>
internal sealed record FusedActivation(Activation Function, float Min, float Max)
{
    /// <summary>The activation with a number of the schema (ActivationFunctionType); null for none.</summary>
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
