using System.Globalization;
using Fovea.Formats;
using ScottPlot;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// What a <see cref="LearningRateFinder"/> saw as a picture: the loss over the learning rate, pale as it was and strong as it was smoothed, and the
/// rate under which it fell fastest.
/// </summary>
public static class LearningRatePlot
{
    private static readonly SKColor Curve = Palette.Blue;
    private static readonly SKColor Mark = Palette.Orange;

    /// <summary>Writes the picture as a PNG file, replacing an older one.</summary>
    /// <param name="search">What the finder saw.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="width">The width in pixels, at least 600.</param>
    /// <param name="height">The height in pixels, at least 300.</param>
    /// <exception cref="ArgumentException">The size is too small.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LearningRateSearch search, string path, int width = 1000, int height = 600) => AtomicFile.Write(path, ToPng(search, width, height));

    /// <summary>Draws the picture as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The size is too small.</exception>
    public static byte[] ToPng(LearningRateSearch search, int width = 1000, int height = 600)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 600);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 300);
        using var plot = Draw(search);
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        plot.Render(surface.Canvas, new PixelRect(0, width, height, 0));
        var note = search.Suggestion is { } rate ? ($"falls fastest at {Print(rate)}", Mark) : ("falls nowhere", Palette.Quiet);
        PlotFrame.DrawHeading(surface.Canvas, "Loss", note, [(Curve, "smoothed"), (PlotFrame.Pale(Curve), "of each batch")], width);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static Plot Draw(LearningRateSearch search)
    {
        double[] xs = [.. search.LearningRates.Select(Math.Log10)], losses = [.. search.Losses], smoothed = [.. search.SmoothedLosses];
        var plot = PlotFrame.Empty("Learning rate", Decades(xs));
        PlotFrame.AddLine(plot, xs, losses, PlotFrame.Pale(Curve), width: 2, marker: 0);
        PlotFrame.AddLine(plot, xs, smoothed, Curve, width: 3.5f, marker: 0);
        if (search.Suggestion is { } suggestion)
        {
            var index = Array.FindIndex(xs, x => x >= Math.Log10(suggestion) - 1e-6);
            plot.Add.VerticalLine(xs[index], 1.5f, PlotFrame.ToPlot(Mark), LinePattern.Dashed);
            PlotFrame.AddRing(plot, xs[index], smoothed[index], Mark);
        }

        // What comes after the least loss may be many times as high as all before, and is cut off above.
        var (low, high) = (losses.Min(), smoothed[..(Array.IndexOf(smoothed, smoothed.Min()) + 1)].Max());
        var span = Math.Max(high - low, 0.1 * Math.Abs(high));
        var margin = 0.02 * (xs[^1] - xs[0]);
        plot.Axes.SetLimits(xs[0] - margin, xs[^1] + margin, low - (0.06 * span), high + (0.3 * span));
        return plot;
    }

    /// <summary>A tick for each power of ten.</summary>
    private static ScottPlot.TickGenerators.NumericManual Decades(double[] xs)
    {
        var ticks = new ScottPlot.TickGenerators.NumericManual();
        for (var power = (int)Math.Ceiling(xs[0] - 1e-6); power <= xs[^1] + 1e-6; power++) ticks.AddMajor(power, Print(Math.Pow(10, power)));
        return ticks;
    }

    /// <summary>A number of two digits as people write it, 0.0016, and very small ones as 1.6e-5.</summary>
    private static string Print(double rate)
    {
        var rounded = double.Parse(rate.ToString("0.0e0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return rounded.ToString(rounded < 9.9e-5 ? "0.#e0" : "0.######", CultureInfo.InvariantCulture);
    }
}
