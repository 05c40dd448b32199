namespace Fovea.Formats.Keras;

/// <summary>What <c>metadata.json</c> says.</summary>
/// <param name="KerasVersion">The version of Keras that wrote the file, as in <c>3.14.0</c>; empty where it is not said.</param>
/// <param name="DateSaved">When, in the writer's local time, as in <c>2026-05-09@08:55:51</c>; empty where it is not said.</param>
internal sealed record KerasMetadata(string KerasVersion, string DateSaved);
