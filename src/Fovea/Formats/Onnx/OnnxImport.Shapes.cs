namespace Fovea.Formats.Onnx;

/// <content>Shapes and the order of dimensions.</content>
internal sealed partial class OnnxImport
{
    private TensorOperand Transposed(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var order = node.Integers("perm")?.Select(axis => (int)axis).ToArray() ?? [.. Enumerable.Range(0, x.Rank).Reverse()];
        return x with { Order = [.. order.Select(axis => x.Order[axis])] };
    }

    private TensorOperand Reshaped(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        var sample = SampleOf(node, x);
        var count = sample.Aggregate(1L, (product, size) => product * size);
        if (count != x.Tensor.Shape.Count)
            throw Refused(
                node, $"changes the shape {Print(x.Dimensions)} to {Print(sample.Prepend(OnnxConstant.Batch))}, which has another number of elements");
        int[] sizes = [.. sample.Select(size => checked((int)size))];
        if (x.Dimensions.AsSpan(1).SequenceEqual(sample)) return x;
        if (sizes.Length == 1) return Flattened(node, x, sizes[0]);

        // To an image with its channels last, if this moves no element.
        if (x.FlattenedChannels == 0 && sizes.Length == 3 && x.Rank == 2 && sizes[1] == 1 && sizes[2] == 1)
            return TensorOperand.ImageOf(Add(new Reshape(1, 1, sizes[0]), node, null, x.Tensor));
        var plain = InOnnxOrder(x);
        if (sizes is [1, var rows, var columns] && plain.IsPlain) return TensorOperand.ImageOf(Add(new Reshape(rows, columns, 1), node, null, plain.Tensor));
        return TensorOperand.Plain(Add(new Reshape(sizes), node, null, plain.Tensor));
    }

    /// <summary>The features of an image in Fovea's order. The number of channels is kept, so that later layers permute their weights.</summary>
    private TensorOperand Flattened(OnnxNodeReader node, TensorOperand x, int count)
    {
        if (x.Tensor.Layer is GlobalAveragePooling2D { KeepDimensions: true } or GlobalMaxPooling2D { KeepDimensions: true } && x.Tensor.Shape.Count == count)
        {
            var pooling = x.Tensor.Layer;
            Layer flat = pooling is GlobalAveragePooling2D ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D();
            if (pooling.Name is { } name && consumers.GetValueOrDefault(node.Inputs[0])?.Count == 1) flat.Name = name;
            return TensorOperand.Plain(Add(flat, node, null, x.Tensor.Inputs[0]));
        }

        if (x.IsPlain || !x.IsImage)
        {
            var plain = InOnnxOrder(x);
            return TensorOperand.Plain(plain.Rank == 2 ? plain.Tensor : Add(new Flatten(), node, null, plain.Tensor));
        }

        var (height, width, channels) = (x.Tensor.Shape[0], x.Tensor.Shape[1], x.Tensor.Shape[2]);
        var output = Add(new Flatten(), node, null, x.Tensor);
        if (channels == 1 || height * width == 1) return TensorOperand.Plain(output);
        return TensorOperand.Plain(output) with { FlattenedChannels = channels };
    }

    /// <summary>The sizes of a sample that a node reshapes to, without the batch.</summary>
    private long[] SampleOf(OnnxNodeReader node, TensorOperand x)
    {
        var dimensions = x.Dimensions;
        switch (node.OpType)
        {
            case "Flatten":
                var axis = node.Integer("axis", 1);
                if (axis < 0) axis += x.Rank;
                return axis == 1 ? [x.Tensor.Shape.Count] : throw Refused(node, $"flattens from the dimension {axis} on; only 1 is supported");
            case "Squeeze":
                var gone = IntegersOf(node, "axes", 1, 13)?.Select(given => given < 0 ? given + x.Rank : given).ToHashSet()
                    ?? [.. Enumerable.Range(1, x.Rank - 1).Where(i => dimensions[i] == 1).Select(i => (long)i)];
                if (gone.Contains(0)) throw Refused(node, "removes the batch, which is not supported");
                if (gone.Any(i => dimensions[i] != 1)) throw Refused(node, $"removes dimensions of {Print(dimensions)} that are not 1");
                return [.. dimensions.Where((_, i) => i > 0 && !gone.Contains(i))];
            case "Unsqueeze":
                var axes = IntegersOf(node, "axes", 1, 13) ?? throw Refused(node, "has no axes");
                var rank = x.Rank + axes.Length;
                var added = axes.Select(given => given < 0 ? given + rank : given).ToHashSet();
                if (added.Contains(0)) throw Refused(node, "puts a dimension before the batch, which is not supported");
                var left = new Queue<long>(dimensions);
                return Enumerable.Range(0, rank).Select(i => added.Contains(i) ? 1 : left.Dequeue()).ToArray()[1..];
        }

        node.Ignore("consumed_inputs");
        var wanted = IntegersOf(node, "shape", 1, 5) ?? throw Refused(node, "has no shape");
        if (opset >= 14 && node.Integer("allowzero", 0) != 0 && wanted.Contains(0))
            throw Refused(node, $"has the target shape {Print(wanted)}, which holds nothing");
        long[] target = [.. wanted.Select((size, i) => size == 0 && i < x.Rank ? dimensions[i] : size)];
        long count = x.Tensor.Shape.Count;
        if (target.Length == 0) throw Refused(node, "has a scalar as its output, which is not supported");

        // The batch is the open size, or the first one if the others are those of a sample.
        var rest = target[1..];
        if (rest.Contains(OnnxConstant.Batch)) throw Refused(node, $"has the target shape {Print(target)}, where the batch is not the first dimension");
        var known = rest.Where(size => size != -1).Aggregate(1L, (product, size) => product * size);
        if (rest.Contains(-1))
        {
            if (target[0] == OnnxConstant.Batch || target[0] == declaredBatch || (declaredBatch is null && target[0] == 1))
            {
                if (known == 0 || count % known != 0) throw Refused(node, $"changes the shape {Print(dimensions)} to {Print(target)}");
                if (target[0] != OnnxConstant.Batch) report.Note("the graph fixes the size of the batch; here any size is possible.");
                return [.. rest.Select(size => size == -1 ? count / known : size)];
            }

            throw Refused(node, $"changes the shape {Print(dimensions)} to {Print(target)}, where the batch is not the first dimension");
        }

        if (known == count) return rest;
        throw Refused(node, $"changes the shape {Print(dimensions)} to {Print(target)}, where the batch is not the first dimension");
    }

    /// <summary>An Expand. If the value is only combined with a larger one, nothing is needed, since the layers that combine values broadcast.</summary>
    private TensorOperand Expanded(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        var target = RequireConstant(node, 1).Integers;
        if (target.Length < x.Rank) target = [.. Enumerable.Repeat(1L, x.Rank - target.Length), .. target];
        if (target.Length > x.Rank) throw Refused(node, $"changes the shape {Print(x.Dimensions)} to {Print(target)}, which is not supported");
        var dimensions = x.Dimensions[^target.Length..];
        if (target.Zip(dimensions)
            .All(pair => pair.First == 1 || pair.First == pair.Second || (pair.First == declaredBatch && pair.Second == OnnxConstant.Batch))) return x;
        if (!outputNames.Contains(node.Outputs[0])
            && consumers.GetValueOrDefault(node.Outputs[0])?.TrueForAll(user => user.OpType is "Mul" or "Add" or "Sub") == true) return x;
        if (x.IsImage && target.Length == 4 && x.Tensor.Shape[0] * x.Tensor.Shape[1] == 1 && target[1] == x.Tensor.Shape[2])
            return x with { Tensor = Add(new UpSampling2D((checked((int)target[2]), checked((int)target[3]))), node, null, x.Tensor) };
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        foreach (var (axis, size) in target.Index().Skip(1))
        {
            if (size == 1 || size == x.Dimensions[axis]) continue;
            if (x.Order[axis] == 0 || x.Dimensions[axis] != 1 || size is < 1 or > MaxConstantElements)
                throw Refused(node, $"changes the shape {Print(x.Dimensions)} to {Print(target)}, which is not supported");
            x = Selected(node, x, axis, [.. Enumerable.Repeat(0L, (int)size)]);
        }

        return target[0] == 1 || target[0] == declaredBatch || target[0] == OnnxConstant.Batch
            ? x
            : throw Refused(node, $"changes the shape {Print(x.Dimensions)} to {Print(target)}, which is not supported");
    }

    private TensorOperand Joined(OnnxNodeReader node)
    {
        if (node.AllInputs().FirstOrDefault(name => values[name] is not TensorOperand) is { } constant)
            throw Refused(node, $"joins the constant '{constant}' with values of the network, which is not supported");
        var all = node.Inputs.Select(name => (TensorOperand)values[name]).ToList();
        var step = all.TrueForAll(operand => operand.Quantized == all[0].Quantized) ? all[0].Quantized : null;
        if (step is null) all = all.ConvertAll(InStoredUnits);
        var axis = OnnxFolding.Axis(OnnxFolding.ConcatAxis(node, opset), all[0].Rank);
        return Joined(node, all, axis) with { Quantized = step };
    }

    private TensorOperand Joined(OnnxNodeReader node, List<TensorOperand> all, int axis)
    {
        if (axis == 0) throw Refused(node, "joins batches, which is not supported");
        if (all.Count == 1) return all[0];
        if (all.Exists(operand => operand.FlattenedChannels > 0) || !all.TrueForAll(operand => operand.Order.SequenceEqual(all[0].Order)))
            all = all.ConvertAll(operand => operand.Rank == 4 ? AsImage(node, operand) : InOnnxOrder(operand));
        return all[0] with { Tensor = Add(new Concatenate(all[0].Order[axis]), node, null, [.. all.Select(operand => operand.Tensor)]) };
    }

    private TensorOperand Sliced(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var (starts, ends, axes, steps) = OnnxFolding.SliceArguments(node, position => Constant(node, position)?.Integers, opset);
        foreach (var (i, given) in axes.Index())
        {
            var axis = OnnxFolding.Axis(given, x.Rank);
            if (x.Order[axis] == 0)
            {
                if (starts[i] == 0 && ends[i] > int.MaxValue / 2 && (steps?[i] ?? 1) == 1) continue;
                throw Refused(node, "selects a part of the batch, which is not supported");
            }

            long size = x.Tensor.Shape[x.Order[axis] - 1];
            if (steps is not null && steps[i] != 1)
            {
                x = Selected(node, x, axis, [.. OnnxFolding.SliceIndices(starts[i], ends[i], steps[i], size)]);
                continue;
            }

            var start = Math.Clamp(starts[i] < 0 ? starts[i] + size : starts[i], 0, size);
            var end = Math.Clamp(ends[i] < 0 ? ends[i] + size : ends[i], 0, size);
            if (end <= start) throw Refused(node, "selects no elements");
            x = x with { Tensor = Part(node, x.Tensor, x.Order[axis], (int)start, (int)(size - end)) };
        }

        return x;
    }

    /// <summary>The listed indices of a dimension.</summary>
    private TensorOperand Selected(OnnxNodeReader node, TensorOperand x, int axis, long[] positions)
    {
        if (positions.Length == 0) throw Refused(node, "selects no elements");
        if (positions.Length > MaxConstantElements) throw Refused(node, $"selects {positions.Length} elements");
        return x with { Tensor = Add(new Selection(x.Order[axis], [.. positions.Select(position => checked((int)position))]), node, null, x.Tensor) };
    }

    private TensorOperand Gathered(OnnxNodeReader node)
    {
        if (values[node.Inputs[0]] is ConstantOperand && node.Input(1) is { } numbers && values[numbers] is TensorOperand) return LookedUp(node);
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var (axis, indices) = (OnnxFolding.Axis(node.Integer("axis", 0), x.Rank), RequireConstant(node, 1));
        if (x.Order[axis] == 0) throw Refused(node, "selects elements of the batch, which is not supported");
        if (indices.Dimensions.Count > 1) throw Refused(node, $"has indices of the shape {Print(indices.Dimensions)}; a list is supported");
        var selected = Selected(node, x, axis, OnnxFolding.Indices(indices, x.Dimensions[axis]));
        if (indices.Dimensions.Count == 1) return selected;

        // One element: its dimension is removed.
        int[] left = [.. selected.Order.Where((_, i) => i != axis)];
        int[] shape = [.. selected.Tensor.Shape.Dimensions.ToArray().Where((_, position) => position + 1 != selected.Order[axis])];
        if (shape.Length == 0) throw Refused(node, "has one value for each sample, which is not supported");
        return new TensorOperand(Apply(new Reshape(shape), selected.Tensor), [.. left.Select(position => left.Count(other => other < position))]);
    }

    /// <summary>Rows of a constant table, selected by values of the network.</summary>
    private TensorOperand LookedUp(OnnxNodeReader node)
    {
        var (table, numbers) = (RequireConstant(node, 0), InStoredUnits(StoredTensorOf(node, 1)));
        if (table.Dimensions.Count != 2 || OnnxFolding.Axis(node.Integer("axis", 0), 2) != 0)
            throw Refused(node, $"selects elements of a constant of the shape {Print(table.Dimensions)}; rows of a matrix are supported");
        if (!numbers.IsPlain) numbers = InOnnxOrder(numbers);
        var layer = new Embedding((int)table.Dimensions[0], (int)table.Dimensions[1]);
        var rows = Add(layer, node, table, numbers.Tensor);
        Fill(layer, "embeddings", table, table.Floats);
        return TensorOperand.Plain(rows);
    }

    private TensorOperand Tiled(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (opset < 6) throw Refused(node, "is of a version that is not supported");
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var repeats = RequireConstant(node, 1).Integers;
        if (repeats.Length != x.Rank || repeats.Any(times => times is < 1 or > 1 << 16))
            throw Refused(node, $"repeats {Print(x.Dimensions)} ({string.Join(", ", repeats)}) times");
        for (var axis = 0; axis < x.Rank; axis++)
        {
            if (repeats[axis] == 1) continue;
            if (x.Order[axis] == 0) throw Refused(node, "repeats the batch, which is not supported");
            var size = x.Dimensions[axis];
            if (size * repeats[axis] > MaxConstantElements) throw Refused(node, $"makes {size * repeats[axis]} elements");
            x = Selected(node, x, axis, [.. Enumerable.Range(0, (int)(size * repeats[axis])).Select(i => i % size)]);
        }

        return x;
    }

    private TensorOperand SplitUp(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        var axis = OnnxFolding.Axis(node.Integer("axis", 0), x.Rank);
        if (x.Order[axis] == 0) throw Refused(node, "splits the batch, which is not supported");
        var size = x.Tensor.Shape[x.Order[axis] - 1];
        var parts = OnnxFolding.Parts(node, size, position => Constant(node, position)?.Integers, opset);
        if (parts.Any(part => part < 1)) throw Refused(node, $"splits {size} into {string.Join(" + ", parts)}");
        var start = 0;
        foreach (var (i, output) in node.Outputs.Index())
        {
            var end = start + (int)parts[i];
            values[output] = x with { Tensor = Part(node, x.Tensor, x.Order[axis], start, size - end) };
            start = end;
        }

        return (TensorOperand)values[node.Outputs[0]];
    }

    /// <summary>
    /// A value without the first and the last elements of one dimension. It is reshaped to an image whose columns are that dimension, whose rows are the
    /// dimensions before it, and whose channels are those after it.
    /// </summary>
    private SymbolicTensor Part(OnnxNodeReader node, SymbolicTensor x, int position, int before, int after)
    {
        if (before == 0 && after == 0) return x;
        var shape = x.Shape.Dimensions.ToArray();
        if (shape.Length == 3 && position < 3)
            return Add(position == 1 ? new Cropping2D((before, after), (0, 0)) : new Cropping2D((0, 0), (before, after)), node, null, x);
        var rows = shape[..(position - 1)].Aggregate(1, (product, size) => product * size);
        var channels = shape[position..].Aggregate(1, (product, size) => product * size);
        var cut = Add(new Cropping2D((0, 0), (before, after)), node, null, Apply(new Reshape(rows, shape[position - 1], channels), x));
        shape[position - 1] -= before + after;
        return Apply(new Reshape(shape), cut);
    }
}
