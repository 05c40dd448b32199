using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Sequences (length, channels) as images of one row. The layers of one dimension compute with the ops of images.</summary>
internal static class Sequences
{
    /// <summary>Applies a computation on images to sequences (n, length, channels), which it gets as images (n, 1, length, channels).</summary>
    public static Node AsImages(Node sequences, Func<Node, Node> compute)
    {
        var images = compute(sequences.Reshape([sequences.Shape[0], 1, sequences.Shape[1], sequences.Shape[2]]));
        return images.Reshape([images.Shape[0], images.Shape[2], images.Shape[3]]);
    }

    /// <summary>Reshapes the kernel (length, channels, filters) of a sequence to the kernel (1, length, channels, filters) of an image.</summary>
    public static Node AsImage(Node kernel) => kernel.Reshape(kernel.Shape.Prepend(1));

    /// <summary>Demands that a window without padding fits into the sequence that an image of one row is.</summary>
    /// <exception cref="ShapeException">It is longer.</exception>
    public static void RequireWindow(Node image, int window, Padding padding, int dilation = 1)
    {
        var (length, reach) = (image.Shape[2], ((window - 1L) * dilation) + 1);
        if (padding == Padding.Valid && reach > length)
            throw new ShapeException(
                nameof(Sequences), $"the sequence of length {length} is shorter than the window of length {reach}; use a smaller window or padding 'same'.");
    }
}
