namespace Fovea;

/// <summary>Downloads files from the first mirror that has them, and keeps only files with the right checksum.</summary>
internal sealed class Download(HttpClient client, string title, IReadOnlyList<Uri> mirrors, IProgress<DownloadProgress>? progress)
{
    /// <summary>The longest time without data from a mirror.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Downloads a file into a folder, unless the folder already contains it with the right content.</summary>
    /// <exception cref="IOException">No mirror provided the file.</exception>
    public async Task EnsureAsync(RemoteFile file, string folder, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, file.Name);
        if (File.Exists(path) && await file.MatchesAsync(path, cancellationToken).ConfigureAwait(false)) return;
        Directory.CreateDirectory(folder);
        var failures = new List<string>();
        foreach (var mirror in mirrors)
        {
            var address = new Uri(mirror, file.Name);
            if (await TryAsync(file, address, path, cancellationToken).ConfigureAwait(false) is not { } failure) return;
            failures.Add($"  {address}: {failure}");
        }

        throw new IOException($"""
            {title}: {file.Name} could not be downloaded.
            {string.Join('\n', failures)}
            Without these mirrors, put the file into '{folder}' by hand, or use a folder that has all files.
            """);
    }

    /// <summary>Downloads a file from one mirror, under a temporary name until it is complete and correct. Returns the error, or null.</summary>
    private async Task<string?> TryAsync(RemoteFile file, Uri address, string path, CancellationToken cancellationToken)
    {
        var part = $"{path}.{Path.GetRandomFileName()}.part";
        try
        {
            await SaveAsync(file, address, part, cancellationToken).ConfigureAwait(false);
            if (!await file.MatchesAsync(part, cancellationToken).ConfigureAwait(false))
                return $"expected content with the SHA-256 {file.Sha256}; received something else.";
            File.Move(part, path, overwrite: true);
            return null;
        }
        catch (HttpRequestException error)
        {
            return error.Message;
        }
        catch (HttpIOException error)
        {
            return error.Message;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"no answer for {Patience.TotalSeconds} seconds.";
        }
        finally
        {
            File.Delete(part);
        }
    }

    private async Task SaveAsync(RemoteFile file, Uri address, string part, CancellationToken cancellationToken)
    {
        using var silence = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        silence.CancelAfter(Patience);
        using var response = await client.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, silence.Token).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
        await using var source = await response.Content.ReadAsStreamAsync(silence.Token).ConfigureAwait(false);
        await using var target = new FileStream(part, FileMode.CreateNew, FileAccess.Write);
        var buffer = new byte[1 << 16];
        long received = 0;
        for (int read; (read = await source.ReadAsync(buffer, silence.Token).ConfigureAwait(false)) > 0;)
        {
            await target.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            received += read;
            if (received > file.Length + buffer.Length) return; // longer than the content: the checksum fails
            progress?.Report(new DownloadProgress(file.Name, received, response.Content.Headers.ContentLength));
            silence.CancelAfter(Patience);
        }
    }
}
