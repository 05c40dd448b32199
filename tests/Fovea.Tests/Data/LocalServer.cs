using System.Net;
using System.Net.Sockets;

namespace Fovea.Tests.Data;

/// <summary>A web server on this machine with files in memory. It continues transfers (<c>Range</c>, <c>If-Range</c>) and can break them off.</summary>
internal sealed class LocalServer : IDisposable
{
    private readonly HttpListener listener = new();
    private readonly Dictionary<string, byte[]> files = [];

    public LocalServer()
    {
        // A port that was just free: another program may take it, so that several are tried.
        for (var attempt = 0; ; attempt++)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/";
            free.Stop();
            listener.Prefixes.Clear();
            listener.Prefixes.Add(Address);
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
            }
        }

        _ = Task.Run(ServeAsync);
    }

    public string Address { get; }

    /// <summary>The requests, as <c>name</c> or <c>name from 100</c>.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>The entity tag of all files; null for none.</summary>
    public string? Tag { get; set; } = "\"one\"";

    /// <summary>The number of bytes after which each answer breaks off; null for none.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>The value of the header <c>x-goog-hash</c>; null for none.</summary>
    public string? Hash { get; set; }

    public void Put(string name, byte[] content)
    {
        lock (files) files[name] = content;
    }

    public void Dispose() => listener.Close();

    private async Task ServeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                Answer(await listener.GetContextAsync());
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or IOException)
            {
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var name = request.Url!.AbsolutePath.TrimStart('/');
        var range = request.Headers["Range"] is { } header ? int.Parse(header["bytes=".Length..].TrimEnd('-')) : 0;
        lock (Requests) Requests.Add(range > 0 ? $"{name} from {range}" : name);
        byte[]? content;
        lock (files) content = files.GetValueOrDefault(name);
        if (content is null)
        {
            response.StatusCode = 404;
            response.Close();
            return;
        }

        if (Tag is not null) response.Headers["ETag"] = Tag;
        if (Hash is not null) response.Headers["x-goog-hash"] = Hash;
        if (request.Headers["If-Range"] != Tag) range = 0;
        if (range > 0)
        {
            response.StatusCode = range >= content.Length ? 416 : 206;
            response.Headers["Content-Range"] = $"bytes {range}-{content.Length - 1}/{content.Length}";
            if (range >= content.Length)
            {
                response.Close();
                return;
            }
        }

        response.ContentLength64 = content.Length - range;
        var length = Math.Min(BreakAfter ?? int.MaxValue, content.Length - range);
        response.OutputStream.Write(content, range, length);
        if (length < content.Length - range) response.Abort();
        else response.Close();
    }
}
