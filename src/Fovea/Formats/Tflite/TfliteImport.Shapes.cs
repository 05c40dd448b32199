using Fovea.Formats.Onnx;

namespace Fovea.Formats.Tflite;

/// <content>Shapes, the order of dimensions, parts and their joining.</content>
internal sealed partial class TfliteImport
{
    private const int MaxParts = 4096;

    /// <summary>A value reshaped to another shape of its samples.</summary>
    private SymbolicTensor Shaped(SymbolicTensor x, int[] sizes, TfliteNode node)
    {
        if (x.Shape.Dimensions.SequenceEqual(sizes)) return x;
        if (sizes.Length == 0) throw Refused(node, $"leaves nothing but the batch of {SymbolicTensor.Print(x.Shape)}, which is not supported");
        return sizes.Length == 1 ? Add(new Flatten(), node, x) : Add(new Reshape(sizes), node, x);
    }

    private void Reshaped(TfliteNode node)
    {
        var x = TensorOf(node);
        var option = node.Options.Ints(0);
        var target = node.Has(1) ? Whole(node, 1)
            : option?.Select(size => (long)size).ToArray() ?? throw Refused(node, "has no shape");
        Pass(node, Shaped(x, SampleOf(node, x, target), node));
    }

    /// <summary>The sizes of a sample in a target shape, whose first size is the batch or −1.</summary>
    private int[] SampleOf(TfliteNode node, SymbolicTensor x, long[] target)
    {
        long count = x.Shape.Count;
        var batch = file.Tensors[node.Inputs[0]].Shape is [var first, ..] ? first : 1;
        if (target.Length < 2) throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(target)}, which has no batch");
        var rest = target[1..];
        var known = rest.Where(size => size != -1).Aggregate(1L, (product, size) => checked(product * size));
        var open = rest.Count(size => size == -1);
        if (rest.Contains(OnnxConstant.Batch) || open > 1 || known <= 0 || rest.Any(size => size is < -1 or 0))
            throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(target)}");
        if (open == 1 && (target[0] == OnnxConstant.Batch || target[0] == batch) && count % known == 0)
            return [.. rest.Select(size => (int)(size == -1 ? count / known : size))];
        if (open == 0 && known == count) return [.. rest.Select(size => (int)size)];
        throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(target)}, where the batch is not the first dimension");
    }

    private void Squeezed(TfliteNode node)
    {
        var x = TensorOf(node);
        var given = node.Options.Ints(0) ?? [];
        if (given.Length == 0) throw Refused(node, "removes all dimensions of 1, which can include the batch and is not supported");
        var axes = given.Select(axis => Axis(node, x, axis)).ToHashSet();
        if (axes.Any(axis => x.Shape[axis - 1] != 1))
            throw Refused(node, $"removes the dimensions {string.Join(", ", given)} of {SymbolicTensor.Print(x.Shape)}");
        Pass(node, Shaped(x, [.. x.Shape.Dimensions.ToArray().Where((_, i) => !axes.Contains(i + 1))], node));
    }

    private void Expanded(TfliteNode node)
    {
        var x = TensorOf(node);
        if (Whole(node, 1) is not [var given]) throw Refused(node, "adds more than one dimension");
        var axis = given < 0 ? given + x.Shape.Rank + 2 : given;
        if (axis < 1 || axis > x.Shape.Rank + 1) throw Refused(node, $"adds the dimension {given} to {SymbolicTensor.Print(x.Shape)}, which is not supported");
        Pass(node, Shaped(x, With(x, (int)axis), node));
    }

    /// <summary>The sizes with an additional dimension of 1.</summary>
    private static int[] With(SymbolicTensor x, int axis)
    {
        var sizes = x.Shape.Dimensions.ToArray().ToList();
        sizes.Insert(axis - 1, 1);
        return [.. sizes];
    }

    private void Transposed(TfliteNode node)
    {
        var x = TensorOf(node);
        int[] order = [.. Whole(node, 1).Select(axis => (int)(axis < 0 ? axis + x.Shape.Rank + 1 : axis))];
        if (!order.Order().SequenceEqual(Enumerable.Range(0, x.Shape.Rank + 1)))
            throw Refused(node, $"has the order ({string.Join(", ", order)}) for {SymbolicTensor.Print(x.Shape)}");
        if (order[0] != 0) throw Refused(node, "moves the batch, which is not supported");
        Pass(node, order.SequenceEqual(order.Order()) ? x : Add(new Permute(order.AsSpan(1)), node, x));
    }

    private void Joined(TfliteNode node)
    {
        var all = node.Inputs.Select((_, i) => TensorOf(node, i)).ToArray();
        if (all.Length is 0 or > MaxParts) throw Refused(node, $"joins {all.Length} values");
        var axis = Axis(node, all[0], node.Options.Int(0));
        PassActivated(node, all.Length == 1 ? all[0] : Add(new Concatenate(axis), node, all), 1);
    }

    /// <summary>PACK, which stacks values along a new dimension.</summary>
    private void Packed(TfliteNode node)
    {
        if (node.Inputs.Length > MaxParts) throw Refused(node, $"joins {node.Inputs.Length} values");
        node.Options.Ignore(0);
        var given = node.Options.Int(1);
        var all = node.Inputs.Select((_, i) => TensorOf(node, i)).ToArray();
        var axis = given < 0 ? given + all[0].Shape.Rank + 2 : given;
        if (axis < 1 || axis > all[0].Shape.Rank + 1)
            throw Refused(node, $"joins along the dimension {given} of {SymbolicTensor.Print(all[0].Shape)}, which is not supported");
        var parts = all.Select(x => Apply(new Reshape(With(x, axis)), x)).ToArray();
        Pass(node, parts.Length == 1 ? parts[0] : Add(new Concatenate(axis), node, parts));
    }

    private void Unpacked(TfliteNode node)
    {
        var x = TensorOf(node);
        node.Options.Ignore(0);
        var axis = Axis(node, x, node.Options.Int(1));
        var size = x.Shape[axis - 1];
        if (node.Outputs.Length != size || size > MaxParts) throw Refused(node, $"gives {node.Outputs.Length} values of {size}");
        foreach (var (i, output) in node.Outputs.Index())
            Pass(node with { Outputs = [output] },
                Shaped(Part(node, x, axis, i, size - i - 1), [.. x.Shape.Dimensions[..(axis - 1)], .. x.Shape.Dimensions[axis..]], node));
    }

    /// <summary>SPLIT, with the inputs dimension and value, and SPLIT_V, with the inputs value, sizes and dimension.</summary>
    private void SplitUp(TfliteNode node)
    {
        node.Options.Ignore(0);
        var isEven = node.Name == "SPLIT";
        var x = TensorOf(node, isEven ? 1 : 0);
        if (Whole(node, isEven ? 0 : 2) is not [var given]) throw Refused(node, "names more than one dimension");
        var axis = Axis(node, x, given);
        long size = x.Shape[axis - 1], outputs = node.Outputs.Length;
        var parts = isEven ? [.. Enumerable.Repeat(size / outputs, (int)outputs)] : Whole(node, 1);
        if (Array.IndexOf(parts, -1) is var open and >= 0) parts[open] = size - parts.Where((_, i) => i != open).Sum();
        if (parts.Length != outputs || parts.Length > MaxParts || parts.Sum() != size || parts.Any(part => part < 1))
            throw Refused(node, $"splits {size} into {string.Join(" + ", parts)}");
        var start = 0;
        foreach (var (output, part) in node.Outputs.Zip(parts))
        {
            Pass(node with { Outputs = [output] }, Part(node, x, axis, start, (int)(size - start - part)));
            start += (int)part;
        }
    }

    /// <summary>SLICE, with the inputs begin and size; a size of −1 is the rest.</summary>
    private void Sliced(TfliteNode node)
    {
        var x = TensorOf(node);
        var (starts, sizes) = (Whole(node, 1), Whole(node, 2));
        if (starts.Length != x.Shape.Rank + 1 || sizes.Length != starts.Length)
            throw Refused(node, $"has {starts.Length} beginnings for {SymbolicTensor.Print(x.Shape)}");
        if (starts[0] != 0 || !(sizes[0] == -1 || sizes[0] == OnnxConstant.Batch || sizes[0] == file.Tensors[node.Inputs[0]].Shape[0]))
            throw Refused(node, "selects a part of the batch, which is not supported");
        for (var axis = 1; axis < starts.Length; axis++)
        {
            var (size, start) = (x.Shape[axis - 1], starts[axis]);
            var taken = sizes[axis] == -1 ? size - start : sizes[axis];
            if (start < 0 || taken < 1 || start + taken > size) throw Refused(node, $"takes {taken} from {start} on of {size}");
            x = Part(node, x, axis, (int)start, (int)(size - start - taken));
        }

        Pass(node, x);
    }

    private void StridedSlice(TfliteNode node)
    {
        var x = TensorOf(node);
        var (starts, ends, steps) = (Whole(node, 1), Whole(node, 2), Whole(node, 3));
        var (beginMask, endMask, dropped) = (node.Options.Int(0), node.Options.Int(1), node.Options.Int(4));
        if (node.Options.Int(2) != 0 || node.Options.Int(3) != 0 || node.Options.Flag(5))
            throw Refused(node, "has an ellipsis, new dimensions or ends relative to the beginnings, which is not supported");
        if (starts.Length > x.Shape.Rank + 1 || ends.Length != starts.Length || steps.Length != starts.Length || starts.Length == 0)
            throw Refused(node, $"has {starts.Length} beginnings for {SymbolicTensor.Print(x.Shape)}");
        var batch = file.Tensors[node.Inputs[0]].Shape is [var first, ..] ? first : 1;
        var takesWhole = ((beginMask & 1) != 0 || starts[0] == 0) && ((endMask & 1) != 0 || ends[0] == OnnxConstant.Batch || ends[0] >= batch) && steps[0] == 1
            && (dropped & 1) == 0;
        if (!takesWhole) throw Refused(node, "selects a part of the batch, which is not supported");
        var left = new List<int>();
        for (var axis = 1; axis <= x.Shape.Rank; axis++)
        {
            var size = x.Shape[axis - 1];
            if (axis < starts.Length)
            {
                var (isOne, step) = ((dropped >> axis & 1) != 0, steps[axis]);
                var start = (beginMask >> axis & 1) == 0 || isOne ? starts[axis] : step > 0 ? 0 : long.MaxValue;
                var end = isOne
                    ? start == -1
                    ? long.MaxValue
                    : start + 1
                    : (endMask >> axis & 1) == 0
                    ? ends[axis]
                    : step > 0
                    ? long.MaxValue
                    : long.MinValue + size;
                if (step == 0 || (isOne && step != 1)) throw Refused(node, $"has the step {step}");
                int[] positions = [.. OnnxFolding.SliceIndices(start, end, step, size).Take(size + 1).Select(position => (int)position)];
                if (positions.Length == 0) throw Refused(node, $"selects nothing of {SymbolicTensor.Print(x.Shape)}");
                x = step == 1
                    ? Part(node, x, axis, positions[0], size - positions[^1] - 1)
                    : step > 1
                    ? Spaced(node, Part(node, x, axis, positions[0], size - positions[^1] - 1), axis, (int)step)
                    : Add(new Selection(axis, positions), node, x);
                if (isOne) continue;
            }

            left.Add(x.Shape[axis - 1]);
        }

        Pass(node, Shaped(x, [.. left], node));
    }

    /// <summary>GATHER with constant indices.</summary>
    private void Gathered(TfliteNode node)
    {
        var x = TensorOf(node);
        if (node.Options.Int(1) != 0) throw Refused(node, "gathers for each sample, which is not supported");
        var axis = Axis(node, x, node.Options.Int(0));
        var (positions, dimensions, size) = (Whole(node, 1), Constant(node, 1).Dimensions, x.Shape[axis - 1]);
        if (positions.Length is 0 or > MaxParts || dimensions.Count > 1 || positions.Any(position => position < 0 || position >= size))
            throw Refused(node, $"takes ({string.Join(", ", positions.Take(8))}) of {size}");
        if (dimensions.Count == 0 || positions.Index().All(entry => entry.Item == positions[0] + entry.Index))
        {
            var part = Part(node, x, axis, (int)positions[0], size - (int)positions[^1] - 1);
            Pass(node, dimensions.Count == 1 ? part : Shaped(part, [.. x.Shape.Dimensions[..(axis - 1)], .. x.Shape.Dimensions[axis..]], node));
            return;
        }

        Pass(node, Add(new Selection(axis, [.. positions.Select(position => (int)position)]), node, x));
    }

    /// <summary>REVERSE_V2, which reverses dimensions.</summary>
    private void Reversed(TfliteNode node)
    {
        var x = TensorOf(node);
        foreach (var given in Whole(node, 1))
        {
            var axis = Axis(node, x, given);
            x = Add(new Selection(axis, [.. Enumerable.Range(0, x.Shape[axis - 1]).Reverse()]), node, x);
        }

        Pass(node, x);
    }

    private void Repeated(TfliteNode node)
    {
        var x = TensorOf(node);
        var target = Whole(node, 1);
        var isTile = node.Name == "TILE";
        if (target.Length != x.Shape.Rank + 1)
            throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(target)}, which is not supported");
        if (isTile ? target[0] != 1 : target[0] != OnnxConstant.Batch && target[0] != file.Tensors[node.Inputs[0]].Shape[0])
            throw Refused(node, "repeats the batch, which is not supported");
        for (var axis = 1; axis < target.Length; axis++)
        {
            var size = x.Shape[axis - 1];
            if (!isTile && target[axis] != size && size != 1) throw Refused(node, $"changes the shape {SymbolicTensor.Print(x.Shape)} to {Print(target)}");
            var times = isTile ? target[axis] : target[axis] / size;
            if (times is < 1 or > MaxParts) throw Refused(node, $"repeats {SymbolicTensor.Print(x.Shape)} {times} times");
            if (times > 1) x = Add(new Concatenate(axis), node, [.. Enumerable.Repeat(x, (int)times)]);
        }

        Pass(node, x);
    }

    /// <summary>
    /// A value without the first and the last elements of one dimension. It is reshaped to an image whose columns are that dimension, whose rows are the
    /// dimensions before it, and whose channels are those after it.
    /// </summary>
    private SymbolicTensor Part(TfliteNode node, SymbolicTensor x, int axis, int before, int after)
    {
        if (before == 0 && after == 0) return x;
        var shape = x.Shape.Dimensions.ToArray();
        if (shape.Length == 3 && axis < 3) return Add(axis == 1 ? new Cropping2D((before, after), (0, 0)) : new Cropping2D((0, 0), (before, after)), node, x);
        var image = Apply(new Reshape(Product(shape[..(axis - 1)]), shape[axis - 1], Product(shape[axis..])), x);
        var cut = Add(new Cropping2D((0, 0), (before, after)), node, image);
        shape[axis - 1] -= before + after;
        return Apply(new Reshape(shape), cut);
    }

    /// <summary>Every n-th element of one dimension, by a pooling with windows of 1.</summary>
    private SymbolicTensor Spaced(TfliteNode node, SymbolicTensor x, int axis, int step)
    {
        if (step == 1) return x;
        var shape = x.Shape.Dimensions.ToArray();
        var rows = Apply(new Reshape(Product(shape[..(axis - 1)]), shape[axis - 1], Product(shape[axis..])), x);
        shape[axis - 1] = ((shape[axis - 1] - 1) / step) + 1;
        return Apply(new Reshape(shape), Add(new MaxPooling2D(1, (1, step)), node, rows));
    }
}
