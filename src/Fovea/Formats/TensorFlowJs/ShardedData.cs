namespace Fovea.Formats.TensorFlowJs;

/// <summary>The numbers of a group of weights: the bytes of several files beside <c>model.json</c>, one after the other.</summary>
internal sealed class ShardedData
{
    private readonly List<(string Path, long Start, long Length)> shards = [];
    private readonly string model;

    /// <summary>Finds the files and adds up their sizes; nothing is read yet.</summary>
    /// <param name="model">The path of <c>model.json</c>.</param>
    /// <param name="names">The names that it gives; only those of files beside it are taken.</param>
    /// <exception cref="ModelFormatException">A name leads elsewhere, or there is no such file.</exception>
    public ShardedData(string model, IEnumerable<string> names)
    {
        this.model = model;
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        foreach (var name in names)
        {
            var plain = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            if (plain is "" or "." or ".." || plain.AsSpan().IndexOfAny("/\\:\0") >= 0)
                throw ModelFormatException.About(model, $"its weights are said to lie in '{name}'; expected the name of a file beside it.");
            var file = new FileInfo(Path.Combine(folder, plain));
            if (!file.Exists) throw ModelFormatException.About(model, $"its weights are said to lie in '{plain}' beside it, and there is no such file.");
            if (file.LinkTarget is not null && Path.GetDirectoryName(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName) != folder)
                throw ModelFormatException.About(model, $"its weights are said to lie in '{plain}', which is a link out of its folder; expected a file.");
            shards.Add((file.FullName, Length, file.Length));
            Length += file.Length;
        }
    }

    /// <summary>How many bytes all files have.</summary>
    public long Length { get; private set; }

    /// <summary>Reads bytes that may go on from one file to the next.</summary>
    public void ReadAt(long offset, Span<byte> bytes)
    {
        foreach (var (path, start, length) in shards)
        {
            if (bytes.Length == 0) break;
            if (offset >= start + length) continue;
            using var handle = File.OpenHandle(path);
            for (var wanted = (int)Math.Min(bytes.Length, start + length - offset); wanted > 0;)
            {
                var read = RandomAccess.Read(handle, bytes[..wanted], offset - start);
                if (read == 0) throw ModelFormatException.About(model, $"'{Path.GetFileName(path)}' became shorter while it was read.");
                bytes = bytes[read..];
                offset += read;
                wanted -= read;
            }
        }
    }
}
