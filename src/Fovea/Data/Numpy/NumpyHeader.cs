using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Fovea;

/// <summary>
/// The header of an .npy file: six bytes <c>\x93NUMPY</c>, a version, the length, and a Python dictionary of the type, the order and the shape
/// (NumPy, <c>numpy.lib.format</c>).
/// </summary>
internal sealed partial record NumpyHeader(NumpyType Type, bool IsFortranOrder, int[] Shape)
{
    private const int MaxLength = 10_000;  // as NumPy
    private const int MaxRank = 32;  // as NumPy
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Aggregate(1, (product, size) => product * size);

    /// <summary>Reads a header.</summary>
    /// <param name="stream">The stream, at the beginning of the array. It is read to the end of the header.</param>
    /// <param name="name">The file, which begins the message of an error.</param>
    /// <exception cref="InvalidDataException">It is not an .npy file, or the array cannot become a tensor.</exception>
    public static NumpyHeader Read(Stream stream, string name)
    {
        Span<byte> start = stackalloc byte[12];
        var read = stream.ReadAtLeast(start[..8], 8, throwOnEndOfStream: false);
        if (read < 8 || !start[..6].SequenceEqual(Magic)) throw NotNumpy(start[..read], name);
        if (start[6] is < 1 or > 3) throw new InvalidDataException($"{name}: expected the version 1, 2 or 3 of the .npy format; received {start[6]}.");
        var size = start[6] == 1 ? 2 : 4;
        Fill(stream, start.Slice(8, size), name);
        var length = size == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(start[8..]) : BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
        if (length > MaxLength) throw new InvalidDataException($"{name}: expected a header of at most {MaxLength} bytes; received {length}.");
        var bytes = new byte[length];
        Fill(stream, bytes, name);
        return Parse((start[6] == 3 ? Encoding.UTF8 : Encoding.Latin1).GetString(bytes), name);
    }

    /// <summary>Writes the header of an array of little-endian float32 values.</summary>
    public static void Write(Stream stream, Shape shape)
    {
        var sizes = string.Join(", ", shape.Dimensions.ToArray().Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({sizes}{(shape.Rank == 1 ? "," : "")}), }}";
        var start = Magic.Length + 4;
        var length = ((start + text.Length + Alignment) / Alignment * Alignment) - start;  // the values begin at a multiple of 64 bytes
        stream.Write(Magic);
        stream.Write([1, 0, (byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes($"{text.PadRight(length - 1)}\n"));
    }

    private static NumpyHeader Parse(string text, string name)
    {
        var match = Dictionary().Match(text);
        var (keys, values) = (match.Groups["key"].Captures, match.Groups["value"].Captures);
        var entries = keys.Select((key, i) => (key.Value, values[i].Value)).DistinctBy(entry => entry.Item1).ToDictionary();
        if (entries.Count != 3)
        {
            if (Structure().IsMatch(text)) throw WrongType("a structure", name);
            throw new InvalidDataException($"{name}: expected a header with 'descr', 'fortran_order' and 'shape'; received {Shortened(text)}.");
        }

        var description = entries["descr"].Trim('\'', '"');
        var type = NumpyType.Parse(description) ?? throw WrongType(Meaning(description), name);
        return new NumpyHeader(type, entries["fortran_order"] == "True", ParseShape(entries["shape"], name));
    }

    private static int[] ParseShape(string text, string name)
    {
        var parts = text.Trim('(', ')').Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var (shape, count) = (new int[parts.Length], 1L);
        if (parts.Length > MaxRank) throw new InvalidDataException($"{name}: expected at most {MaxRank} dimensions; received {parts.Length}.");
        for (var i = 0; i < shape.Length; i++)
        {
            if (!int.TryParse(parts[i].TrimEnd('L'), NumberStyles.None, CultureInfo.InvariantCulture, out shape[i]) || (count *= shape[i]) > Array.MaxLength)
                throw new InvalidDataException($"{name}: expected an array of at most {Array.MaxLength} elements; received the shape {Shortened(text)}.");
        }

        if (count == 0) throw new InvalidDataException($"{name}: the array of shape {Shortened(text)} is empty; expected at least one element.");
        return shape;
    }

    private static InvalidDataException NotNumpy(ReadOnlySpan<byte> start, string name) => new(start.StartsWith("PK"u8)
        ? $"{name}: expected an .npy file; received an archive of them. NumpyArchive.Load reads .npz files."
        : $"{name}: expected an .npy file, which begins with \\x93NUMPY; received {(start.IsEmpty ? "no data" : Convert.ToHexString(start))}.");

    private static InvalidDataException WrongType(string received, string name) => new(
        $"{name}: expected an array of numbers or truth values; received {received}. In Python, array.astype(np.float32) converts numbers.");

    private static string Meaning(string description) => description.TrimStart('<', '>', '|', '=') is { Length: > 0 } type
        ? type[0] switch
        {
            'O' => "Python objects",
            'c' => $"complex numbers ({Shortened(description)})",
            'U' or 'S' or 'a' => $"texts ({Shortened(description)})",
            'M' or 'm' => $"times ({Shortened(description)})",
            'f' => $"floats of another size ({Shortened(description)})",
            _ => $"elements of type {Shortened(description)}",
        }
        : "elements without a type";

    /// <summary>Reads exactly as many bytes as there is room for.</summary>
    private static void Fill(Stream stream, Span<byte> bytes, string name)
    {
        if (stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length)
            throw new InvalidDataException($"{name}: the file is cut off in its header.");
    }

    private static string Shortened(string text)
    {
        var clean = string.Concat(text.Trim().Select(character => char.IsControl(character) ? '?' : character));
        return clean.Length > 80 ? $"{clean[..80]}…" : clean;
    }

    [GeneratedRegex(
        @"^(?>\s*)\{(?>\s*)(?:(?:'(?<key>descr|fortran_order|shape)'|""(?<key>descr|fortran_order|shape)"")(?>\s*):(?>\s*)"
        + @"(?<value>'[^']*'|""[^""]*""|True|False|\([\dL,\s]*\))(?>\s*),?(?>\s*)){3}\}(?>\s*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex Dictionary();

    [GeneratedRegex(@"[""']descr[""'](?>\s*):(?>\s*)[\[(]")]
    private static partial Regex Structure();
}
