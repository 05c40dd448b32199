namespace Fovea.Imaging;

/// <summary>What a data set of images holds; see <see cref="ImageData"/>.</summary>
public enum ImageDataKind
{
    /// <summary>One folder of images for each class.</summary>
    Classes,

    /// <summary>Images and masks, which give each pixel a class.</summary>
    Masks,

    /// <summary>A list of image files with labels or numbers: CSV, TSV or JSON lines.</summary>
    List,

    /// <summary>Images without classes or masks.</summary>
    Unlabeled,

    /// <summary>IDX files, as MNIST has them.</summary>
    Idx,
}
