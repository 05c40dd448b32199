namespace Fovea.Tests.Applications;

/// <summary>
/// Where weights are, and how large. Sources: the lines that TensorFlow printed in a notebook of 2023 that downloads most networks without top
/// (github.com/rafsunsheikh/ptmodels, README.md); for other options the rules of <c>keras/src/applications</c> in Keras 3.16.
/// </summary>
public class PublishedWeightsTests
{
    private const string Keras = "https://storage.googleapis.com/tensorflow/keras-applications/";
    private const string Efficient = "https://storage.googleapis.com/keras-applications/";
    private const string Kernels = "_weights_tf_dim_ordering_tf_kernels";

    [Theory]
    [InlineData("ResNet101", Keras + "resnet/resnet101" + Kernels + "_notop.h5", 171_446_536)]
    [InlineData("ResNet101V2", Keras + "resnet/resnet101v2" + Kernels + "_notop.h5", 171_317_808)]
    [InlineData("ResNet152", Keras + "resnet/resnet152" + Kernels + "_notop.h5", 234_698_864)]
    [InlineData("ResNet152V2", Keras + "resnet/resnet152v2" + Kernels + "_notop.h5", 234_545_216)]
    [InlineData("MobileNet", Keras + "mobilenet/mobilenet_1_0_224_tf_no_top.h5", 17_225_924)]
    [InlineData("MobileNetV2", Keras + "mobilenet_v2/mobilenet_v2" + Kernels + "_1.0_224_no_top.h5", 9_406_464)]
    [InlineData("DenseNet121", Keras + "densenet/densenet121" + Kernels + "_notop.h5", 29_084_464)]
    [InlineData("DenseNet169", Keras + "densenet/densenet169" + Kernels + "_notop.h5", 51_877_672)]
    [InlineData("DenseNet201", Keras + "densenet/densenet201" + Kernels + "_notop.h5", 74_836_368)]
    [InlineData("NASNetMobile", Keras + "nasnet/NASNet-mobile-no-top.h5", 19_993_432)]
    [InlineData("NASNetLarge", Keras + "nasnet/NASNet-large-no-top.h5", 343_610_240)]
    [InlineData("EfficientNetB0", Efficient + "efficientnetb0_notop.h5", 16_705_208)]
    [InlineData("EfficientNetB1", Efficient + "efficientnetb1_notop.h5", 27_018_416)]
    [InlineData("EfficientNetB2", Efficient + "efficientnetb2_notop.h5", 31_790_344)]
    [InlineData("EfficientNetB3", Efficient + "efficientnetb3_notop.h5", 43_941_136)]
    [InlineData("EfficientNetB4", Efficient + "efficientnetb4_notop.h5", 71_686_520)]
    [InlineData("EfficientNetB5", Efficient + "efficientnetb5_notop.h5", 115_263_384)]
    [InlineData("EfficientNetB6", Efficient + "efficientnetb6_notop.h5", 165_234_480)]
    [InlineData("EfficientNetB7", Efficient + "efficientnetb7_notop.h5", 258_076_736)]
    [InlineData("EfficientNetV2B0", Keras + "efficientnet_v2/efficientnetv2-b0_notop.h5", 24_274_472)]
    [InlineData("EfficientNetV2B1", Keras + "efficientnet_v2/efficientnetv2-b1_notop.h5", 28_456_008)]
    [InlineData("EfficientNetV2B2", Keras + "efficientnet_v2/efficientnetv2-b2_notop.h5", 35_839_040)]
    [InlineData("EfficientNetV2B3", Keras + "efficientnet_v2/efficientnetv2-b3_notop.h5", 52_606_240)]
    [InlineData("EfficientNetV2S", Keras + "efficientnet_v2/efficientnetv2-s_notop.h5", 82_420_632)]
    [InlineData("EfficientNetV2M", Keras + "efficientnet_v2/efficientnetv2-m_notop.h5", 214_201_816)]
    [InlineData("EfficientNetV2L", Keras + "efficientnet_v2/efficientnetv2-l_notop.h5", 473_176_280)]
    [InlineData("ConvNeXtTiny", Keras + "convnext/convnext_tiny_notop.h5", 111_650_432)]
    [InlineData("ConvNeXtSmall", Keras + "convnext/convnext_small_notop.h5", 198_551_472)]
    [InlineData("ConvNeXtBase", Keras + "convnext/convnext_base_notop.h5", 350_926_856)]
    [InlineData("ConvNeXtLarge", Keras + "convnext/convnext_large_notop.h5", 785_596_384)]
    [InlineData("ConvNeXtXLarge", Keras + "convnext/convnext_xlarge_notop.h5", 1_393_257_616)]
    public void Files_are_where_TensorFlow_found_them_and_hold_all_weights(string network, string address, long size)
    {
        var known = Fovea.Applications.Find(network)!;
        Assert.Equal(address, PublishedWeights.For(known.Name, new() { IncludeTop = false }).Address.AbsoluteUri);
        Assert.True(known.HasDownload);

        // HDF5 adds names and tables to four bytes for each number, and keeps the space of what was removed from a file.
        Assert.InRange((double)size / (4 * known.ParametersWithoutTop), 1.0001, 1.35);
    }

    [Theory]
    [InlineData("VGG16", "", "vgg16/vgg16" + Kernels + ".h5")]
    [InlineData("VGG19", "notop", "vgg19/vgg19" + Kernels + "_notop.h5")]
    [InlineData("Xception", "", "xception/xception" + Kernels + ".h5")]
    [InlineData("InceptionV3", "", "inception_v3/inception_v3" + Kernels + ".h5")]
    [InlineData("InceptionResNetV2", "notop", "inception_resnet_v2/inception_resnet_v2" + Kernels + "_notop.h5")]
    [InlineData("MobileNet", "0.25 128", "mobilenet/mobilenet_2_5_128_tf.h5")]
    [InlineData("MobileNet", "0.75 100", "mobilenet/mobilenet_7_5_224_tf.h5")]
    [InlineData("MobileNetV2", "0.35 96", "mobilenet_v2/mobilenet_v2" + Kernels + "_0.35_96.h5")]
    [InlineData("MobileNetV2", "1.4 224", "mobilenet_v2/mobilenet_v2" + Kernels + "_1.4_224.h5")]
    [InlineData("MobileNetV3Small", "", "mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float.h5")]
    [InlineData("MobileNetV3Large", "0.75 224", "mobilenet_v3/weights_mobilenet_v3_large_224_0.75_float.h5")]
    [InlineData("MobileNetV3Large", "notop", "mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5")]
    public void Options_choose_the_file(string network, string options, string expected)
    {
        var parts = options.Split(' ');
        var chosen = new ApplicationOptions
        {
            IncludeTop = options != "notop",
            Alpha = parts.Length == 2 ? double.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) : 1,
            InputShape = parts.Length == 2 ? [int.Parse(parts[1]), int.Parse(parts[1]), 3] : null,
        };
        Assert.Equal(Keras + expected, PublishedWeights.For(network, chosen).Address.AbsoluteUri);
    }

    [Fact]
    public void Minimalistic_networks_have_other_files() => Assert.Equal(
        "weights_mobilenet_v3_small_minimalistic_224_1.0_float.h5", PublishedWeights.For("MobileNetV3Small", new() { Minimalistic = true }).File.Name);

    [Theory]
    [InlineData("MobileNet", 0.6, 1000, "Applications.MobileNet: there are weights for ImageNet with Alpha 1.0, 0.75, 0.5, 0.25; received 0.6.")]
    [InlineData(
        "ResNet50", 1, 5, "Applications.ResNet50: the weights for ImageNet have 1000 classes; received Classes 5. Set IncludeTop to false, and add a top of "
            + "your own.")]
    [InlineData("TorchResNet18", 1, 1000, "Applications.TorchResNet18: there is no download of its weights; give the path of a file as Weights.")]
    public void Options_without_weights_are_refused_before_anything_is_built(string network, double alpha, int classes, string expected)
    {
        var options = new ApplicationOptions { Alpha = alpha, Classes = classes, Weights = ApplicationOptions.ImageNet };
        Assert.StartsWith(expected, Assert.Throws<ArgumentException>(() => Fovea.Applications.Create(network, options)).Message);
    }

    [Fact]
    public void Every_network_of_Keras_has_a_download_and_the_others_have_none() => Assert.Equal(
        ["TorchResNet18", "TorchResNet34", "TorchResNet50", "SqueezeNet11"],
        Fovea.Applications.All.Where(network => !network.HasDownload).Select(network => network.Name));

    [Theory]
    [InlineData("mobilenet_v2", "MobileNetV2")]
    [InlineData("efficientnetv2-b0", "EfficientNetV2B0")]
    [InlineData("CONVNEXT_TINY", "ConvNeXtTiny")]
    [InlineData("vgg", null)]
    public void Names_of_Keras_modules_are_known(string name, string? expected) => Assert.Equal(expected, Fovea.Applications.Find(name)?.Name);
}
