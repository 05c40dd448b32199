namespace Fovea.Imaging;

/// <summary>An image of the data set that could be decoded, with its measures.</summary>
internal sealed record MeasuredImage(CheckedImage File, ImageMeasurement Measures)
{
    public string Name => File.Name;
}
