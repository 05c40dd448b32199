namespace Fovea.Cli;

/// <summary>What the command line says about the labels of masks; null where the masks decide.</summary>
/// <param name="ClassNames">The names of the classes in the order of their numbers.</param>
/// <param name="IgnoredLabel">The label of pixels that belong to no class; −1 for none.</param>
internal sealed record MaskSettings(IReadOnlyList<string>? ClassNames, int? IgnoredLabel)
{
    public static MaskSettings None { get; } = new(null, null);
}
