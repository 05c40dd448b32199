namespace Fovea;

/// <summary>What happens to an image whose proportions are not the network's.</summary>
public enum ImageFit
{
    /// <summary>The whole image, squeezed or stretched, as Keras' <c>load_img</c> does.</summary>
    Stretch,

    /// <summary>The largest part in the middle that has the proportions; Keras' <c>crop_to_aspect_ratio</c>.</summary>
    Crop,

    /// <summary>The whole image in the middle, black at two sides; Keras' <c>pad_to_aspect_ratio</c>.</summary>
    Pad,
}
