using System.Net;
using System.Net.Http.Headers;

namespace Fovea;

/// <summary>
/// Downloads files from the first address that has them, and keeps only files with the right content. A broken transfer is continued, also by a later download.
/// </summary>
/// <param name="client">Sends the requests.</param>
/// <param name="title">What the files are, for errors.</param>
/// <param name="progress">Receives the progress; null for none.</param>
internal sealed class Download(HttpClient client, string title, IProgress<DownloadProgress>? progress)
{
    /// <summary>How often a transfer is continued that breaks off, if each time some bytes arrive.</summary>
    private const int MaxContinuations = 20;

    /// <summary>The longest time without data from a server.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Downloads a file into a folder, unless the folder already contains it with the right content.</summary>
    /// <param name="file">The file.</param>
    /// <param name="addresses">Where it is, by precedence.</param>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <param name="advice">The last sentence of the error: what the user can do instead.</param>
    /// <param name="cancellationToken">Stops the download.</param>
    /// <exception cref="IOException">No address gave the file, or it could not be written.</exception>
    public async Task EnsureAsync(
        RemoteFile file, IReadOnlyList<Uri> addresses, string folder, string advice, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Name);
        if (await file.IsStoredAsync(path, cancellationToken).ConfigureAwait(false)) return;
        var failures = new List<string>();
        try
        {
            Directory.CreateDirectory(folder);
            await using var part = await PartialFile.OpenAsync(path, Patience, cancellationToken).ConfigureAwait(false);
            if (await file.IsStoredAsync(path, cancellationToken).ConfigureAwait(false))
            {
                // Another process was faster.
                await part.DiscardAsync().ConfigureAwait(false);
                return;
            }

            foreach (var address in addresses)
            {
                if (await TryAsync(file, address, part, cancellationToken).ConfigureAwait(false) is not { } failure)
                {
                    await part.CompleteAsync().ConfigureAwait(false);
                    await file.RecordAsync(path, cancellationToken).ConfigureAwait(false);
                    return;
                }

                failures.Add($"{address}: {failure}");
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{title}: {file.Name} could not be written to '{folder}': {error.Message}", error);
        }

        throw new IOException(
            failures is [var only]
                ? $"{title}: {file.Name} could not be downloaded from {only} {advice}"
                : $"""
                {title}: {file.Name} could not be downloaded.
                {string.Join('\n', failures.Select(failure => $"  {failure}"))}
                {advice}
                """);
    }

    /// <summary>Fills a part from one address, until it is complete and correct. Returns the error as a sentence, or null.</summary>
    private async Task<string?> TryAsync(RemoteFile file, Uri address, PartialFile part, CancellationToken cancellationToken)
    {
        var fetched = new Fetched();
        for (var continuation = 0; ; continuation++)
        {
            var before = part.Length;
            fetched = await FetchAsync(file, address, part, cancellationToken).ConfigureAwait(false);
            if (fetched.Failure is null) break;
            if (continuation == MaxContinuations || part.Length <= before || part.VersionAt(address) is null) return fetched.Failure;
        }

        var isRight = await file.MatchesAsync(part.Content, cancellationToken).ConfigureAwait(false);
        if (isRight && fetched.Hash is { } hash) isRight = await hash.MatchesAsync(part.Content, cancellationToken).ConfigureAwait(false);
        if (isRight) return null;
        part.Restart(address, version: null);
        return $"expected {file.Expected}; received something else.";
    }

    /// <summary>Receives what is left of a file.</summary>
    private async Task<Fetched> FetchAsync(RemoteFile file, Uri address, PartialFile part, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (part.VersionAt(address) is { } version)
            {
                request.Headers.Range = new RangeHeaderValue(part.Length, to: null);
                request.Headers.TryAddWithoutValidation("If-Range", version);
            }

            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable && request.Headers.Range is not null)
            {
                part.Restart(address, version: null);
                return await FetchAsync(file, address, part, cancellationToken).ConfigureAwait(false);
            }

            response.EnsureSuccessStatusCode();
            var continues = response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == part.Length;
            if (!continues) part.Restart(address, VersionOf(response));
            var total = part.Length + response.Content.Headers.ContentLength;
            await ReceiveAsync(file, response, part, total, silence).ConfigureAwait(false);
            return part.Length < total
                ? new Fetched($"the connection ended after {part.Length} of {total} bytes.")
                : new Fetched(Hash: HashOf(response));
        }
        catch (Exception error) when (error is HttpRequestException || (error is IOException && !part.HasFailed))
        {
            return new Fetched(error.Message);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Fetched($"no answer for {Patience.TotalSeconds} seconds.");
        }
    }

    private async Task ReceiveAsync(RemoteFile file, HttpResponseMessage response, PartialFile part, long? total, CancellationTokenSource silence)
    {
        await using var source = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        var buffer = new byte[1 << 16];
        for (int read; (read = await source.ReadAsync(buffer, silence.Token).ConfigureAwait(false)) > 0;)
        {
            await part.AppendAsync(buffer.AsMemory(0, read), silence.Token).ConfigureAwait(false);
            if (part.Length > file.MaxLength) return;  // the content is wrong
            progress?.Report(new DownloadProgress(file.Name, part.Length, total));
            silence.CancelAfter(Patience);
        }
    }

    /// <summary>What a server names the version of a file: its entity tag, or else the time of its last change.</summary>
    private static string? VersionOf(HttpResponseMessage response) => response.Headers.ETag is { IsWeak: false } tag
        ? tag.Tag
        : response.Content.Headers.LastModified?.ToString("R", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The hash that Google's storage announces, where Keras' files are.</summary>
    private static FileHash? HashOf(HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("x-goog-hash", out var values)) return null;
        const string Md5 = "md5=";
        var value = values.SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries))
            .FirstOrDefault(text => text.StartsWith(Md5, StringComparison.Ordinal));
        var hash = new byte[16];
        return value is not null && Convert.TryFromBase64String(value[Md5.Length..], hash, out var length) && length == hash.Length
            ? FileHash.Md5(Convert.ToHexStringLower(hash))
            : null;
    }

    /// <param name="Failure">What went wrong, as the end of a sentence; null if the file was received.</param>
    /// <param name="Hash">The hash that the server announced.</param>
    private readonly record struct Fetched(string? Failure = null, FileHash? Hash = null);
}
