namespace Fovea;

/// <summary>A setting in which two <see cref="ImageInput"/>s differ.</summary>
/// <param name="Setting">The setting, such as <c>pixels</c>.</param>
/// <param name="Own">Its value in the first one.</param>
/// <param name="Other">Its value in the other one.</param>
public sealed record ImageInputDifference(string Setting, string Own, string Other)
{
    /// <summary>The setting and both values: <c>pixels: 0..1 and 0..255</c>.</summary>
    public override string ToString() => $"{Setting}: {Own} and {Other}";
}
