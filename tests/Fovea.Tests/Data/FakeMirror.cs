using System.Net;

namespace Fovea.Tests.Data;

/// <summary>A network for tests: a function answers each request, and the requested addresses are recorded.</summary>
internal sealed class FakeMirror(Func<Uri, CancellationToken, Task<HttpContent?>> answer) : HttpMessageHandler
{
    public FakeMirror(Func<Uri, byte[]?> answer)
        : this((address, _) => Task.FromResult<HttpContent?>(answer(address) is { } content ? new ByteArrayContent(content) : null))
    {
    }

    public List<string> Requests { get; } = [];

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Add(request.RequestUri!.AbsoluteUri);
        var content = await answer(request.RequestUri, cancellationToken);
        return content is null
            ? new HttpResponseMessage(HttpStatusCode.NotFound) { RequestMessage = request }
            : new HttpResponseMessage(HttpStatusCode.OK) { RequestMessage = request, Content = content };
    }
}
