namespace Fovea.Formats.Keras;

/// <summary>The content of <c>metadata.json</c>.</summary>
/// <param name="KerasVersion">The version of Keras that wrote the file, as in <c>3.14.0</c>; empty if it is not stated.</param>
/// <param name="DateSaved">When, in the writer's local time, as in <c>2026-05-09@08:55:51</c>; empty if it is not stated.</param>
internal sealed record KerasMetadata(string KerasVersion, string DateSaved);
