namespace Fovea.Engine.Planning;

/// <summary>The work of a step of a plan, independent of the algorithm.</summary>
/// <param name="Name">The op and the shapes of its inputs and output.</param>
/// <param name="MultiplyAdds">The multiply-adds of its definition; 0 if it is not made of products.</param>
/// <param name="Bytes">The bytes that it reads and writes, each value counted once.</param>
internal sealed record StepCost(string Name, long MultiplyAdds, long Bytes)
{
    private const int MaxShapes = 8;

    public static StepCost Of(Node node)
    {
        var inputs = node.Inputs.Select(input => input.Shape).ToArray();
        return new StepCost(
            $"{node.Op.Name} {(inputs.Length > MaxShapes ? $"{inputs.Length} inputs" : string.Join(" ", inputs))} -> {node.Shape}",
            node.Op.MultiplyAdds(inputs, node.Shape),
            sizeof(float) * (node.Shape.Count + inputs.Sum(input => (long)input.Count)));
    }
}
