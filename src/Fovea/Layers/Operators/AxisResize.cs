using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>By which rule numbers are read between those of an axis.</summary>
internal enum ResizeMode
{
    Nearest,
    Linear,
    Cubic,
}

/// <summary>
/// How one axis of an image gets another length, in all the ways of ONNX' operator Resize: <c>coordinate_transformation_mode</c> says where the points of the
/// output lie among those of
/// the input, <c>mode</c> what is read there. The scale places the points, also where it is not the ratio of the lengths.
/// </summary>
/// <remarks>ONNX, "Operator Schemas", Resize 19. Places are computed in 32-bit floats, as ONNX Runtime does, so that points halfway between two are decided
/// alike.</remarks>
/// <param name="Outputs">The length that it gets.</param>
/// <param name="Scale">The factor by which it grows.</param>
/// <param name="Mode">What is read between the numbers.</param>
/// <param name="Coordinates">Where the points lie: <c>half_pixel</c>, <c>pytorch_half_pixel</c>, <c>half_pixel_symmetric</c>, <c>asymmetric</c>,
/// <c>align_corners</c>, <c>tf_half_pixel_for_nn</c>, <c>tf_crop_and_resize</c>.</param>
internal sealed record AxisResize(int Outputs, float Scale, ResizeMode Mode, string Coordinates)
{
    /// <summary>The places that there are.</summary>
    public static readonly IReadOnlyList<string> KnownCoordinates =
        ["half_pixel", "pytorch_half_pixel", "half_pixel_symmetric", "asymmetric", "align_corners", "tf_half_pixel_for_nn", "tf_crop_and_resize"];

    /// <summary>The ways to round that there are; <c>simple</c> is that of versions before 11.</summary>
    public static readonly IReadOnlyList<string> KnownRoundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil", "simple"];

    /// <summary>How <see cref="ResizeMode.Nearest"/> rounds.</summary>
    public string Rounding { get; init; } = "round_prefer_floor";

    /// <summary>The a of the cubic kernel: Keys 1981.</summary>
    public float CubicCoefficient { get; init; } = -0.75f;

    /// <summary>Whether numbers outside the image have no weight; otherwise they equal those at the border.</summary>
    public bool ExcludesOutside { get; init; }

    /// <summary>Whether the kernel is stretched where the axis becomes shorter.</summary>
    public bool Antialias { get; init; }

    /// <summary>Where the part of <c>tf_crop_and_resize</c> begins, as a share of the axis.</summary>
    public float Start { get; init; }

    /// <summary>Where it ends.</summary>
    public float End { get; init; } = 1;

    private bool Crops => Coordinates == "tf_crop_and_resize" && Scale != 1;

    /// <summary>The inputs that each output reads, with their weights; none where a point lies outside of the image and is to be filled.</summary>
    public AxisTaps Taps(int inputs) => new(inputs, [.. Enumerable.Range(0, Outputs).Select(output => Tap(output, inputs))]);

    private (int First, double[] Weights) Tap(int output, int inputs)
    {
        var place = Place(output, inputs);
        if (Crops && (place < 0 || place > inputs - 1)) return (0, []);
        if (Antialias && Scale < 1 && Mode != ResizeMode.Nearest) return Stretched(place, inputs);
        return Mode switch
        {
            ResizeMode.Nearest => (Math.Clamp(Rounded(place), 0, inputs - 1), [1]),
            ResizeMode.Linear => Linear(Math.Clamp(place, 0, inputs - 1), inputs),
            _ => Cubic(place, inputs),
        };
    }

    /// <summary>Where an output lies among the inputs.</summary>
    private float Place(int output, int inputs)
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

    private int Rounded(float place) => Rounding switch
    {
        "round_prefer_ceil" => (int)MathF.Round(place, MidpointRounding.AwayFromZero),
        "floor" => (int)MathF.Floor(place),
        "ceil" => (int)MathF.Ceiling(place),
        "simple" => Scale < 1 ? (int)MathF.Ceiling(place) : (int)place,
        _ => place == (int)place + 0.5f ? (int)MathF.Floor(place) : (int)MathF.Round(place, MidpointRounding.AwayFromZero),
    };

    private static (int First, double[] Weights) Linear(float place, int inputs)
    {
        var first = Math.Min((int)place, inputs - 1);
        double share = place - first;
        return share == 0 || first == inputs - 1 ? (first, [1]) : (first, [1 - share, share]);
    }

    /// <summary>Four neighbours. Those outside count for the one at the border, or not at all.</summary>
    private (int First, double[] Weights) Cubic(float place, int inputs)
    {
        var first = (int)MathF.Floor(place) - 1;
        return Gathered(first, [.. Enumerable.Range(first, 4).Select(i => Kernel((double)place - i))], inputs);
    }

    /// <summary>The kernel stretched by 1 / scale, as Pillow reduces images.</summary>
    private (int First, double[] Weights) Stretched(float place, int inputs)
    {
        var (center, reach) = (place + 0.5, (Mode == ResizeMode.Linear ? 1 : 2) / (double)Scale);
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
            var place = first + i;
            if (place < 0 || place >= inputs)
            {
                if (ExcludesOutside) continue;
                place = Math.Clamp(place, 0, inputs - 1);
            }

            result[place - from] += weight;
        }

        var sum = result.Sum();
        return (from, ExcludesOutside || Antialias ? Array.ConvertAll(result, weight => weight / sum) : result);
    }
}
