using System.Globalization;

namespace Fovea.Imaging;

/// <summary>Images side by side, each with a caption, as a part of an <see cref="HtmlReport"/>.</summary>
public sealed class ReportImages : ReportElement
{
    private readonly IReadOnlyList<ReportImage> images;

    /// <summary>Creates a row of images, which continues on as many lines as it needs.</summary>
    /// <param name="images">The images.</param>
    public ReportImages(IEnumerable<ReportImage> images)
    {
        ArgumentNullException.ThrowIfNull(images);
        this.images = [.. images];
    }

    /// <summary>The width of an image in CSS pixels; small images are enlarged to it.</summary>
    public int Width { get; init; } = 160;

    /// <summary>A text above the images; empty for none.</summary>
    public string Caption { get; init; } = "";

    internal override void Write(HtmlWriter html)
    {
        if (Caption.Length > 0) html.Element("p", Caption, ("class", "caption"));
        html.Open("div", ("class", "images"), ("style", string.Create(CultureInfo.InvariantCulture, $"--width:{Width}px"))).Raw("\n");
        foreach (var image in images)
        {
            html.Open("figure", ("class", image.Tone.StyleName())).Empty("img", ("src", image.DataUri), ("alt", image.Description), ("loading", "lazy"));
            if (image.Caption.Length > 0) html.Element("figcaption", image.Caption);
            html.CloseLine("figure");
        }

        html.CloseLine("div");
    }
}

/// <summary>An image within a report, which contains its file: <c>ReportImage.Of(image, "a cat") with { Caption = "cats 12 %" }</c>.</summary>
public sealed record ReportImage
{
    private readonly byte[] file;
    private readonly string mediaType;

    /// <summary>Embeds an image file.</summary>
    /// <param name="file">The bytes of a PNG, JPEG, WebP or GIF file.</param>
    /// <param name="description">The text for readers who do not see the image.</param>
    /// <exception cref="ArgumentException">The bytes are none of these formats.</exception>
    public ReportImage(byte[] file, string description)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(description);
        mediaType = MediaTypeOf(file) ?? throw new ArgumentException(
            "ReportImage: expected the bytes of a PNG, JPEG, WebP or GIF file; received others.", nameof(file));
        (this.file, Description) = (file, description);
    }

    /// <summary>The text for readers who do not see the image.</summary>
    public string Description { get; }

    /// <summary>The text below the image, with line breaks; empty for none.</summary>
    public string Caption { get; init; } = "";

    /// <summary>The color of a frame.</summary>
    public ReportTone Tone { get; init; }

    internal string DataUri => $"data:{mediaType};base64,{Convert.ToBase64String(file)}";

    /// <summary>Embeds values as an image: WebP of quality 85, or PNG without loss for images of at most 64 × 64 pixels.</summary>
    /// <param name="image">Gray (height, width, 1), color (height, width, 3), or color with opacity (height, width, 4).</param>
    /// <param name="description">The text for readers who do not see the image.</param>
    /// <param name="range">The range of the values, from black to white. Values outside it become black or white.</param>
    /// <exception cref="ArgumentException">The tensor is no image, or a value is not finite.</exception>
    public static ReportImage Of(Tensor image, string description, PixelRange range = PixelRange.ZeroToOne)
    {
        ArgumentNullException.ThrowIfNull(image);
        var isSmall = image.Shape.Count <= 64 * 64 * 4;
        return new ReportImage(ImageFile.Encode(image, isSmall ? ImageFormat.Png : ImageFormat.Webp, range, clip: true, quality: 85), description);
    }

    private static string? MediaTypeOf(ReadOnlySpan<byte> file) =>
        file.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47]) ? "image/png"
        : file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : file.StartsWith("GIF8"u8) ? "image/gif"
        : file.Length > 12 && file.StartsWith("RIFF"u8) && file[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;
}
