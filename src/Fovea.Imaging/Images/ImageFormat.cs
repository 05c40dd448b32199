namespace Fovea.Imaging;

/// <summary>The formats of image files that Fovea writes.</summary>
public enum ImageFormat
{
    /// <summary>PNG: without loss; gray, color and transparency.</summary>
    Png,

    /// <summary>JPEG: small, with loss; gray and color.</summary>
    Jpeg,

    /// <summary>WebP: with loss, or without loss at quality 100; gray is stored as color; transparency.</summary>
    Webp,
}
