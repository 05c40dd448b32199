using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Sequences (length, channels) as images of one row, on which the layers of one dimension compute.</summary>
internal static class Sequences
{
    /// <summary>What a computation on images makes of sequences (n, l, c), taken as images (n, 1, l, c).</summary>
    public static Node AsRows(Node sequences, Func<Node, Node> compute)
    {
        var rows = compute(sequences.Reshape([sequences.Shape[0], 1, sequences.Shape[1], sequences.Shape[2]]));
        return rows.Reshape([rows.Shape[0], rows.Shape[2], rows.Shape[3]]);
    }

    /// <summary>The kernel (u, c, f) of a sequence as the kernel (1, u, c, f) of an image.</summary>
    public static Node AsRow(Node kernel) => kernel.Reshape(kernel.Shape.Prepend(1));
}
