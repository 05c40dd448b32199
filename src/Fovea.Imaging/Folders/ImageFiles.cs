using System.Runtime.ExceptionServices;

namespace Fovea.Imaging;

/// <summary>
/// Image files that are read with one preprocessing. Each is decoded once at first, to find damaged ones. The bytes are kept in memory if they fit.
/// </summary>
internal sealed class ImageFiles
{
    /// <summary>The share of the memory that decoded images may take.</summary>
    private const int ShareOfMemory = 4;

    private readonly string[] paths;
    private readonly byte[]?[] kept;
    private readonly object? archive;

    private ImageFiles(string[] paths, byte[]?[] kept, ImageInput input, object? archive) =>
        (this.paths, this.kept, Input, this.archive) = (paths, kept, input, archive);

    public ImageInput Input { get; }

    public int Count => paths.Length;

    /// <summary>Whether the images are in memory; otherwise a file is decoded each time it is read.</summary>
    public bool IsInMemory => kept.Length > 0;

    public string this[int index] => paths[index];

    /// <summary>Whether all samples may be kept in memory: in a quarter of the memory that the process may use.</summary>
    public static bool Fit(int count, long bytesPerSample) => count * bytesPerSample <= GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / ShareOfMemory;

    /// <summary>Decodes all files on all cores; the <see cref="DecodingBudget"/> limits the number of images in memory.</summary>
    /// <param name="paths">The files.</param>
    /// <param name="input">The preprocessing.</param>
    /// <param name="keepInMemory">Whether the images are kept.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <param name="also">Is called for each file with its index and the height and width of the upright image in the file.</param>
    /// <returns>All files, and for each the reason why it cannot be read, or null.</returns>
    public static (ImageFiles All, string?[] Reasons) Decode(
        string[] paths, ImageInput input, bool keepInMemory, CancellationToken cancellationToken, Action<int, int, int>? also = null)
    {
        var archive = paths.Length == 0 ? null : StoredFiles.Hold(paths[0]);
        var (reasons, kept) = (new string?[paths.Length], new byte[]?[keepInMemory ? paths.Length : 0]);
        try
        {
            Parallel.For(0, paths.Length, new ParallelOptions { CancellationToken = cancellationToken }, i =>
            {
                try
                {
                    var image = ImageReader.Read(paths[i], input, out var height, out var width);
                    if (keepInMemory) kept[i] = image;
                    also?.Invoke(i, height, width);
                }
                catch (Exception error) when (error is InvalidDataException or IOException or UnauthorizedAccessException)
                {
                    reasons[i] = error.Message;
                }
            });
        }
        catch (AggregateException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerExceptions[0]);
        }

        return (new ImageFiles(paths, kept, input, keepInMemory ? null : archive), reasons);
    }

    /// <summary>Some of the files, in the given order.</summary>
    public ImageFiles Subset(IReadOnlyList<int> indices) =>
        new([.. indices.Select(i => paths[i])], IsInMemory ? [.. indices.Select(i => kept[i])] : [], Input, archive);

    /// <summary>Reads the values of an image.</summary>
    public void Read(int index, Span<float> values) => Input.ToValues(IsInMemory ? kept[index]! : ImageReader.Read(paths[index], Input), values);
}
