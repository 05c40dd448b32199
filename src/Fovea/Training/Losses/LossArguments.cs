namespace Fovea;

/// <summary>The ranges of losses' arguments.</summary>
internal static class LossArguments
{
    public static float InUnit(float value, string subject, string argument) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentException($"{subject}: expected {argument} from 0 to 1; received {value}.", argument);

    public static float NotNegative(float value, string subject, string argument) => value >= 0 && float.IsFinite(value)
        ? value
        : throw new ArgumentException($"{subject}: expected {argument} of at least 0; received {value}.", argument);
}
