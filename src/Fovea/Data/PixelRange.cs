namespace Fovea;

/// <summary>The value range of the pixels of an image.</summary>
public enum PixelRange
{
    /// <summary>From 0 to 1: the byte divided by 255.</summary>
    ZeroToOne,

    /// <summary>From 0 to 255: the byte itself.</summary>
    ZeroTo255,

    /// <summary>From −1 to 1: the byte divided by 127.5, minus 1, as many pretrained networks expect.</summary>
    MinusOneToOne,
}
