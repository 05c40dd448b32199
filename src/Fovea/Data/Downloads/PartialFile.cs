namespace Fovea;

/// <summary>
/// A file that is being downloaded, with the name of the complete one and <c>.part</c>. One process at a time holds it. It survives a broken transfer if the
/// server named its version, and the next download continues it.
/// </summary>
internal sealed class PartialFile : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly string target;
    private readonly FileStream stream;
    private (Uri Address, string Version)? origin;
    private bool isOver;

    private PartialFile(string target, FileStream stream, (Uri Address, string Version)? origin) =>
        (this.target, this.stream, this.origin, Length) = (target, stream, origin, origin is null ? 0 : stream.Length);

    /// <summary>The number of bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Whether writing failed, as when the disk is full.</summary>
    public bool HasFailed { get; private set; }

    /// <summary>Opens the part of a file, and waits while another process holds it.</summary>
    /// <param name="target">The path of the complete file.</param>
    /// <param name="patience">How long to wait for a process that writes nothing.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="IOException">Another process holds the file and writes nothing, or the file cannot be written.</exception>
    public static async Task<PartialFile> OpenAsync(string target, TimeSpan patience, CancellationToken cancellationToken)
    {
        var (length, waited) = (-1L, TimeSpan.Zero);
        while (true)
        {
            try
            {
                var stream = new FileStream(PartOf(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
                return new PartialFile(target, stream, ReadOrigin(target));
            }
            catch (IOException error) when (IsHeld(error) && waited < patience)
            {
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
                var now = new FileInfo(PartOf(target)) is { Exists: true } part ? part.Length : 0;
                (waited, length) = (now == length ? waited + Pause : TimeSpan.Zero, now);
            }
        }
    }

    /// <summary>The version of the file at an address of which this is a part; null to start again.</summary>
    public string? VersionAt(Uri address) => Length > 0 && origin is { } own && own.Address == address ? own.Version : null;

    /// <summary>Starts again, from no bytes.</summary>
    /// <param name="address">Where the file comes from.</param>
    /// <param name="version">What tells versions of the file at this address apart, such as an entity tag; null if nothing does.</param>
    public void Restart(Uri address, string? version)
    {
        origin = version is null ? null : (address, version);
        if (origin is null) File.Delete(OriginOf(target));
        else File.WriteAllText(OriginOf(target), $"{address.AbsoluteUri}\n{version}\n");
        if (stream.Length > 0) stream.SetLength(0);
        Length = 0;
    }

    /// <summary>Appends bytes.</summary>
    /// <exception cref="IOException">They cannot be written; <see cref="HasFailed"/> is set.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        HasFailed = true;
        stream.Position = Length;
        await stream.WriteAsync(bytes, cancellationToken).ConfigureAwait(false);
        HasFailed = false;
        Length += bytes.Length;
    }

    /// <summary>The bytes so far, for reading.</summary>
    public Stream Content => stream;

    /// <summary>Closes the file and gives it its name.</summary>
    public async Task CompleteAsync()
    {
        isOver = true;
        await stream.DisposeAsync().ConfigureAwait(false);
        File.Move(PartOf(target), target, overwrite: true);
        File.Delete(OriginOf(target));
    }

    /// <summary>Deletes the file.</summary>
    public async Task DiscardAsync()
    {
        isOver = true;
        await stream.DisposeAsync().ConfigureAwait(false);
        File.Delete(PartOf(target));
        File.Delete(OriginOf(target));
    }

    /// <summary>Closes the file, and deletes it if it cannot be continued.</summary>
    public async ValueTask DisposeAsync()
    {
        if (isOver) return;
        if (HasFailed || Length == 0 || origin is null) await DiscardAsync().ConfigureAwait(false);
        else await stream.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Whether another process holds the file: ERROR_SHARING_VIOLATION of Windows, EWOULDBLOCK of Linux and of macOS.</summary>
    private static bool IsHeld(IOException error) => (error.HResult & 0xFFFF) is 32 or 11 or 35;

    private static string PartOf(string target) => target + ".part";

    private static string OriginOf(string target) => target + ".part.from";

    private static (Uri Address, string Version)? ReadOrigin(string target) =>
        File.Exists(OriginOf(target)) && File.ReadAllLines(OriginOf(target)) is [var address, { Length: > 0 } version]
            && Uri.TryCreate(address, UriKind.Absolute, out var uri) ? (uri, version) : null;
}
