namespace Fovea.Imaging;

/// <summary>What the targets of a list are, before their values are read.</summary>
/// <param name="Kind">What they are.</param>
/// <param name="Columns">Their columns.</param>
internal sealed record TargetDecision(ImageTargetKind Kind, IReadOnlyList<string> Columns)
{
    /// <summary>Whether the columns say with 0 and 1 which labels an image has.</summary>
    public bool AreFlags { get; init; }

    /// <summary>Whether the same values could mean something else.</summary>
    public bool IsGuess { get; init; }
}
