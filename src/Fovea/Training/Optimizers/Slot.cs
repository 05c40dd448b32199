namespace Fovea.Extending;

/// <summary>A tensor that an optimizer keeps for each weight, of the weight's shape: the mean of its gradients, for example.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="InitialValue">What each of its elements is before the first step.</param>
public readonly record struct Slot(string Name, float InitialValue = 0)
{
    /// <summary>
    /// Whether files store it for all weights in a row. Otherwise they store it weight by weight, together with the slots next to it that are not grouped:
    /// momentum and velocity of the first weight, momentum and velocity of the second, ….
    /// </summary>
    internal bool IsGrouped { get; init; }

    /// <summary>A tensor of zeros at first.</summary>
    public static implicit operator Slot(string name) => new(name);
}
