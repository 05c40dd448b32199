using Fovea.Engine.Simd;

namespace Fovea.Engine.Ops;

/// <summary>One unit of a convolution: some images, some of their output rows, some of the output channels.</summary>
internal readonly record struct Conv2DUnit(int FirstImage, int Images, int FirstRow, int Rows, int FirstChannel, int EndChannel);

/// <summary>
/// How a convolution is cut into units, from its shapes alone: several whole images where they are small, bands of rows of one
/// image where it is large, and blocks of channels where there are few pixels (the last layers of a deep net, one image at a time).
/// </summary>
internal readonly record struct Conv2DUnits(int Batch, int OutputHeight, int OutputChannels, int Images, int Rows, int Channels)
{
    private const long WorthAUnit = 2_000_000;  // floating-point operations: about 20 µs of one core
    private const int EnoughUnits = 64;
    private const int FewUnits = 16;
    private const int EnoughPixels = 48;
    private const long BandFloats = 96 * 1024;  // what a band may read, so that it stays in the second cache

    public int Count => Ceiling(Batch, Images) * Bands * ChannelBlocks;

    private int Bands => Ceiling(OutputHeight, Rows);

    private int ChannelBlocks => Ceiling(OutputChannels, Channels);

    /// <summary>The unit with this number; consecutive numbers share images.</summary>
    public Conv2DUnit this[int unit]
    {
        get
        {
            var channel = unit % ChannelBlocks * Channels;
            var row = unit / ChannelBlocks % Bands * Rows;
            var image = unit / ChannelBlocks / Bands * Images;
            return new Conv2DUnit(
                image, Math.Min(Images, Batch - image), row, Math.Min(Rows, OutputHeight - row), channel, Math.Min(OutputChannels, channel + Channels));
        }
    }

    public static Conv2DUnits Create(int batch, Window2D window, int inputChannels, int outputChannels, int groups = 1)
    {
        var rowOperations = 2L * window.OutputWidth * window.KernelHeight * window.KernelWidth * inputChannels * outputChannels / groups;
        var worth = (int)Math.Min(int.MaxValue, Math.Max(WorthAUnit / rowOperations, (long)batch * window.OutputHeight / EnoughUnits));
        var cached = (int)Math.Min(int.MaxValue, BandFloats / ((long)window.StrideHeight * window.InputWidth * inputChannels));
        var atLeast = Ceiling(EnoughPixels, window.OutputWidth);
        var rows = Math.Max(atLeast, Math.Min(worth, Math.Max(1, cached)));
        var images = Math.Clamp(rows / window.OutputHeight, 1, Math.Max(1, batch / FewUnits));
        if (images > 1 || rows >= window.OutputHeight) rows = window.OutputHeight;
        rows = Ceiling(window.OutputHeight, Ceiling(window.OutputHeight, rows));  // bands of equal height

        // Where the kernel outweighs the image, rather read the image several times than the kernel.
        var kernelFloats = (long)window.KernelHeight * window.KernelWidth * inputChannels * outputChannels / groups;
        if (batch < FewUnits && kernelFloats > window.InputHeight * window.InputWidth * inputChannels) rows = window.OutputHeight;

        var units = new Conv2DUnits(batch, window.OutputHeight, outputChannels, images, rows, outputChannels);
        var operations = rowOperations * rows * images;
        var wanted = (int)Math.Min(Ceiling(FewUnits, units.Count), operations / WorthAUnit);
        if (wanted <= 1) return units;
        var blocks = Ceiling(outputChannels, Columns.WidestBlock);
        return units with { Channels = Ceiling(blocks, Math.Min(blocks, wanted)) * Columns.WidestBlock };
    }

    private static int Ceiling(int value, int divisor) => (value + divisor - 1) / divisor;
}
