namespace Fovea;

/// <summary>Files of NumPy.</summary>
public sealed partial class Tensor
{
    /// <summary>
    /// Reads an .npy file, as <c>np.load</c> does. Floats of 16, 32 and 64 bits, integers and truth values become float32; 64-bit floats are rounded.
    /// </summary>
    /// <param name="path">The file. <see cref="NumpyArchive.Load(string, IEnumerable{string})"/> reads .npz files.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// It is not an .npy file, is damaged or empty, holds texts, objects, structures or complex numbers, or a number that float32 cannot represent: an
    /// integer that would be rounded or a float above 3.4e38.
    /// </exception>
    public static Tensor Load(string path)
    {
        using var file = File.OpenRead(path.NotEmpty("Tensor.Load", nameof(path), "the path of an .npy file"));
        var name = Path.GetFileName(path);
        var tensor = NumpyArray.Read(file, name);
        return file.ReadByte() < 0
            ? tensor
            : throw new InvalidDataException($"{name}: the file continues after the array. To read several arrays in turn, call Tensor.Load with a stream.");
    }

    /// <summary>Reads an array in the .npy format from a stream, which is then at the end of the array. The stream stays open.</summary>
    /// <inheritdoc cref="Load(string)" path="/exception"/>
    public static Tensor Load(Stream stream) => NumpyArray.Read(stream.NotNull("Tensor.Load", nameof(stream)), "The stream");

    /// <summary>Writes an .npy file of float32 values, which <c>np.load</c> reads. A file of that name is replaced only when all is written.</summary>
    /// <param name="path">The file. <see cref="NumpyArchive"/> writes .npz files.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="ArgumentException">The path ends in .npz.</exception>
    public void Save(string path)
    {
        path.NotEmpty("Tensor.Save", nameof(path), "the path of an .npy file");
        if (path.EndsWith(".npz", StringComparison.OrdinalIgnoreCase))
        {
            throw new ArgumentException(
                $"Tensor.Save: expected the path of an .npy file; received '{path}'. NumpyArchive.Save writes .npz files.", nameof(path));
        }

        AtomicFile.Write(path, Save);
    }

    /// <summary>Writes the tensor in the .npy format. The stream stays open.</summary>
    public void Save(Stream stream) => NumpyArray.Write(stream.NotNull("Tensor.Save", nameof(stream)), this);
}
