namespace Fovea;

/// <summary>The order of the color channels that a network expects.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red, as in networks from Caffe: Keras' VGG and the first version of ResNet.</summary>
    Bgr,
}
