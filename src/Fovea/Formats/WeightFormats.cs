using Fovea.Formats.Keras;
using Fovea.Formats.SafeTensors;
using Fovea.Formats.TensorFlowJs;

namespace Fovea.Formats;

/// <summary>The formats of weights without a model: finds the format of a file, and the one to write for a name.</summary>
internal static class WeightFormats
{
    /// <summary>All formats, in the order in which they try to recognize a file.</summary>
    public static IReadOnlyList<WeightFormat> All { get; } = [new Keras3Weights(), new KerasHdf5Weights(), new SafeTensorsWeights()];

    /// <summary>The formats that are only read.</summary>
    private static readonly WeightFormat[] Others = [new LayersModelWeights()];

    /// <summary>Fills a model from a file of weights, or from the weights in the file of a whole model.</summary>
    public static LoadReport Read(Model model, string path, WeightMatching matching, CancellationToken cancellationToken)
    {
        using var source = ModelSource.Open(path, cancellationToken);
        return Read(model, source, matching);
    }

    /// <summary>Fills a model from a file or a stream.</summary>
    public static LoadReport Read(Model model, ModelSource source, WeightMatching matching)
    {
        var report = new LoadReport(source.Name);
        var start = ForeignFiles.Refuse(source);
        var format = All.Concat(Others).FirstOrDefault(format => format.Recognizes(start, source))
            ?? throw Unknown(source.Name);
        report.Format = format.Name;
        var operation = Operation.Begin("fovea.load_weights", model.Name);
        operation.Set("file.path", source.Name);
        operation.Set("fovea.file.format", format.Name);
        try
        {
            format.Read(model, source, matching, report);
            operation.End();
            return report;
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    /// <summary>The format for a value of the enumeration.</summary>
    public static WeightFormat Of(WeightFileFormat format) => format switch
    {
        WeightFileFormat.Keras => ForWriting(".weights.h5"),
        WeightFileFormat.KerasHdf5 => ForWriting(".h5"),
        WeightFileFormat.SafeTensors => ForWriting(".safetensors"),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "expected a format of WeightFileFormat."),
    };

    /// <summary>Requires first bytes that some format of weights has. The rest of the file decides which one it is.</summary>
    /// <exception cref="ModelFormatException">No format of weights begins so.</exception>
    public static void RequireKnown(byte[] start, string name)
    {
        ForeignFiles.Refuse(start, name);
        if (!start.AsSpan().StartsWith("PK"u8) && !Hdf5.Hdf5Reader.IsSignature(start) && !SafeTensorsFile.Recognizes(start)) throw Unknown(name);
    }

    /// <summary>The format to write for the extension of a file.</summary>
    /// <exception cref="NotSupportedException">No format has the extension.</exception>
    public static WeightFormat ForWriting(string path) =>
        All.SelectMany(format => format.Extensions, (format, extension) => (format, extension)).OrderByDescending(pair => pair.extension.Length)
            .FirstOrDefault(pair => path.EndsWith(pair.extension, StringComparison.OrdinalIgnoreCase)).format
        ?? throw new NotSupportedException(
            $"'{Path.GetFileName(path)}': expected a name that ends in {string.Join(", ", All.SelectMany(format => format.Extensions))}; the ending selects "
            + "the format.");

    private static ModelFormatException Unknown(string name) => ForeignFiles.Unknown(name, "a file of weights", All.Select(known => known.Name));
}
