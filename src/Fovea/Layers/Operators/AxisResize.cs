using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>How values between the pixels of an axis are interpolated.</summary>
internal enum ResizeMode
{
    Nearest,
    Linear,
    Cubic,
}

/// <summary>
/// The resizing of one axis of an image, with all modes of ONNX' operator Resize. <c>coordinate_transformation_mode</c> maps each output position to an input
/// position, and <c>mode</c> interpolates there. The mapping uses the scale, even where it is not the ratio of the lengths.
/// </summary>
/// <remarks>
/// ONNX, "Operator Schemas", Resize 19. Positions are computed in 32-bit floats, as in ONNX Runtime, so that positions halfway between two pixels round alike.
/// </remarks>
/// <param name="Outputs">The length of the output.</param>
/// <param name="Scale">The factor by which the axis grows.</param>
/// <param name="Mode">The interpolation.</param>
/// <param name="Coordinates">The mapping of positions: <c>half_pixel</c>, <c>pytorch_half_pixel</c>, <c>half_pixel_symmetric</c>, <c>asymmetric</c>,
/// <c>align_corners</c>, <c>tf_half_pixel_for_nn</c>, <c>tf_crop_and_resize</c>.</param>
internal sealed record AxisResize(int Outputs, float Scale, ResizeMode Mode, string Coordinates)
{
    /// <summary>The known mappings of positions.</summary>
    public static readonly IReadOnlyList<string> KnownCoordinates =
        ["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "asymmetric", "align_corners", "tf_half_pixel_for_nn", "tf_crop_and_resize"];

    /// <summary>The known rounding modes; <c>simple</c> is that of versions before 11.</summary>
    public static readonly IReadOnlyList<string> KnownRoundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil", "simple"];

    /// <summary>How <see cref="ResizeMode.Nearest"/> rounds.</summary>
    public string Rounding { get; init; } = "round_prefer_floor";

    /// <summary>The coefficient a of the cubic kernel: Keys 1981.</summary>
    public float CubicCoefficient { get; init; } = -0.75f;

    /// <summary>Whether pixels outside the image have weight 0. Otherwise they equal those at the border.</summary>
    public bool ExcludesOutside { get; init; }

    /// <summary>Whether the kernel is widened when the axis becomes shorter.</summary>
    public bool Antialias { get; init; }

    /// <summary>The start of the cropped part for <c>tf_crop_and_resize</c>, as a fraction of the axis.</summary>
    public float Start { get; init; }

    /// <summary>The end of that part.</summary>
    public float End { get; init; } = 1;

    private bool Crops => Coordinates == "tf_crop_and_resize" && Scale != 1;

    /// <summary>The inputs and weights of each output; none where its position is outside the image and has a fill value.</summary>
    public AxisTaps Taps(int inputs) => new(inputs, [.. Enumerable.Range(0, Outputs).Select(output => Tap(output, inputs))]);

    private (int First, double[] Weights) Tap(int output, int inputs)
    {
        var position = Position(output, inputs);
        if (Crops && (position < 0 || position > inputs - 1)) return (0, []);
        if (Antialias && Scale < 1 && Mode != ResizeMode.Nearest) return Widened(position, inputs);
        return Mode switch
        {
            ResizeMode.Nearest => (Math.Clamp(Rounded(position), 0, inputs - 1), [1]),
            ResizeMode.Linear => Linear(Math.Clamp(position, 0, inputs - 1), inputs),
            _ => Cubic(position, inputs),
        };
    }

    /// <summary>The input position of an output.</summary>
    private float Position(int output, int inputs)
    {
        if (Scale == 1) return output;
        return Coordinates switch
        {
            "asymmetric" => output / Scale,
            "pytorch_half_pixel" => Outputs > 1 ? ((output + 0.5f) / Scale) - 0.5f : 0,
            "tf_half_pixel_for_nn" => (output + 0.5f) / Scale,
            "align_corners" => Outputs == 1 ? 0 : (float)output * (inputs - 1) / (Outputs - 1),
            "tf_crop_and_resize" => Outputs > 1
                ? (Start * (inputs - 1)) + (output * (End - Start) * (inputs - 1) / (Outputs - 1))
                : (float)(0.5 * (Start + End) * (inputs - 1)),
            "half_pixel_symmetric" => (float)((inputs / 2f * (1 - (Outputs / (Scale * inputs)))) + ((output + 0.5) / Scale) - 0.5),
            _ => ((output + 0.5f) / Scale) - 0.5f,
        };
    }

    private int Rounded(float position) => Rounding switch
    {
        "round_prefer_ceil" => (int)MathF.Round(position, MidpointRounding.AwayFromZero),
        "floor" => (int)MathF.Floor(position),
        "ceil" => (int)MathF.Ceiling(position),
        "simple" => Scale < 1 ? (int)MathF.Ceiling(position) : (int)position,
        _ => position == (int)position + 0.5f ? (int)MathF.Floor(position) : (int)MathF.Round(position, MidpointRounding.AwayFromZero),
    };

    private static (int First, double[] Weights) Linear(float position, int inputs)
    {
        var first = Math.Min((int)position, inputs - 1);
        double share = position - first;
        return share == 0 || first == inputs - 1 ? (first, [1]) : (first, [1 - share, share]);
    }

    /// <summary>Interpolates four neighbours. Those outside the image count as the pixel at the border, or not at all.</summary>
    private (int First, double[] Weights) Cubic(float position, int inputs)
    {
        var first = (int)MathF.Floor(position) - 1;
        return Gathered(first, [.. Enumerable.Range(first, 4).Select(i => Kernel((double)position - i))], inputs);
    }

    /// <summary>Interpolates with the kernel widened by 1 / scale, as Pillow reduces images.</summary>
    private (int First, double[] Weights) Widened(float position, int inputs)
    {
        var (center, reach) = (position + 0.5, (Mode == ResizeMode.Linear ? 1 : 2) / (double)Scale);
        var (first, end) = ((int)Math.Floor(center - reach), (int)Math.Ceiling(center + reach));
        return Gathered(first, [.. Enumerable.Range(first, end - first).Select(i => Kernel((i - center + 0.5) * Scale))], inputs);
    }

    private double Kernel(double x)
    {
        var (d, a) = (Math.Abs(x), (double)CubicCoefficient);
        if (Mode == ResizeMode.Linear) return Math.Max(0, 1 - d);
        return d <= 1 ? ((((a + 2) * d) - (a + 3)) * d * d) + 1 : d < 2 ? (((((d - 5) * d) + 8) * d) - 4) * a : 0;
    }

    private (int First, double[] Weights) Gathered(int first, double[] weights, int inputs)
    {
        var (from, to) = (Math.Clamp(first, 0, inputs - 1), Math.Clamp(first + weights.Length - 1, 0, inputs - 1));
        var result = new double[to - from + 1];
        foreach (var (i, weight) in weights.Index())
        {
            var position = first + i;
            if (position < 0 || position >= inputs)
            {
                if (ExcludesOutside) continue;
                position = Math.Clamp(position, 0, inputs - 1);
            }

            result[position - from] += weight;
        }

        var sum = result.Sum();
        return (from, ExcludesOutside || Antialias ? Array.ConvertAll(result, weight => weight / sum) : result);
    }
}
