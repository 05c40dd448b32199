namespace Fovea.Extending;

/// <summary>A tensor that an optimizer keeps for each weight, of the weight's shape, such as the mean of its gradients.</summary>
/// <param name="Name">Its name.</param>
/// <param name="InitialValue">The value of its elements before the first step, rounded to float32.</param>
public readonly record struct Slot(string Name, double InitialValue = 0)
{
    /// <summary>
    /// Whether files store it for all weights in a row. Otherwise they store it weight by weight, together with the slots next to it that are not grouped:
    /// momentum and velocity of the first weight, momentum and velocity of the second, ….
    /// </summary>
    internal bool IsGrouped { get; init; }

    /// <summary>A slot whose elements are 0 before the first step.</summary>
    public static implicit operator Slot(string name) => new(name);
}
