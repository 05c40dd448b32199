namespace Fovea.Formats.Tflite;

/// <summary>An operator during the conversion to layers.</summary>
/// <param name="Name">The name of the operator, as in <c>CONV_2D</c>.</param>
/// <param name="Inputs">The indices of the tensors that it reads; −1 for an input that is left out.</param>
/// <param name="Outputs">The indices of the tensors that it writes.</param>
/// <param name="Options">The options.</param>
internal sealed record TfliteNode(string Name, int[] Inputs, int[] Outputs, TfliteOptions Options)
{
    /// <summary>Whether it has an input.</summary>
    public bool Has(int input) => input < Inputs.Length && Inputs[input] >= 0;
}
