namespace Fovea.Formats.Onnx;

/// <content>Normalizations.</content>
internal sealed partial class OnnxImport
{
    private TensorOperand BatchNormalized(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (opset >= 14) node.Expect("training_mode", 0);
        if (opset < 9) node.Expect("spatial", 1);
        if (opset < 7) node.Ignore("is_test", "consumed_inputs");
        if (x.Rank == 4) x = AsImage(node, x);
        else if (x.Rank == 3 && !x.Order.SequenceEqual([0, 2, 1])) x = new TensorOperand(Apply(new Permute(x.Order[2], x.Order[1]), x.Tensor), [0, 2, 1]);
        var layer = new BatchNormalization(node.Number("momentum", 0.9f), node.Number("epsilon", 1e-5f));
        var output = Add(layer, node, RequireConstant(node, 1), x.Tensor);
        foreach (var (input, weight) in (ReadOnlySpan<(int, string)>)[(1, "gamma"), (2, "beta"), (3, "moving_mean"), (4, "moving_variance")])
        {
            var constant = RequireConstant(node, input);
            var numbers = constant.Floats;
            if (x.FeatureIndices is { } positions)
            {
                var moved = new float[numbers.Length];
                for (var i = 0; i < numbers.Length; i++) moved[positions[i]] = numbers[i];
                numbers = moved;
            }

            Fill(layer, weight, constant, numbers);
        }

        return x with { Tensor = output };
    }

    private TensorOperand GroupNormalized(OnnxNodeReader node)
    {
        node.Ignore(opset >= 21 ? "stash_type" : "consumed_inputs");
        if (TensorOf(node).Rank == 3) return NormalizedAsGroups(node);
        var x = AsImage(node, TensorOf(node));
        var channels = x.Tensor.Shape[2];
        var groups = node.OpType == "InstanceNormalization"
            ? channels
            : checked((int)(node.OptionalInteger("num_groups") ?? throw Refused(node, "lacks its num_groups")));
        if (groups < 1 || channels % groups != 0) throw Refused(node, $"has {groups} groups of {channels} channels");
        var (scale, offset) = (RequireConstant(node, 1), RequireConstant(node, 2));
        var layer = new GroupNormalization(groups, node.Number("epsilon", 1e-5f));
        var output = Add(layer, node, scale, x.Tensor);

        // Before version 21 there was one value for each group.
        Fill(layer, "gamma", scale, Spread(scale.Floats));
        Fill(layer, "beta", offset, Spread(offset.Floats));
        return x with { Tensor = output };

        float[] Spread(float[] numbers) => node.OpType == "InstanceNormalization" || opset >= 21 || numbers.Length != groups
            ? numbers
            : [.. numbers.SelectMany(number => Enumerable.Repeat(number, channels / numbers.Length))];
    }

    /// <summary>PyTorch's group normalization: an image is reshaped so that its groups are the channels, normalized, and reshaped back.</summary>
    private TensorOperand NormalizedAsGroups(OnnxNodeReader node)
    {
        var (scale, offset) = (RequireConstant(node, 1), RequireConstant(node, 2));
        if (producers.GetValueOrDefault(node.Inputs[0]) is not { OpType: "Reshape" } before
            || values[before.Inputs[0]] is not TensorOperand { IsImage: true } x || OnlyUser(node.Node) is not { OpType: "Reshape" } after
            || Array.Exists(scale.Floats, value => value != 1) || Array.Exists(offset.Floats, value => value != 0))
            throw Refused(node, $"normalizes {Print(TensorOf(node).Dimensions)}; images, or the groups of one, are supported");
        Uses(scale);
        Uses(offset);
        var layer = new GroupNormalization((int)scale.Count, node.Number("epsilon", 1e-5f)) { Center = false, Scale = false };
        var result = x with { Tensor = Add(layer, node, null, x.Tensor) };
        values[after.Outputs[0]] = result;
        return result;
    }

    private TensorOperand LayerNormalized(OnnxNodeReader node)
    {
        var x = TensorOf(node);
        if (x.FlattenedChannels > 0) x = InOnnxOrder(x);
        node.Ignore("stash_type");
        var axis = node.Integer("axis", -1);
        if (axis < 0) axis += x.Rank;
        if (axis < 1 || axis >= x.Rank) throw Refused(node, $"normalizes {Print(x.Dimensions)} from the dimension {axis} on");
        var whole = axis != x.Rank - 1 ? InOnnxOrder(x) : null;
        if (whole is not null)
            x = TensorOperand.Plain(
                Apply(new Reshape([.. whole.Tensor.Shape.Dimensions[..((int)axis - 1)], whole.Tensor.Shape[((int)axis - 1)..].Count]), whole.Tensor));
        else if (x.Order[^1] != x.Rank - 1) x = InOnnxOrder(x);
        var offset = Constant(node, 2);
        var layer = new LayerNormalization(-1) { Epsilon = node.Number("epsilon", 1e-5f), Center = offset is not null };
        var output = Add(layer, node, RequireConstant(node, 1), x.Tensor);
        Fill(layer, "gamma", RequireConstant(node, 1), RequireConstant(node, 1).Floats);
        if (offset is not null) Fill(layer, "beta", offset, offset.Floats);
        return whole is null ? x with { Tensor = output } : whole with { Tensor = Apply(new Reshape(whole.Tensor.Shape.Dimensions), output) };
    }

    private TensorOperand LocallyNormalized(OnnxNodeReader node)
    {
        var x = AsImage(node, TensorOf(node));
        var size = node.OptionalInteger("size") ?? throw Refused(node, "lacks its size");
        var layer = new LocalResponseNormalization(checked((int)size), node.Number("alpha", 1e-4f), node.Number("beta", 0.75f), node.Number("bias", 1));
        return x with { Tensor = Add(layer, node, null, x.Tensor) };
    }
}
