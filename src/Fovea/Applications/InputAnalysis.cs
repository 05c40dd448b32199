using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea;

/// <summary>
/// Finds the value range that a model expects for pixels. The analysis follows a pixel from the input to the first op with weights. Ops that only move pixels
/// keep its value; constants that are added or multiplied are combined into one map, scale · x + offset. The expected range is the one that this map converts
/// to a range on which networks are trained.
/// </summary>
internal static class InputAnalysis
{
    /// <summary>Larger constants are ignored, since a scale has at most one value per channel.</summary>
    private const int LargestConstant = 4096;

    private static readonly (PixelRange Range, double Low, double High)[] Ranges =
        [(PixelRange.ZeroToOne, 0, 1), (PixelRange.ZeroTo255, 0, 255), (PixelRange.MinusOneToOne, -1, 1)];

    /// <summary>The range that the first ops imply, and the reason; null if they imply none.</summary>
    public static (PixelRange Range, string Reason)? Find(Model model)
    {
        var graph = ModelGraph.Example(model);
        var told = Arrivals(graph).Where(map => !map.IsNothing).Select(map => (Map: map, Range: RangeFor(map))).ToList();
        if (told.Count == 0 || told[0].Range is not { } range || told.Exists(other => other.Range != range)) return null;
        var (_, low, high) = Ranges.First(entry => entry.Range == range);
        var (from, to) = (told[0].Map.Apply(low), told[0].Map.Apply(high));
        return (range,
            FormattableString.Invariant($"the model's first layers turn {low:0}..{high:0} into {Math.Min(from, to):0.##}..{Math.Max(from, to):0.##}"));
    }

    /// <summary>
    /// The pixel range that a map converts to a range on which networks are trained. Such a range is about 0.5 to 12 wide, or 100 to 300, and its middle is at
    /// most its width from 0. If several pixel ranges fit, the result is the one whose middle is mapped closest to 0 in relation to its width. Null if none
    /// fits, or if −1..1 and another one fit and the offset is almost 0.
    /// </summary>
    private static PixelRange? RangeFor(PixelMap map)
    {
        var fitting = Ranges
            .Select(entry => (entry.Range, Width: Math.Abs(map.Scale) * (entry.High - entry.Low), Middle: map.Apply((entry.Low + entry.High) / 2)))
            .Where(entry => entry.Width is (>= 0.45 and <= 12) or (>= 100 and <= 300) && Math.Abs(entry.Middle) <= entry.Width)
            .OrderBy(entry => Math.Abs(entry.Middle) / entry.Width)
            .ToList();
        if (fitting.Count == 0) return null;
        var isOpen = Math.Abs(map.Offset) < 0.05 * Math.Abs(map.Scale) && fitting.Exists(entry => entry.Range == PixelRange.MinusOneToOne) && fitting.Count > 1;
        return isOpen ? null : fitting[0].Range;
    }

    /// <summary>The maps from a pixel to its value at the first ops with weights.</summary>
    private static HashSet<PixelMap> Arrivals(ModelGraph graph)
    {
        var arrived = new HashSet<PixelMap>();
        var maps = new Dictionary<Node, PixelMap?>();
        foreach (var node in new Graph([.. graph.Outputs]).Nodes)
        {
            if (node == graph.Input)
            {
                maps[node] = new PixelMap(1, 0);
                continue;
            }

            var from = node.Inputs.Where(maps.ContainsKey).ToList();
            if (from.Count == 0) continue;
            maps[node] = from.Exists(input => maps[input] is null) ? null : Follow(node, from, maps);
            if (maps[node] is null)
            {
                foreach (var input in from)
                    if (maps[input] is { } map) arrived.Add(map);
            }
        }

        foreach (var output in graph.Outputs)
            if (maps.GetValueOrDefault(output) is { } map) arrived.Add(map);
        return arrived;
    }

    /// <summary>The map after an op; null if no map describes the op, such as a convolution.</summary>
    private static PixelMap? Follow(Node node, List<Node> from, Dictionary<Node, PixelMap?> maps)
    {
        var map = maps[from[0]]!.Value;
        if (from.Count > 1) return node.Op is ConcatenateOp ? PixelMap.Mean([.. from.Select(input => maps[input]!.Value)]) : null;
        var isLeft = node.Inputs[0] == from[0];
        return node.Op switch
        {
            ReshapeOp or TransposeOp or SliceOp or CropOp or PadOp or EmbedOp or ResampleOp or ImageSamplingOp or MaxPool2DOp or AveragePool2DOp
                or BroadcastOp or ConcatenateOp => map,
            ClipOp => map,
            NegateOp => new PixelMap(-map.Scale, -map.Offset),
            AddOp => Number(Other()) is { } added ? map with { Offset = map.Offset + added } : null,
            SubtractOp => Number(Other()) is not { } taken
                ? null
                : isLeft
                ? map with { Offset = map.Offset - taken }
                : new PixelMap(-map.Scale, taken - map.Offset),
            MultiplyOp => Number(Other()) is { } factor ? new PixelMap(map.Scale * factor, map.Offset * factor) : null,
            DivideOp => isLeft && Number(Other()) is { } divisor and not 0 ? new PixelMap(map.Scale / divisor, map.Offset / divisor) : null,
            _ => null,
        };

        Node Other() => node.Inputs[isLeft ? 1 : 0];
    }

    /// <summary>The value of a node that does not depend on the input, or the mean of its values per channel; null for any other node.</summary>
    private static double? Number(Node node)
    {
        while (node.Op is BroadcastOp or ReshapeOp) node = node.Inputs[0];
        if (node.Shape.Count > LargestConstant) return null;
        var graph = new Graph([node]);
        var variables = graph.Nodes.Where(value => value.Op is VariableOp)
            .ToDictionary(value => value, value => Array.ConvertAll(((VariableOp)value.Op).Variable.Values.ToArray(), number => (double)number));
        return graph.Nodes.Any(value => value.Op is InputOp) ? null : ReferenceInterpreter.Run(graph, variables)[0].Average();
    }
}

/// <summary>A map of a pixel x: scale · x + offset, averaged over the channels.</summary>
internal readonly record struct PixelMap(double Scale, double Offset)
{
    /// <summary>Whether the map changes almost nothing, like an untrained batch normalization.</summary>
    public bool IsNothing => Math.Abs(Scale - 1) < 0.02 && Math.Abs(Offset) < 0.02;

    public static PixelMap Mean(IReadOnlyList<PixelMap> maps) => new(maps.Average(map => map.Scale), maps.Average(map => map.Offset));

    public double Apply(double x) => (Scale * x) + Offset;
}
