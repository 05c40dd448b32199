using System.Text;

namespace Fovea.Formats.Hdf5.Writing;

/// <summary>
/// Writes the links of a group in the form of HDF5 1.6: a heap of names (III.D), tables of eight links, sorted by the bytes of their names (III.C), and
/// a B-tree over the tables (III.A.1).
/// </summary>
internal static class Hdf5SymbolTable
{
    /// <summary>Half of the number of links in a table, as in libhdf5.</summary>
    public const int LeafRank = 4;

    /// <summary>Half of the number of children of a node of the tree.</summary>
    public const int NodeRank = 16;

    private const int EntrySize = 40;

    /// <summary>Writes the links of a group.</summary>
    /// <param name="structures">The block to write to.</param>
    /// <param name="links">Names and addresses, sorted by the bytes of the names.</param>
    /// <returns>The addresses of the tree and of the names.</returns>
    public static (long Tree, long Names) Write(Hdf5Block structures, IReadOnlyList<(string Name, long Address)> links)
    {
        var (names, offsets) = WriteNames(structures, links);
        var children = new List<(long Address, long LastName)>();
        foreach (var table in links.Zip(offsets).Chunk(2 * LeafRank))
        {
            children.Add((structures.Length, table[^1].Second));
            structures.AddSignature("SNOD");
            structures.Add(1, 0);
            structures.AddUInt16(table.Length);
            foreach (var (link, offset) in table)
            {
                structures.AddInt64(offset);
                structures.AddInt64(link.Address);
                structures.AddZeros(EntrySize - 16);
            }

            structures.AddZeros(((2 * LeafRank) - table.Length) * EntrySize);
        }

        return (WriteTree(structures, children), names);
    }

    /// <summary>Writes the nodes level by level, until a level has a single node, the root.</summary>
    private static long WriteTree(Hdf5Block structures, List<(long Address, long LastName)> children)
    {
        const int NodeSize = 24 + (((4 * NodeRank) + 1) * sizeof(long));
        for (byte level = 0; ; level++)
        {
            var nodes = children.Chunk(2 * NodeRank).DefaultIfEmpty([]).ToList();
            var (first, firstKey) = (structures.Length, 0L);
            var parents = new List<(long Address, long LastName)>();
            foreach (var (i, node) in nodes.Index())
            {
                var address = structures.Length;
                structures.AddSignature("TREE");
                structures.Add(0, level);
                structures.AddUInt16(node.Length);
                structures.AddInt64(i == 0 ? Hdf5Block.Undefined : address - NodeSize);
                structures.AddInt64(i == nodes.Count - 1 ? Hdf5Block.Undefined : address + NodeSize);
                structures.AddInt64(firstKey);
                foreach (var (child, lastName) in node)
                {
                    structures.AddInt64(child);
                    structures.AddInt64(firstKey = lastName);
                }

                structures.AddZeros(address + NodeSize - structures.Length);
                parents.Add((address, firstKey));
            }

            if (nodes.Count == 1) return first;
            children = parents;
        }
    }

    /// <summary>Writes the names, an empty one first. Each ends with a zero byte and is padded to eight bytes.</summary>
    private static (long Address, List<long> Offsets) WriteNames(Hdf5Block structures, IReadOnlyList<(string Name, long Address)> links)
    {
        const long NothingFree = 1;
        var data = new Hdf5Block();
        data.AddZeros(8);
        var offsets = new List<long>(links.Count);
        foreach (var (name, _) in links)
        {
            offsets.Add(data.Length);
            data.Add(Encoding.UTF8.GetBytes(name + '\0'));
            data.Align();
        }

        structures.Align();
        var address = structures.Length;
        structures.AddSignature("HEAP");
        structures.AddZeros(4);
        structures.AddInt64(data.Length);
        structures.AddInt64(NothingFree);
        structures.AddInt64(address + 32);
        structures.Add(data.Bytes);
        return (address, offsets);
    }
}
