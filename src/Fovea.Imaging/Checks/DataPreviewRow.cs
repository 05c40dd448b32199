namespace Fovea.Imaging;

/// <summary>An image of a preview.</summary>
/// <param name="File">Its path relative to the data set.</param>
/// <param name="Label">The name of its class; empty if it has none.</param>
/// <param name="Original">The image as it is read.</param>
/// <param name="Varied">What the augmentation makes of it, several times.</param>
public sealed record DataPreviewRow(string File, string Label, DataPreviewImage Original, IReadOnlyList<DataPreviewImage> Varied);

/// <summary>An image as a network is fed it.</summary>
/// <param name="Image">(height, width, channels), with values from 0 to 255.</param>
/// <param name="Labels">The labels that the network is to learn for it: one, or several of a mixed image, the largest share first.</param>
/// <param name="Mask">The class number of each pixel, (height, width); <see langword="null"/> if the images have no masks.</param>
public sealed record DataPreviewImage(Tensor Image, IReadOnlyList<LabelShare> Labels, Tensor? Mask);

/// <summary>The share of a label in a mixed image.</summary>
/// <param name="Label">The name of the class; empty if the images have none.</param>
/// <param name="Share">From 0 to 1; the shares of an image add up to 1.</param>
public sealed record LabelShare(string Label, double Share);
