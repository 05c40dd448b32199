namespace Fovea.Explain;

/// <summary>The part of the image that one output of a layer sees.</summary>
/// <param name="Path">The layer's path in the model.</param>
/// <param name="ClassName">Its class in Keras.</param>
/// <param name="OutputShape">The shape of its output for one sample.</param>
/// <param name="Field">The receptive field of its outputs.</param>
/// <param name="Row">The row of the output, from 0.</param>
/// <param name="Column">The column of the output, from 0.</param>
/// <param name="Region">The region that this output sees, in pixels of the image; it extends beyond the border where padding is read.</param>
public sealed record LayerField(string Path, string ClassName, Shape OutputShape, ReceptiveField Field, int Row, int Column, ImageRegion Region);

/// <summary>How the part of the image that one output sees grows from layer to layer (Araujo et al. 2019).</summary>
/// <param name="Image">The model's input, (1, height, width, channels).</param>
/// <param name="Layers">The layers in the order of computation, each with the output whose field is nearest to one position in the image.</param>
public sealed record ReceptiveFieldGrowth(Tensor Image, IReadOnlyList<LayerField> Layers)
{
    /// <summary>
    /// The layers that see more than all layers before them, up to the first that sees the whole image. If there are more than requested,
    /// some are left out, but not the first and the last.
    /// </summary>
    /// <param name="count">The maximum number of layers, at least 2.</param>
    public IReadOnlyList<LayerField> Growing(int count = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 2);
        var growing = new List<LayerField>();
        foreach (var layer in Layers)
        {
            if (growing.Count > 0 && (long)layer.Region.Height * layer.Region.Width <= (long)growing[^1].Region.Height * growing[^1].Region.Width
                && !SeesAll(layer)) continue;
            growing.Add(layer);
            if (SeesAll(layer)) break;
        }

        return growing.Count <= count
            ? growing
            : [.. Enumerable.Range(0, count).Select(i => growing[(int)Math.Round(i * (growing.Count - 1.0) / (count - 1))])];
    }

    /// <summary>Whether an output sees the whole image.</summary>
    public bool SeesAll(LayerField layer) => (layer ?? throw new ArgumentNullException(nameof(layer))).Region.Covers(Image.Shape[1], Image.Shape[2]);

    internal static ReceptiveFieldGrowth Of(ConvolutionStep step)
    {
        var graph = step.Use.Graph;
        var fields = ReceptiveField.Trace(graph.Outputs, graph.Input);
        var seen = step.SeenRegion;
        var (centerRow, centerColumn) = (seen.Top + ((seen.Height - 1) / 2.0), seen.Left + ((seen.Width - 1) / 2.0));
        var layers = new List<LayerField>();
        foreach (var value in graph.Layers.Where(value => value.Layer is not (Model or Input)))
        {
            if (fields.GetValueOrDefault(value.Node) is not { } field) continue;
            var isImage = value.Node.Shape.Rank == 4;

            // Each flattened position sees one region. A value pooled over the whole image sees the regions of all positions.
            if (!isImage && field.StrideHeight != 0 && value.Layer is not (GlobalAveragePooling2D or GlobalMaxPooling2D)) continue;
            var row = isImage ? Nearest(centerRow, field.Top, field.Height, field.StrideHeight, value.Node.Shape[1]) : 0;
            var column = isImage ? Nearest(centerColumn, field.Left, field.Width, field.StrideWidth, value.Node.Shape[2]) : 0;
            layers.Add(new LayerField(value.Path, value.Layer.ClassName, value.Node.Shape[1..], field, row, column, field.At(row, column)));
        }

        return new ReceptiveFieldGrowth(step.Image, layers);
    }

    /// <summary>The output whose field has its center nearest to a row or column of the image.</summary>
    private static int Nearest(double center, int start, int size, int stride, int outputs) =>
        stride == 0 ? 0 : Math.Clamp((int)Math.Round((center - start - ((size - 1) / 2.0)) / stride), 0, outputs - 1);
}
