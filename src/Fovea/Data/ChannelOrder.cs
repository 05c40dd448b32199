namespace Fovea;

/// <summary>In which order a network takes the colours of a pixel.</summary>
public enum ChannelOrder
{
    /// <summary>Red, green, blue.</summary>
    Rgb,

    /// <summary>Blue, green, red, as networks from Caffe want it: Keras' VGG and ResNet of the first version.</summary>
    Bgr,
}
