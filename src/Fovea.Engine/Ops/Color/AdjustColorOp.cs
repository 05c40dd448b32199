namespace Fovea.Engine.Ops;

/// <summary>
/// Rotates the hue and scales the saturation of each image, in the model of hue, saturation and value (Smith 1978). Inputs: images (n, h, w, 3), red, green
/// and blue, and parameters (n, 2): the rotation in turns, and the factor of the saturation. With v the largest and m the smallest of the three colors, the
/// saturation is s = (v − m) / v, or 0 where v ≤ 0, and the new one s′ = clip(factor · s). Each new color is v·(1 − s′·(1 − d)), where d depends on the hue
/// only.
/// </summary>
/// <param name="LowestSaturation">The lower limit of the new saturation.</param>
/// <param name="HighestSaturation">The upper limit of the new saturation; above 1, colors can become negative.</param>
internal sealed record AdjustColorOp(float LowestSaturation, float HighestSaturation) : CompositeOp
{
    public const int Parameters = 2;

    /// <inheritdoc/>
    public override Shape InferShape(IReadOnlyList<Shape> inputs)
    {
        if (inputs[0].Rank != 4 || inputs[0][3] != 3) throw new ShapeException(Name, $"expected images (batch, height, width, 3); received {inputs[0]}.");
        Shape expected = [inputs[0][0], Parameters];
        return inputs[1] == expected ? inputs[0] : throw new ShapeException(Name, $"expected parameters {expected}; received {inputs[1]}.");
    }

    /// <inheritdoc/>
    public override Node Compose(IReadOnlyList<Node> inputs)
    {
        var (images, batch) = (inputs[0], inputs[0].Shape[0]);
        var (red, green, blue) = (images.Slice(3, 0, 1), images.Slice(3, 1, 1), images.Slice(3, 2, 1));
        var value = red.Maximum(green).Maximum(blue);
        var difference = value - red.Minimum(green).Minimum(blue);
        var scale = 1 / (6 * (difference + difference.EqualTo(0)));
        var hue = value.EqualTo(red).Where(
            (green - blue) * scale, value.EqualTo(green).Where(((blue - red) * scale) + (1f / 3), ((red - green) * scale) + (2f / 3)));
        hue += Parameter(0);
        hue = 6 * (hue - hue.Floor());
        var isPositive = value > 0;
        var saturation = (Parameter(1) * isPositive.Where(difference / isPositive.Where(value, 1), 0 * value)).Clip(LowestSaturation, HighestSaturation);
        return Concatenation.Concatenate(
            3, Color(((hue - 3).Abs() - 1).Clip(0, 1)), Color((2 - (hue - 2).Abs()).Clip(0, 1)), Color((2 - (hue - 4).Abs()).Clip(0, 1)));

        Node Parameter(int index) => inputs[1].Slice(1, index, 1).Reshape([batch, 1, 1, 1]);
        Node Color(Node share) => value * (1 - (saturation * (1 - share)));
    }

    /// <inheritdoc/>
    public override void Reference(ReferenceCall call)
    {
        var pixels = call.OutputShape[1] * call.OutputShape[2];
        for (var pixel = 0; pixel < call.OutputShape[0] * pixels; pixel++)
        {
            var parameters = call.Inputs[1].AsSpan(pixel / pixels * Parameters, Parameters);
            Adjust(call.Inputs[0].AsSpan(3 * pixel, 3), parameters[0], parameters[1], call.Output.AsSpan(3 * pixel, 3));
        }
    }

    private void Adjust(ReadOnlySpan<double> color, double turn, double factor, Span<double> output)
    {
        var (red, green, blue) = (color[0], color[1], color[2]);
        var value = Math.Max(red, Math.Max(green, blue));
        var difference = value - Math.Min(red, Math.Min(green, blue));
        var hue = turn;
        if (difference > 0)
            hue += (value == red ? green - blue : value == green ? blue - red + (2 * difference) : red - green + (4 * difference)) / (6 * difference);
        hue = 6 * (hue - Math.Floor(hue));
        var saturation = Math.Clamp(factor * (value > 0 ? difference / value : 0), LowestSaturation, HighestSaturation);
        output[0] = value * (1 - (saturation * (1 - Math.Clamp(Math.Abs(hue - 3) - 1, 0, 1))));
        output[1] = value * (1 - (saturation * (1 - Math.Clamp(2 - Math.Abs(hue - 2), 0, 1))));
        output[2] = value * (1 - (saturation * (1 - Math.Clamp(2 - Math.Abs(hue - 4), 0, 1))));
    }

    internal override Kernel? CreateKernel(IReadOnlyList<Shape> inputs, Shape output) => new AdjustColorKernel(output, LowestSaturation, HighestSaturation);
}
