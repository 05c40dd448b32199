using System.IO.Compression;
using System.Text;
using Fovea.Formats.SafeTensors;

namespace Fovea.Formats;

/// <summary>Recognizes files that are often mistaken for models. The error describes the file and gives the fix.</summary>
internal static class ForeignFiles
{
    private const string ToOnnx = "export the model with torch.onnx.export and load the .onnx file, or save its weights as .safetensors and load them into a "
        + "model of the same layers (Model.LoadWeights)";
    private const string FromTensorFlow = "load it in Python with Keras and save it with model.save('model.keras')";

    /// <summary>The number of bytes of a file that are examined.</summary>
    public const int StartBytes = 64;

    /// <summary>Refuses a file whose first bytes show that it is not a model.</summary>
    /// <returns>The first bytes of the file, or all of a short file.</returns>
    /// <exception cref="ModelFormatException">The file is not a model; the message describes it and gives the fix.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Refuse(ModelSource source)
    {
        var start = source.Beginning(StartBytes);
        using var file = source.OpenStream();
        Refuse(start, source.Name, file);
        return start;
    }

    /// <summary>Like <see cref="Refuse(ModelSource)"/>, for a stream of which only the first bytes are known.</summary>
    /// <exception cref="ModelFormatException">The file is not a model; the message describes it and gives the fix.</exception>
    public static void Refuse(byte[] start, string name) => Refuse(start, name, null);

    /// <summary>Refuses a folder.</summary>
    /// <exception cref="ModelFormatException">The path is a folder; the message describes its content and gives the fix.</exception>
    public static void RefuseFolder(string path)
    {
        if (Directory.Exists(path)) throw ModelFormatException.About(path, DescribeFolder(path));
    }

    /// <summary>The error about a file that no format recognizes.</summary>
    /// <param name="name">The file.</param>
    /// <param name="expected">What was expected, as in "a model file".</param>
    /// <param name="formats">The names of the known formats.</param>
    public static ModelFormatException Unknown(string name, string expected, IEnumerable<string> formats) => ModelFormatException.About(
        name, DescribeName(name) ?? $"expected {expected}; its first bytes match none of {string.Join(", ", formats)}.");

    // A safetensors file begins with the length of its header, and these bytes may look like any signature.
    private static void Refuse(byte[] start, string path, Stream? file)
    {
        if (!SafeTensorsFile.Recognizes(start) && Describe(start, path, file) is { } sentence) throw ModelFormatException.About(path, sentence);
    }

    /// <summary>A sentence about a file, from its first bytes; null if they are not known.</summary>
    /// <param name="start">The first bytes, or all bytes of a short file.</param>
    /// <param name="path">The file.</param>
    /// <param name="file">The whole file, to look into an archive; it can seek, and stays open. Null if only the first bytes are known.</param>
    private static string? Describe(ReadOnlySpan<byte> start, string path, Stream? file)
    {
        if (start.Length == 0) return "the file is empty.";
        if (start.IndexOfAnyExcept((byte)0) < 0) return "the file begins with zeros: it was not downloaded or copied completely.";
        var text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (text.StartsWith("version https://git-lfs", StringComparison.Ordinal))
            return "it is a Git LFS pointer to a large file that was not downloaded; run 'git lfs pull' in the repository, or download the file itself.";
        if (text.StartsWith("<!", StringComparison.Ordinal) || text.StartsWith("<html", StringComparison.OrdinalIgnoreCase)
            || text.StartsWith("<head", StringComparison.OrdinalIgnoreCase))
            return "it is a web page (HTML), not a model: the link leads to a page about the file; download the file itself ('raw').";
        if (text.StartsWith("<?xml", StringComparison.Ordinal))
            return "it is XML, such as a server's error message or an OpenVINO model; expected a model file.";
        if (start.StartsWith("PK"u8)) return file is null ? null : Archive(path, file);
        if (start.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B])) return "it is compressed with gzip; unpack it first (gunzip, or tar -xzf for .tar.gz).";
        if (start.StartsWith("BZh"u8) || start.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z'])
            || start.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]))
            return "it is compressed (bzip2, xz or zstd); unpack it first.";
        if (start.StartsWith("Rar!"u8) || start.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF]))
            return "it is a packed archive; unpack it first.";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y']))
            return "it is an array of NumPy (.npy), values without a network; expected a model file.";
        if (start.StartsWith("GGUF"u8) || start.StartsWith("ggml"u8)) return "it is a language model in the format of llama.cpp, which Fovea does not read.";
        if (start.StartsWith("SIMPLE"u8)) return "it is a FITS image; expected a model file.";
        if (ImageKind(start) is { } kind) return $"it is an image ({kind}); expected a model file.";
        if (start.StartsWith((ReadOnlySpan<byte>)[0x7F, (byte)'E', (byte)'L', (byte)'F']) || start.StartsWith("MZ"u8))
            return "it is a program; expected a model file.";
        if (IsPickle(start))
            return $"it is a Python pickle, as PyTorch before version 1.6 and scikit-learn write it: a program, which Fovea does not run; {ToOnnx}.";

        // Like ONNX these are protocol buffers, which have no signature. A .pb may be ONNX too, but of version 3 or later.
        return start[0] == 8 && (!path.EndsWith(".pb", StringComparison.OrdinalIgnoreCase) || start.StartsWith((ReadOnlySpan<byte>)[8, 1, 0x12]))
            ? DescribeName(path)
            : null;
    }

    /// <summary>A sentence about a folder.</summary>
    public static string DescribeFolder(string path)
    {
        if (File.Exists(Path.Combine(path, "saved_model.pb")))
            return $"it is a TensorFlow SavedModel, a folder; {FromTensorFlow}, or convert it to ONNX (python -m tf2onnx.convert --saved-model).";
        if (File.Exists(Path.Combine(path, "keras_metadata.pb"))) return $"it is a Keras 2 model in TensorFlow's format, a folder; {FromTensorFlow}.";
        if (File.Exists(Path.Combine(path, "model.json"))) return "it is a folder; expected the file model.json in it.";
        if (File.Exists(Path.Combine(path, "checkpoint"))) return $"it is a folder with a checkpoint of TensorFlow; {FromTensorFlow}.";
        if (Directory.Exists(Path.Combine(path, "Data")) && File.Exists(Path.Combine(path, "Manifest.json")))
            return "it is a Core ML package (.mlpackage), which is not read; convert the model that it was created from.";
        if (Directory.Exists(path) && Directory.EnumerateFiles(path, "*.safetensors").FirstOrDefault() is { } tensors)
            return $"it is a folder; expected a file in it, such as {Path.GetFileName(tensors)}.";
        return "it is a folder; expected a model file such as .keras, .h5 or .onnx.";
    }

    /// <summary>A sentence about a file, from its name; null if the name is not known.</summary>
    public static string? DescribeName(string path) => Path.GetExtension(path).ToLowerInvariant() switch
    {
        ".pb" or ".pbtxt" =>
            $"it is a TensorFlow graph (.pb), whose weights may be in other files; {FromTensorFlow}, or convert it to ONNX (python -m tf2onnx.convert).",
        ".pt" or ".pth" => $"it looks like a file of PyTorch; {ToOnnx}.",
        ".ckpt" or ".index" or ".meta" => $"it is part of a checkpoint of TensorFlow, or a file of PyTorch; {FromTensorFlow}.",
        ".caffemodel" or ".prototxt" => "it is a model of Caffe, which is not read; convert it to ONNX.",
        ".weights" or ".cfg" => "it looks like the weights or the description of a Darknet network, which is not read; convert it to ONNX or Keras.",
        ".mlmodel" => "it is a Core ML model, which is not read; convert the model that it was created from.",
        ".params" => "it is a file of MXNet, which is not read; export it to ONNX.",
        ".pkl" or ".pickle" or ".joblib" => "it is a Python pickle, a program that Fovea does not run; save the model itself.",
        ".npz" or ".npy" => "it has arrays of NumPy, values without a network; expected a model file.",
        ".tflite" or ".lite" => "it is not a sound TensorFlow Lite file.",
        ".py" or ".ipynb" => "it is the source of a program; run it and save the model with model.save('model.keras').",
        ".mat" => "it is a file of MATLAB, which is not read; export the network to ONNX (exportONNXNetwork).",
        ".engine" or ".trt" or ".plan" => "it was compiled by TensorRT for one processor; expected the model that it was compiled from, such as .onnx.",
        ".csv" or ".txt" or ".md" or ".yaml" or ".yml" => "it is a text; expected a model file.",
        _ => null,
    };

    /// <summary>A sentence about a zip archive; null if it may be a <c>.keras</c> file.</summary>
    private static string? Archive(string path, Stream file)
    {
        List<string> members;
        try
        {
            file.Position = 0;
            using var zip = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            members = [.. zip.Entries.Take(10_000).Select(entry => entry.FullName.Replace('\\', '/'))];
        }
        catch (Exception error) when (error is InvalidDataException or IOException or NotSupportedException or ArgumentException)
        {
            return null;
        }

        var names = members.Select(member => member[(member.LastIndexOf('/') + 1)..]).ToHashSet(StringComparer.Ordinal);
        if (members.Contains("config.json") || members.Contains("model.weights.h5")) return null;
        if (members.Exists(member => member.EndsWith("/data.pkl", StringComparison.Ordinal) || member == "data.pkl"))
            return members.Exists(member => member.Contains("/code/", StringComparison.Ordinal))
                ? $"it is a TorchScript program of PyTorch; {ToOnnx}."
                : $"it is a file of PyTorch (torch.save), a zip of Python pickles, which are programs and are not run; {ToOnnx}.";
        if (members.Count > 0 && members.TrueForAll(member => member.EndsWith(".npy", StringComparison.Ordinal)))
            return "it has arrays of NumPy (.npz), values without a network; expected a model file.";
        if (names.Contains("saved_model.pb")) return $"it is a zip of a SavedModel of TensorFlow; {FromTensorFlow}.";
        if (names.Contains("word") || members.Exists(member => member is "word/document.xml" or "xl/workbook.xml"))
            return "it is a document; expected a model file.";
        string[] endings = [".keras", ".h5", ".hdf5", ".onnx", ".safetensors", ".tflite", "model.json"];
        var inside = members.Find(member => !member.StartsWith("__MACOSX", StringComparison.Ordinal)
            && Array.Exists(endings, ending => member.EndsWith(ending, StringComparison.OrdinalIgnoreCase)));
        if (inside is not null && Path.GetExtension(path) != ".keras") return $"it is a zip with '{inside}' in it; unpack it first.";
        return members.Count == 0 ? "it is an empty zip." : null;
    }

    private static bool IsPickle(ReadOnlySpan<byte> start) =>
        start.Length > 2 && start[0] == 0x80 && start[1] is >= 2 and <= 5;

    private static string? ImageKind(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "PNG",
        [0xFF, 0xD8, 0xFF, ..] => "JPEG",
        [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "GIF",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "BMP",
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => "WebP",
        _ => null,
    };
}
