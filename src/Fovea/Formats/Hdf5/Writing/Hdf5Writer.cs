using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>
/// Writes an HDF5 file sequentially, in the form of HDF5 1.6, the default of h5py: first all structures, then the values of all arrays, of which one piece
/// at a time is in memory. Equal input gives equal bytes.
/// </summary>
/// <remarks>The HDF Group, HDF5 File Format Specification, version 3.0.</remarks>
internal sealed class Hdf5Writer
{
    private const int SuperblockSize = 96;
    private const int EndPosition = 40;
    private const int RootPosition = 64;
    private const int Alignment = 8;
    private const byte Constant = 1;

    private readonly Hdf5Block structures = new();
    private readonly Hdf5TextHeap texts;
    private readonly List<(int Position, StoredArray Array)> arrays = [];

    private Hdf5Writer(Hdf5NewGroup root)
    {
        WriteSuperblock();
        texts = new Hdf5TextHeap(structures);
        structures.SetInt64(RootPosition, WriteGroup(root));
    }

    /// <summary>Writes a file. The stream need not be able to seek.</summary>
    /// <exception cref="NotSupportedException">HDF5 does not have the type of an array.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, Hdf5NewGroup root) => new Hdf5Writer(root).Write(stream);

    private void Write(Stream stream)
    {
        structures.Align();
        long address = structures.Length;
        foreach (var (position, array) in arrays)
        {
            structures.SetInt64(position, address);
            address += Padded(array.ByteCount);
        }

        structures.SetInt64(EndPosition, address);
        stream.Write(structures.Bytes);
        foreach (var (_, array) in arrays)
        {
            array.CopyTo(stream);
            stream.Write(new byte[Alignment], 0, (int)(Padded(array.ByteCount) - array.ByteCount));
        }
    }

    private static long Padded(long count) => count + (-count & (Alignment - 1));

    /// <summary>Writes version 0 of the superblock. The addresses of the end and of the root group are set later.</summary>
    private void WriteSuperblock()
    {
        structures.Add(0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A);
        structures.Add(0, 0, 0, 0, 0, sizeof(long), sizeof(long), 0);
        structures.AddUInt16(Hdf5SymbolTable.LeafRank);
        structures.AddUInt16(Hdf5SymbolTable.NodeRank);
        structures.AddUInt32(0);
        structures.AddInt64(0);
        structures.AddInt64(Hdf5Block.Undefined);
        structures.AddInt64(Hdf5Block.Undefined);
        structures.AddInt64(Hdf5Block.Undefined);
        structures.AddZeros(SuperblockSize - structures.Length);
    }

    private long WriteGroup(Hdf5NewGroup group)
    {
        var links = group.Members.Select(
            member => (member.Key, member.Value is Hdf5NewGroup within ? WriteGroup(within) : WriteArray((StoredArray)member.Value))).ToList();
        var (tree, names) = Hdf5SymbolTable.Write(structures, links);
        var messages = new List<(Hdf5MessageType, byte, byte[])> { (Hdf5MessageType.SymbolTable, 0, Hdf5Message.SymbolTable(tree, names)) };
        foreach (var (name, value) in group.Attributes)
            messages.Add((Hdf5MessageType.Attribute, 0, value is string text ? TextAttribute(name, text) : TextsAttribute(name, (IReadOnlyList<string>)value)));
        return WriteHeader(messages, out _);
    }

    private long WriteArray(StoredArray array)
    {
        var dimensions = array.IsEmpty ? [0] : Array.ConvertAll(array.Shape.Dimensions.ToArray(), size => (long)size);
        var address = WriteHeader(
        [
            (Hdf5MessageType.Dataspace, 0, Hdf5Message.Dataspace(dimensions)),
            (Hdf5MessageType.Datatype, Constant, Hdf5Message.Datatype(array.Type, array.Name)),
            (Hdf5MessageType.FillValue, Constant, Hdf5Message.FillValue()),
            (Hdf5MessageType.Layout, 0, Hdf5Message.Contiguous(Hdf5Block.Undefined, array.ByteCount)),
        ], out var layout);
        if (array.ByteCount > 0) arrays.Add((layout + 2, array));
        return address;
    }

    /// <summary>Writes version 1 of an object header, in one block.</summary>
    /// <returns>The address of the header.</returns>
    private long WriteHeader(List<(Hdf5MessageType Type, byte Flags, byte[] Data)> messages, out int lastMessage)
    {
        structures.Align();
        var address = structures.Length;
        structures.Add(1, 0);
        structures.AddUInt16(messages.Count);
        structures.AddUInt32(1);
        structures.AddUInt32(messages.Sum(message => 8 + Padded(message.Data.Length)));
        structures.AddUInt32(0);
        lastMessage = 0;
        foreach (var (type, flags, data) in messages)
        {
            structures.AddUInt16((int)type);
            structures.AddUInt16((int)Padded(data.Length));
            structures.Add(flags, 0, 0, 0);
            lastMessage = structures.Length;
            structures.Add(data);
            structures.Align();
        }

        return address;
    }

    private byte[] TextAttribute(string name, string text) => Hdf5Message.Attribute(name, Hdf5Message.AnyText(), Hdf5Message.Dataspace(), texts.Add(text));

    private static byte[] TextsAttribute(string name, IReadOnlyList<string> texts)
    {
        var encoded = texts.Select(Encoding.UTF8.GetBytes).ToList();
        var size = Math.Max(1, encoded.Select(text => text.Length).DefaultIfEmpty().Max());
        var elements = new byte[size * encoded.Count];
        for (var i = 0; i < encoded.Count; i++) encoded[i].CopyTo(elements, i * size);
        return Hdf5Message.Attribute(name, Hdf5Message.Texts(size, texts.All(text => Ascii.IsValid(text))), Hdf5Message.Dataspace(encoded.Count), elements);
    }
}
