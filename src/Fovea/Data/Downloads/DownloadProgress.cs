namespace Fovea;

/// <summary>The progress of a download.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Received">The number of bytes received.</param>
/// <param name="Total">The total number of bytes; null if the mirror does not announce it.</param>
public readonly record struct DownloadProgress(string FileName, long Received, long? Total);
