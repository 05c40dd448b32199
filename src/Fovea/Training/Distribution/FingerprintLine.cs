namespace Fovea;

/// <summary>Something that must be the same in all processes of a training.</summary>
/// <param name="What">Its name, which is unique: <c>batch size</c>.</param>
/// <param name="Value">Its value in this process; empty if it is not known, and not to be compared.</param>
/// <param name="Fix">What to do about a difference, as the end of a sentence.</param>
internal sealed record FingerprintLine(string What, string Value, string Fix);
