using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>Writes the global heap of a file (HDF5 file format, III.E): collections of texts of any length.</summary>
internal sealed class Hdf5TextHeap(Hdf5Block structures)
{
    /// <summary>The minimum size of a collection, as in libhdf5.</summary>
    private const int CollectionSize = 4096;
    private const int HeaderSize = 16;

    private int collection;
    private int end;
    private int left;
    private int count;

    /// <summary>Adds a text.</summary>
    /// <returns>The reference that an attribute has instead of the text: the length, the collection and the index in it.</returns>
    public byte[] Add(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var reference = new Hdf5Block();
        reference.AddUInt32(bytes.Length);
        if (bytes.Length == 0)
        {
            reference.AddZeros(sizeof(long) + sizeof(uint));
            return reference.Bytes.ToArray();
        }

        Place(bytes);
        reference.AddInt64(collection);
        reference.AddUInt32(count);
        return reference.Bytes.ToArray();
    }

    private void Place(byte[] bytes)
    {
        var needed = HeaderSize + bytes.Length + (-bytes.Length & 7);
        if (needed > left) Begin(Math.Max(CollectionSize, HeaderSize + needed));
        var entry = new Hdf5Block();
        entry.AddUInt16(++count);
        entry.AddUInt16(1);
        entry.AddUInt32(0);
        entry.AddInt64(bytes.Length);
        entry.Add(bytes);
        structures.Overwrite(end, entry.Bytes);
        (end, left) = (end + needed, left - needed);
        if (left < HeaderSize) return;

        // The free space is an object too, with the index 0.
        var free = new Hdf5Block();
        free.AddInt64(0);
        free.AddInt64(left);
        structures.Overwrite(end, free.Bytes);
    }

    private void Begin(int size)
    {
        structures.Align();
        collection = structures.Length;
        structures.AddSignature("GCOL");
        structures.Add(1, 0, 0, 0);
        structures.AddInt64(size);
        structures.AddZeros(size - HeaderSize);
        (end, left, count) = (collection + HeaderSize, size - HeaderSize, 0);
    }
}
