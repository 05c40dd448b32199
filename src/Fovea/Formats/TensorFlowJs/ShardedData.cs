namespace Fovea.Formats.TensorFlowJs;

/// <summary>The values of a group of weights: the bytes of several files in the folder of <c>model.json</c>, one after the other.</summary>
internal sealed class ShardedData
{
    private readonly List<(string Path, long Start, long Length)> shards = [];
    private readonly string model;

    /// <summary>Finds the files and sums their sizes. Nothing is read yet.</summary>
    /// <param name="model">The path of <c>model.json</c>.</param>
    /// <param name="names">The names in <c>model.json</c>; only files in its folder are accepted.</param>
    /// <exception cref="ModelFormatException">A name is not that of a file in the folder, or there is no such file.</exception>
    public ShardedData(string model, IEnumerable<string> names)
    {
        this.model = model;
        var folder = Path.GetDirectoryName(Path.GetFullPath(model))!;
        foreach (var name in names)
        {
            var plain = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
            if (plain is "" or "." or ".." || plain.AsSpan().IndexOfAny("/\\:\0") >= 0)
                throw ModelFormatException.About(model, $"its weights are in '{name}'; expected the name of a file in the same folder.");
            var file = new FileInfo(Path.Combine(folder, plain));
            if (!file.Exists) throw ModelFormatException.About(model, $"its weights are in '{plain}' in the same folder, and there is no such file.");
            if (file.LinkTarget is not null && Path.GetDirectoryName(file.ResolveLinkTarget(returnFinalTarget: true)?.FullName) != folder)
                throw ModelFormatException.About(model, $"its weights are in '{plain}', which is a link out of the folder; expected a file.");
            shards.Add((file.FullName, Length, file.Length));
            Length += file.Length;
        }
    }

    /// <summary>The number of bytes of all files.</summary>
    public long Length { get; private set; }

    /// <summary>Reads bytes, which may continue from one file to the next.</summary>
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
