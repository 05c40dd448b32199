namespace Fovea.Formats.Tflite;

/// <summary>An operator while it is turned into layers.</summary>
/// <param name="Name">What it is called, as in <c>CONV_2D</c>.</param>
/// <param name="Inputs">The tensors that it reads; −1 for one that is left out.</param>
/// <param name="Outputs">The tensors that it writes.</param>
/// <param name="Options">Its settings.</param>
internal sealed record TfliteNode(string Name, int[] Inputs, int[] Outputs, TfliteOptions Options)
{
    /// <summary>Whether it has an input.</summary>
    public bool Has(int input) => input < Inputs.Length && Inputs[input] >= 0;
}
