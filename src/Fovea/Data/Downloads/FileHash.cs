using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Fovea;

/// <summary>The hash of a file.</summary>
/// <param name="Algorithm">SHA-256 or MD5.</param>
/// <param name="Hex">Lower-case hexadecimal digits.</param>
internal readonly record struct FileHash(HashAlgorithmName Algorithm, string Hex)
{
    public static FileHash Sha256(string hex) => new(HashAlgorithmName.SHA256, hex);

    /// <summary>Keras publishes MD5 for most of its files. It finds broken files; an attacker can make another file of the same MD5.</summary>
    public static FileHash Md5(string hex) => new(HashAlgorithmName.MD5, hex);

    /// <summary>Whether a content has the hash.</summary>
    public async Task<bool> MatchesAsync(Stream content, CancellationToken cancellationToken) =>
        await OfAsync(content, Algorithm, cancellationToken).ConfigureAwait(false) == Hex;

    /// <summary>The hash of a content, read from its beginning, in hexadecimal digits.</summary>
    [SuppressMessage("Security", "CA5351:Do Not Use Broken Cryptographic Algorithms", Justification = "It is the hash that Keras publishes.")]
    public static async Task<string> OfAsync(Stream content, HashAlgorithmName algorithm, CancellationToken cancellationToken)
    {
        content.Position = 0;
        var hash = algorithm == HashAlgorithmName.MD5
            ? await MD5.HashDataAsync(content, cancellationToken).ConfigureAwait(false)
            : await SHA256.HashDataAsync(content, cancellationToken).ConfigureAwait(false);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The name and the digits: <c>SHA-256 8ae6…</c>.</summary>
    public override string ToString() => $"{(Algorithm == HashAlgorithmName.MD5 ? "MD5" : "SHA-256")} {Hex}";
}
