using System.Globalization;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>Draws the input of a convolution: the image, or the input channel whose share in the sum is the largest.</summary>
internal static class StepInput
{
    public static SKBitmap Draw(ConvolutionStep step) => step.ReadsImage
        ? TensorBitmap.OfImage(step.Image)
        : TensorBitmap.OfChannel(step.Input, step.Shares[0].Channel);

    public static string Label(ConvolutionStep step) =>
        step.ReadsImage ? $"the image, {Size(step.Input)}" : $"input channel {step.Shares[0].Channel} of {step.Input.Shape[3]}, {Size(step.Input)}";

    /// <summary>The height and width of an image as text, such as <c>28 × 28</c>.</summary>
    public static string Size(Tensor image) => image.Shape.Rank == 2 ? $"{image.Shape[0]} × {image.Shape[1]}" : $"{image.Shape[1]} × {image.Shape[2]}";

    /// <summary>A count with its noun, such as <c>1 row</c> or <c>2 rows</c>.</summary>
    public static string Count(int count, string what) => $"{count.ToString("N0", CultureInfo.InvariantCulture)} {what}{(count == 1 ? "" : "s")}";

    /// <summary>The scale at which an image fits into a square; a whole number if it is enlarged.</summary>
    public static float ScaleFor(int height, int width, float side) => side / Math.Max(height, width) is var scale && scale >= 2 ? MathF.Floor(scale) : scale;
}
