namespace Fovea.Formats.Onnx;

/// <content>Quantized weights.</content>
internal static partial class OnnxFolding
{
    /// <summary>(x − zero) · scale, computed at each reading. Scale and zero are scalars, or have one value for each index of an axis.</summary>
    public static OnnxConstant Dequantized(OnnxConstant x, OnnxConstant scale, OnnxConstant? zero, long axis)
    {
        var (scales, zeros) = (scale.Floats, zero?.Floats ?? [0]);
        if (Array.Exists(scales, value => !float.IsFinite(value))) throw new InvalidDataException("its scale is not finite");
        var inner = 1L;
        if (scales.Length > 1 || zeros.Length > 1)
        {
            var position = Axis(axis, x.Dimensions.Count);
            if (scales.Length != x.Dimensions[position] || (zeros.Length > 1 && zeros.Length != scales.Length))
                throw new InvalidDataException(
                    $"it has {scales.Length} scales and {zeros.Length} zero points for ({string.Join(", ", x.Dimensions)}) along the axis {position}");
            inner = x.Dimensions.Skip(position + 1).Aggregate(1L, (product, size) => product * size);
        }

        return OnnxConstant.Of(x.Dimensions, Compute, x.Source, x.Stored);

        float[] Compute()
        {
            var numbers = x.Floats;
            for (var i = 0; i < numbers.Length; i++)
            {
                var channel = scales.Length == 1 ? 0 : (int)(i / inner % scales.Length);
                numbers[i] = (numbers[i] - zeros[zeros.Length == 1 ? 0 : channel]) * scales[channel];
            }

            return numbers;
        }
    }

    private static OnnxConstant Dequantized(OnnxNodeReader node, OnnxConstant x, OnnxConstant scale, OnnxConstant? zero)
    {
        node.Expect("block_size", 0);
        node.Ignore("output_dtype");
        return Dequantized(x, scale, zero, node.Integer("axis", 1));
    }
}
