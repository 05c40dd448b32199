using Fovea.Formats.Keras;
using Fovea.Formats.SafeTensors;

namespace Fovea.Formats;

/// <summary>The formats of weights without a model: which one a file has, and which one a name asks for.</summary>
internal static class WeightFormats
{
    /// <summary>All formats, in the order in which they are asked whether a file is theirs.</summary>
    public static IReadOnlyList<WeightFormat> All { get; } = [new Keras3Weights(), new KerasHdf5Weights(), new SafeTensorsWeights()];

    /// <summary>Fills a model from a file: of weights alone, or of a whole model, of which the weights are taken.</summary>
    public static LoadReport Read(Model model, string path, WeightMatching matching)
    {
        using var source = ModelSource.Open(path);
        return Read(model, source, matching);
    }

    /// <summary>Fills a model from a file or a stream.</summary>
    public static LoadReport Read(Model model, ModelSource source, WeightMatching matching)
    {
        var report = new LoadReport(source.Name);
        var start = ForeignFiles.Refuse(source);
        var format = All.FirstOrDefault(format => format.Recognizes(start, source))
            ?? throw Unknown(source.Name);
        report.Format = format.Name;
        format.Read(model, source, matching, report);
        return report;
    }

    /// <summary>The format of a name.</summary>
    public static WeightFormat Of(WeightFileFormat format) => format switch
    {
        WeightFileFormat.Keras => ForWriting(".weights.h5"),
        WeightFileFormat.KerasHdf5 => ForWriting(".h5"),
        WeightFileFormat.SafeTensors => ForWriting(".safetensors"),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "expected a format of WeightFileFormat."),
    };

    /// <summary>Complains of first bytes that no format of weights has; which of them it is, the whole file says.</summary>
    public static void RequireKnown(byte[] start, string name)
    {
        ForeignFiles.Refuse(start, name);
        if (!start.AsSpan().StartsWith("PK"u8) && !Hdf5.Hdf5Reader.IsSignature(start) && !SafeTensorsFile.Recognizes(start)) throw Unknown(name);
    }

    /// <summary>The format that a file's name asks for.</summary>
    /// <exception cref="NotSupportedException">It asks for none that is known.</exception>
    public static WeightFormat ForWriting(string path) =>
        All.SelectMany(format => format.Extensions, (format, extension) => (format, extension)).OrderByDescending(pair => pair.extension.Length)
            .FirstOrDefault(pair => path.EndsWith(pair.extension, StringComparison.OrdinalIgnoreCase)).format
        ?? throw new NotSupportedException(
            $"'{Path.GetFileName(path)}': expected a name that ends in {string.Join(", ", All.SelectMany(format => format.Extensions))}, which says the format "
            + "to write.");

    private static ModelFormatException Unknown(string name) => ForeignFiles.Unknown(name, "a file of weights", All.Select(known => known.Name));
}
