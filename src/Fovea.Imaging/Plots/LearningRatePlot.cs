using System.Globalization;
using Fovea.Formats;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// Plots the result of a <see cref="LearningRateFinder"/>: the loss against the learning rate, for each batch in a pale color and smoothed in a strong one,
/// and the learning rate at which it falls fastest.
/// </summary>
public static class LearningRatePlot
{
    private static readonly SKColor Curve = Palette.Blue;
    private static readonly SKColor Mark = Palette.Orange;

    /// <summary>Writes the figure as a PNG file. An existing file is replaced.</summary>
    /// <param name="search">The result of the finder.</param>
    /// <param name="path">The file to write.</param>
    /// <param name="width">The width in pixels, at least 600.</param>
    /// <param name="height">The height in pixels, at least 300.</param>
    /// <exception cref="ArgumentException">The size is too small.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(LearningRateSearch search, string path, int width = 1000, int height = 600) => AtomicFile.Write(path, ToPng(search, width, height));

    /// <summary>Draws the figure as an HTML image that contains its data, for notebooks and reports.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The size is too small.</exception>
    public static string ToHtml(LearningRateSearch search, int width = 1000, int height = 600) =>
        FigureHtml.Image(ToPng(search, width, height), "Loss by learning rate");

    /// <summary>Draws the figure as PNG.</summary>
    /// <inheritdoc cref="Save" path="/param"/>
    /// <exception cref="ArgumentException">The size is too small.</exception>
    public static byte[] ToPng(LearningRateSearch search, int width = 1000, int height = 600)
    {
        ArgumentNullException.ThrowIfNull(search);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 600);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 300);
        var bounds = SKRect.Create(width, height);
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        surface.Canvas.Clear(Palette.Paper);
        Chart(search).Draw(surface.Canvas, bounds);
        var note = search.Suggestion is { } rate ? ($"falls fastest at {Print(rate)}", Mark) : ("falls nowhere", Palette.Quiet);
        new PlotHeading("Loss", note, [new(Curve, "smoothed"), new(PlotHeading.Pale(Curve), "of each batch")], width).Draw(surface.Canvas, bounds);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    private static Chart Chart(LearningRateSearch search)
    {
        double[] xs = [.. search.LearningRates.Select(Math.Log10)], losses = [.. search.Losses], smoothed = [.. search.SmoothedLosses];

        // The losses after the smallest one may be many times as high as all before, and are cut off above.
        var (low, high) = (losses.Min(), smoothed[..(Array.IndexOf(smoothed, smoothed.Min()) + 1)].Max());
        var span = Math.Max(high - low, 0.1 * Math.Abs(high));
        var margin = 0.02 * (xs[^1] - xs[0]);
        var chart = new Chart
        {
            Label = "Learning rate",
            Ticks = Decades(xs),
            Horizontal = (xs[0] - margin, xs[^1] + margin),
            Vertical = (low - (0.06 * span), high + (0.3 * span)),
        };
        chart.AddCurve(xs, losses, PlotHeading.Pale(Curve), width: 2);
        chart.AddCurve(xs, smoothed, Curve, width: 3.5f);
        if (search.Suggestion is not { } suggestion) return chart;
        var index = Array.FindIndex(xs, x => x >= Math.Log10(suggestion) - 1e-6);
        chart.AddRing(xs[index], smoothed[index], Mark);
        chart.AddMark(xs[index], Mark);
        return chart;
    }

    /// <summary>A tick for each power of ten.</summary>
    private static IReadOnlyList<(double Value, string Text)> Decades(double[] xs)
    {
        var (first, last) = ((int)Math.Ceiling(xs[0] - 1e-6), (int)Math.Floor(xs[^1] + 1e-6));
        return [.. Enumerable.Range(first, Math.Max(0, last - first + 1)).Select(power => ((double)power, Print(Math.Pow(10, power))))];
    }

    /// <summary>Formats two significant digits, as in 0.0016; very small numbers with an exponent, as in 1.6e-5.</summary>
    private static string Print(double rate)
    {
        var rounded = double.Parse(rate.ToString("0.0e0", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return rounded.ToString(rounded < 9.9e-5 ? "0.#e0" : "0.######", CultureInfo.InvariantCulture);
    }
}
