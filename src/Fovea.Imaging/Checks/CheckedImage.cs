namespace Fovea.Imaging;

/// <summary>An image of a data set that is checked.</summary>
/// <param name="Path">Its path, by which it is read.</param>
/// <param name="Name">Its path relative to the data set, with <c>/</c> between folders.</param>
/// <param name="Part">Its part; <see cref="DataPart.None"/> if the data are not divided.</param>
/// <param name="Label">The name of its class; null if it has none.</param>
internal sealed record CheckedImage(string Path, string Name, DataPart Part, string? Label);
