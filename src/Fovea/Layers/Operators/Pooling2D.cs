using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The maximum or mean under a window that moves over an image with a separate margin on each side, which does not count. Keras' poolings have no such margins.
/// Files in Keras' formats name it <c>Pooling2D</c>, which Keras cannot load.
/// </summary>
internal sealed class Pooling2D : Layer
{
    /// <param name="isMaximum">Whether the maximum is taken instead of the mean.</param>
    /// <param name="poolSize">The height and width of the window, in pixels.</param>
    /// <param name="strides">The distance from one window to the next, in pixels.</param>
    /// <param name="padding">The margins at the top and bottom, left and right, in pixels.</param>
    internal Pooling2D(bool isMaximum, Size2D poolSize, Size2D strides, ((int Before, int After) Rows, (int Before, int After) Columns) padding)
    {
        IsMaximum = isMaximum;
        PoolSize = poolSize.AtLeastOne(nameof(Pooling2D), nameof(poolSize));
        Strides = strides.AtLeastOne(nameof(Pooling2D), nameof(strides));
        if (padding.Rows.Before < 0 || padding.Rows.After < 0 || padding.Columns.Before < 0 || padding.Columns.After < 0)
            throw ArgumentRules.Wrong(nameof(Pooling2D), nameof(padding), $"margins of at least 0", padding);
        Padding = padding;
    }

    /// <summary>Whether the maximum is taken instead of the mean.</summary>
    public bool IsMaximum { get; }

    /// <summary>The height and width of the window, in pixels.</summary>
    public Size2D PoolSize { get; }

    /// <summary>The distance from one window to the next, in pixels.</summary>
    public Size2D Strides { get; }

    /// <summary>The margins at the top and bottom, left and right, in pixels.</summary>
    public ((int Before, int After) Rows, (int Before, int After) Columns) Padding { get; }

    /// <summary>The distance between neighbouring pixels that the window reads; 1 by default.</summary>
    public Size2D DilationRate { get; init => field = value.AtLeastOne(nameof(Pooling2D), nameof(DilationRate)); } = 1;

    internal override bool IsPooling => true;

    /// <inheritdoc/>
    protected override Node Call(Node input, CallContext context)
    {
        RequireImages(input.Shape[1..]);
        var (rows, columns) =
            (Outputs(input.Shape[1], PoolSize.Height, Strides.Height, DilationRate.Height, Padding.Rows),
            Outputs(input.Shape[2], PoolSize.Width, Strides.Width, DilationRate.Width, Padding.Columns));
        var window = new Window2D
        {
            InputHeight = input.Shape[1],
            InputWidth = input.Shape[2],
            KernelHeight = PoolSize.Height,
            KernelWidth = PoolSize.Width,
            StrideHeight = Strides.Height,
            StrideWidth = Strides.Width,
            DilationHeight = DilationRate.Height,
            DilationWidth = DilationRate.Width,
            PadTop = Padding.Rows.Before,
            PadLeft = Padding.Columns.Before,
            OutputHeight = rows,
            OutputWidth = columns,
        };
        return new Node(IsMaximum ? new MaxPool2DOp(window) : new AveragePool2DOp(window), input);
    }

    /// <summary>The number of windows. Each must cover a pixel of the image.</summary>
    private int Outputs(int size, int kernel, int stride, int dilation, (int Before, int After) padding)
    {
        var reach = ((kernel - 1L) * dilation) + 1;
        var count = size + (long)padding.Before + padding.After < reach ? 0 : ((size + (long)padding.Before + padding.After - reach) / stride) + 1;
        for (var i = 0L; i < count; i++)
        {
            // The first pixel of the window that is not before the image.
            var start = (i * stride) - padding.Before;
            var first = start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);
            if (first >= Math.Min(size, start + reach))
                throw new ShapeException(
                    Subject, $"every window must cover a pixel of the image; with {size} pixels and margins of {padding.Before} and {padding.After}, "
                    + $"a window of {reach} covers none.");
        }

        return count >= 1 ? (int)count : throw new ShapeException(Subject, $"the image of {size} pixels is smaller than the window of {reach}.");
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("function", IsMaximum ? "max" : "average");
        config.Set("pool_size", PoolSize);
        config.Set("strides", Strides);
        config.Set("dilation_rate", DilationRate);
        config.SetMargins("padding", Padding.Rows, Padding.Columns);
    }

    internal static Pooling2D FromConfig(Config config)
    {
        var margins = config.GetMargins("padding", 0);
        return new Pooling2D(
            config.GetText("function", "") switch
            {
                "max" => true,
                "average" => false,
                var other => throw new ModelFormatException($"{config.Subject}: expected 'max' or 'average' for 'function'; received '{other}'."),
            }, config.GetSize("pool_size"), config.GetSize("strides"), margins)
        {
            DilationRate = config.GetSize("dilation_rate", 1),
        };
    }
}
