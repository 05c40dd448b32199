using System.IO.Compression;
using System.Security.Cryptography;

namespace Fovea;

/// <summary>A gzip file on the network whose content is known.</summary>
/// <param name="Name">Its name, the same on every mirror.</param>
/// <param name="Length">The number of bytes of the unpacked content.</param>
/// <param name="Sha256">The SHA-256 of the unpacked content, in lower-case hexadecimal digits.</param>
internal sealed record RemoteFile(string Name, long Length, string Sha256)
{
    /// <summary>Whether a file on disk has the content. No more bytes are unpacked than the content has.</summary>
    public async Task<bool> MatchesAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            await using var content = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[1 << 16];
            long length = 0;
            for (int read; (read = await content.ReadAsync(buffer, cancellationToken).ConfigureAwait(false)) > 0;)
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
