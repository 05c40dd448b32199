namespace Fovea;

/// <summary>The treatment of an image whose aspect ratio differs from the network's.</summary>
public enum ImageFit
{
    /// <summary>The whole image is stretched to the size, as Keras' <c>load_img</c> does.</summary>
    Stretch,

    /// <summary>The largest centred part with the right aspect ratio is cut out; Keras' <c>crop_to_aspect_ratio</c>.</summary>
    Crop,

    /// <summary>The whole image is centred, with black at two sides; Keras' <c>pad_to_aspect_ratio</c>.</summary>
    Pad,
}
