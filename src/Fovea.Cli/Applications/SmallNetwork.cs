namespace Fovea.Cli;

/// <summary>The networks for training from scratch that <see cref="SmallNetworks"/> builds, by their names.</summary>
internal static class SmallNetwork
{
    /// <summary>The choice of resnet-small with everything sized to the data.</summary>
    public const string Auto = "auto";

    public const string ResNet = "resnet-small";
    public const string MiniXception = "mini-xception";
    public const string UNet = "unet";

    /// <summary>The size of the images of the book's recipe for mini-xception.</summary>
    public static Shape MiniXceptionInput { get; } = new(180, 180, 3);

    /// <summary>The size for which unet is built where nothing else decides.</summary>
    public static Shape UNetInput { get; } = new(160, 160, 3);

    /// <summary>The size for which resnet-small is built where nothing else decides, as in <c>fovea summary resnet-small</c>.</summary>
    public static Shape ResNetInput { get; } = new(128, 128, 3);
}
