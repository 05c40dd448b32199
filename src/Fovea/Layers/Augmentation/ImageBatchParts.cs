namespace Fovea;

/// <summary>What belongs to images.</summary>
[Flags]
internal enum ImageBatchParts
{
    /// <summary>A label of each image.</summary>
    Labels = 1,

    /// <summary>Bounding boxes and their labels.</summary>
    Boxes = 2,

    /// <summary>A class of each pixel.</summary>
    Masks = 4,
}
