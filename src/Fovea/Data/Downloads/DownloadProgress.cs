namespace Fovea;

/// <summary>How far the download of a file is.</summary>
/// <param name="FileName">The file.</param>
/// <param name="Received">How many bytes have arrived.</param>
/// <param name="Total">How many there are; null where the mirror does not say.</param>
public readonly record struct DownloadProgress(string FileName, long Received, long? Total);
