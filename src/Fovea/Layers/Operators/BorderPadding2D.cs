using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Adds margins of one value around images. Keras has a layer for zeros only. Files in Keras' formats name it <c>BorderPadding2D</c>, which Keras cannot load.
/// </summary>
internal sealed class BorderPadding2D : Layer
{
    /// <param name="value">The value of the margins.</param>
    /// <param name="padding">The pixels at the top and bottom, left and right.</param>
    internal BorderPadding2D(float value, ((int Before, int After) Rows, (int Before, int After) Columns) padding)
    {
        if (padding.Rows.Before < 0 || padding.Rows.After < 0 || padding.Columns.Before < 0 || padding.Columns.After < 0)
            throw ArgumentRules.Wrong(nameof(BorderPadding2D), nameof(padding), $"margins of at least 0", padding);
        (Value, Padding) = (value.Finite(nameof(BorderPadding2D), nameof(value)), padding);
    }

    /// <summary>The value of the margins.</summary>
    public float Value { get; }

    /// <summary>The pixels at the top and bottom, left and right.</summary>
    public ((int Before, int After) Rows, (int Before, int After) Columns) Padding { get; }

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var padded = input.Pad(Padding.Rows.Before, Padding.Rows.After, Padding.Columns.Before, Padding.Columns.After);
        var inside = Arithmetic.Constant(1).BroadcastTo([1, input.Shape[1], input.Shape[2], 1]);
        var border = 1 - inside.Pad(Padding.Rows.Before, Padding.Rows.After, Padding.Columns.Before, Padding.Columns.After);
        return padded + (Value * border);
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("value", Value);
        config.SetMargins("padding", Padding.Rows, Padding.Columns);
    }

    internal static BorderPadding2D FromConfig(Config config) => new(config.GetFloat("value"), config.GetMargins("padding", 0));
}
