using System.IO.Compression;
using System.Security.Cryptography;

namespace Fovea;

/// <summary>A file on the network.</summary>
/// <param name="Name">Its name on disk.</param>
internal abstract record RemoteFile(string Name)
{
    /// <summary>A number of bytes that the file does not exceed; null if it is not known.</summary>
    public virtual long? MaxLength => null;

    /// <summary>What a file must be, for errors: <c>content with the SHA-256 …</c>.</summary>
    public abstract string Expected { get; }

    /// <summary>Whether a content is that of the file.</summary>
    /// <param name="content">The content. It is read from its beginning, and not closed.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public abstract Task<bool> MatchesAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Whether a file on disk is the file.</summary>
    public virtual async Task<bool> IsStoredAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return false;
        await using var content = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        return await MatchesAsync(content, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Is called after a download, with the path of the file, whose content was right.</summary>
    public virtual Task RecordAsync(string path, CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>A gzip file whose content is known. A mirror may compress it in its own way.</summary>
/// <param name="Name">Its name, the same on every mirror.</param>
/// <param name="Length">The number of bytes of the unpacked content.</param>
/// <param name="Sha256">The SHA-256 of the unpacked content, in lower-case hexadecimal digits.</param>
internal sealed record GzipFile(string Name, long Length, string Sha256) : RemoteFile(Name)
{
    public override long? MaxLength => Length + (1 << 16);

    public override string Expected => $"content with the SHA-256 {Sha256}";

    /// <inheritdoc/>
    /// <remarks>No more bytes are unpacked than the content has.</remarks>
    public override async Task<bool> MatchesAsync(Stream content, CancellationToken cancellationToken)
    {
        try
        {
            content.Position = 0;
            await using var unpacked = new GZipStream(content, CompressionMode.Decompress, leaveOpen: true);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 16];
            long length = 0;
            for (int read; (read = await unpacked.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
            {
                if ((length += read) > Length) return false;
                hash.AppendData(buffer, 0, read);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset()) == Sha256;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}

/// <summary>
/// An HDF5 file. If its hash is not published, the SHA-256 of the first download is recorded in a file next to it, and is expected from then on.
/// </summary>
/// <param name="Name">Its name on disk.</param>
/// <param name="Hash">Its hash; null if it is not published.</param>
internal sealed record Hdf5File(string Name, FileHash? Hash) : RemoteFile(Name)
{
    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10];

    public override string Expected => Hash is { } hash ? $"a file with the {hash}" : "an HDF5 file";

    /// <inheritdoc/>
    /// <remarks>Without a published hash it is enough that it is an HDF5 file.</remarks>
    public override async Task<bool> MatchesAsync(Stream content, CancellationToken cancellationToken)
    {
        if (Hash is { } hash) return await hash.MatchesAsync(content, cancellationToken).ConfigureAwait(false);
        content.Position = 0;
        var beginning = new byte[Signature.Length];
        var length = await content.ReadAtLeastAsync(beginning, beginning.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return length == beginning.Length && beginning.AsSpan().SequenceEqual(Signature);
    }

    public override async Task<bool> IsStoredAsync(string path, CancellationToken cancellationToken)
    {
        if (Hash is null && await ReadRecordAsync(path, cancellationToken).ConfigureAwait(false) is { } recorded)
            return await (this with { Hash = recorded }).IsStoredAsync(path, cancellationToken).ConfigureAwait(false);
        return await base.IsStoredAsync(path, cancellationToken).ConfigureAwait(false);
    }

    public override async Task RecordAsync(string path, CancellationToken cancellationToken)
    {
        if (Hash is not null) return;
        await using var content = File.OpenRead(path);
        var hex = await FileHash.OfAsync(content, HashAlgorithmName.SHA256, cancellationToken).ConfigureAwait(false);
        await File.WriteAllTextAsync(RecordOf(path), $"{hex}  {Name}\n", cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The file of the recorded hash, as <c>sha256sum</c> writes it.</summary>
    private static string RecordOf(string path) => path + ".sha256";

    private static async Task<FileHash?> ReadRecordAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(RecordOf(path))) return null;
        var text = await File.ReadAllTextAsync(RecordOf(path), cancellationToken).ConfigureAwait(false);
        return text.Length >= 64 && text[..64].All(char.IsAsciiHexDigitLower) ? FileHash.Sha256(text[..64]) : null;
    }
}
