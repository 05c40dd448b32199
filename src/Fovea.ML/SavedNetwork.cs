using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Fovea.ML;

/// <summary>
/// A network as a text: its <c>.keras</c> file in base 64. ML.NET saves texts in pipelines, and hands them to each row without copying them.
/// </summary>
internal static class SavedNetwork
{
    /// <summary>The networks of the texts in use. They are freed with their texts.</summary>
    private static readonly ConditionalWeakTable<object, NetworkScorer> Scorers = [];

    public static string Write(Model model)
    {
        using var stream = new MemoryStream();
        model.Save(stream, leaveOpen: true);
        return Convert.ToBase64String(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    public static Model Read(ReadOnlyMemory<char> text)
    {
        using var stream = new MemoryStream(Convert.FromBase64String(text.ToString()));
        return Model.Load(stream, "network of the pipeline");
    }

    public static Model Read(string text) => Read(text.AsMemory());

    /// <summary>The network of a text, which is loaded once.</summary>
    public static NetworkScorer Scorer(ReadOnlyMemory<char> text)
    {
        object owner = MemoryMarshal.TryGetString(text, out var whole, out _, out _) ? whole
            : MemoryMarshal.TryGetArray(text, out var segment) ? segment.Array!
            : throw new InvalidOperationException("The network of the pipeline is in memory of an unknown kind.");
        var scorer = Scorers.GetValue(owner, _ => new NetworkScorer(text));
        return scorer.IsOf(text) ? scorer : new NetworkScorer(text);
    }
}
