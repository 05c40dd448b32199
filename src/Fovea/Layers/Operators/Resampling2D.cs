using System.Globalization;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Resizes images in a way of ONNX' operator Resize that Keras' layers do not have. Files in Keras' formats name it <c>Resampling2D</c>, which Keras cannot
/// load.
/// </summary>
internal sealed class Resampling2D : Layer
{
    /// <param name="rows">The resizing of the height.</param>
    /// <param name="columns">The resizing of the width.</param>
    /// <param name="outside">The value of positions outside the image, with <c>tf_crop_and_resize</c>.</param>
    internal Resampling2D(AxisResize rows, AxisResize columns, float outside = 0) =>
        (Rows, Columns, Outside) = (Checked(rows, nameof(rows)), Checked(columns, nameof(columns)), outside.Finite(nameof(Resampling2D), nameof(outside)));

    /// <summary>The resizing of the height.</summary>
    public AxisResize Rows { get; }

    /// <summary>The resizing of the width.</summary>
    public AxisResize Columns { get; }

    /// <summary>The value of positions outside the image.</summary>
    public float Outside { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var op = new ResampleOp(AxisSampling.Of(Rows.Taps(input.Shape[1])), AxisSampling.Of(Columns.Taps(input.Shape[2])));

        // The weights of an output add up to 1, or there are none.
        return Outside == 0 ? new Node(op, input) : new Node(op, input - Outside) + Outside;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        Write(config, "rows", Rows);
        Write(config, "columns", Columns);
        config.Set("outside", Outside);
    }

    internal static Resampling2D FromConfig(Config config) => new(Read(config, "rows"), Read(config, "columns"), config.GetFloat("outside", 0));

    private static AxisResize Checked(AxisResize axis, string argument) =>
        axis.Outputs < 1 ? throw ArgumentRules.Wrong(nameof(Resampling2D), argument, $"a length of at least 1", axis.Outputs)
        : !(axis.Scale > 0) || !float.IsFinite(axis.Scale) ? throw ArgumentRules.Wrong(nameof(Resampling2D), argument, $"a scale above 0", axis.Scale)
        : !AxisResize.KnownCoordinates.Contains(axis.Coordinates)
            ? throw ArgumentRules.Wrong(nameof(Resampling2D), argument, $"one of {string.Join(", ", AxisResize.KnownCoordinates)}", axis.Coordinates)
        : !AxisResize.KnownRoundings.Contains(axis.Rounding)
            ? throw ArgumentRules.Wrong(nameof(Resampling2D), argument, $"one of {string.Join(", ", AxisResize.KnownRoundings)}", axis.Rounding)
        : axis;

    private static void Write(Config config, string axis, AxisResize resize)
    {
        config.Set($"{axis}_length", resize.Outputs);
        config.Set($"{axis}_scale", resize.Scale);
        config.Set($"{axis}_mode", resize.Mode.ToString().ToLower(CultureInfo.InvariantCulture));
        config.Set($"{axis}_coordinates", resize.Coordinates);
        config.Set($"{axis}_rounding", resize.Rounding);
        config.Set($"{axis}_cubic_coefficient", resize.CubicCoefficient);
        config.Set($"{axis}_excludes_outside", resize.ExcludesOutside);
        config.Set($"{axis}_antialias", resize.Antialias);
        config.Set($"{axis}_start", resize.Start);
        config.Set($"{axis}_end", resize.End);
    }

    private static AxisResize Read(Config config, string axis) =>
        new(config.GetInt($"{axis}_length"), config.GetFloat($"{axis}_scale"), config.GetText($"{axis}_mode", "") switch
        {
            "nearest" => ResizeMode.Nearest,
            "linear" => ResizeMode.Linear,
            "cubic" => ResizeMode.Cubic,
            var other => throw new ModelFormatException($"{config.Subject}: expected 'nearest', 'linear' or 'cubic' for '{axis}_mode'; received '{other}'."),
        }, config.GetText($"{axis}_coordinates", "half_pixel"))
        {
            Rounding = config.GetText($"{axis}_rounding", "round_prefer_floor"),
            CubicCoefficient = config.GetFloat($"{axis}_cubic_coefficient", -0.75f),
            ExcludesOutside = config.GetBool($"{axis}_excludes_outside", false),
            Antialias = config.GetBool($"{axis}_antialias", false),
            Start = config.GetFloat($"{axis}_start", 0),
            End = config.GetFloat($"{axis}_end", 1),
        };
}
