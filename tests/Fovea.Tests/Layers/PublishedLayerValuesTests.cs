using Fovea.Engine.Ops;

namespace Fovea.Tests.Layers;

/// <summary>The examples in Keras' documentation of its layers, with the results given there. All values are small and exact.</summary>
public class PublishedLayerValuesTests
{
    private static readonly float[] Nine = [1, 2, 3, 4, 5, 6, 7, 8, 9];
    private static readonly float[] Twelve = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];

    /// <summary><c>keras.layers.MaxPooling2D</c>.</summary>
    [Fact]
    public void Max_pooling_gives_the_values_of_Keras_documentation()
    {
        Assert.Equal([5, 6, 8, 9], LayerRunner.Run(new MaxPooling2D(2, 1), [3, 3, 1], Nine));
        Assert.Equal([6, 8], LayerRunner.Run(new MaxPooling2D(2, 2), [3, 4, 1], Twelve));
        Assert.Equal([5, 6, 6, 8, 9, 9, 8, 9, 9], LayerRunner.Run(new MaxPooling2D(2, 1, Padding.Same), [3, 3, 1], Nine));
    }

    /// <summary><c>keras.layers.AveragePooling2D</c>.</summary>
    [Fact]
    public void Average_pooling_gives_the_values_of_Keras_documentation()
    {
        Assert.Equal([3, 4, 6, 7], LayerRunner.Run(new AveragePooling2D(2, 1), [3, 3, 1], Nine));
        Assert.Equal([3.5f, 5.5f], LayerRunner.Run(new AveragePooling2D(2, 2), [3, 4, 1], Twelve));
        Assert.Equal([3, 4, 4.5f, 6, 7, 7.5f, 7.5f, 8.5f, 9], LayerRunner.Run(new AveragePooling2D(2, 1, Padding.Same), [3, 3, 1], Nine));
    }

    /// <summary>
    /// "Notes on padding" in TensorFlow's documentation of <c>tf.nn</c>: a 3×3 kernel with stride 2 on an even image needs one row of
    /// zeros, which is added at the bottom. So the center of the kernel is at the odd positions.
    /// </summary>
    [Fact]
    public void Same_padding_puts_the_odd_zeros_at_the_bottom_and_the_right()
    {
        var convolution = new Conv2D(1, 3, 2, Padding.Same);
        convolution.EnsureBuilt([[4, 4, 1]]);
        convolution.Weights[0].Write([0, 0, 0, 0, 1, 0, 0, 0, 0]);
        var image = Enumerable.Range(0, 16).Select(i => (float)i).ToArray();
        Assert.Equal([5, 7, 13, 15], LayerRunner.Run(convolution, [4, 4, 1], image));
    }

    [Fact]
    public void Same_padding_is_symmetric_if_the_number_of_zeros_is_even()
    {
        var convolution = new Conv2D(1, 3, 2, Padding.Same);
        convolution.EnsureBuilt([[5, 5, 1]]);
        convolution.Weights[0].Write([0, 0, 0, 0, 1, 0, 0, 0, 0]);
        var image = Enumerable.Range(0, 25).Select(i => (float)i).ToArray();
        Assert.Equal([0, 2, 4, 10, 12, 14, 20, 22, 24], LayerRunner.Run(convolution, [5, 5, 1], image));
    }

    /// <summary>The example of <c>keras.layers.Rescaling</c>: pixels from 0..255 to −1..1.</summary>
    [Fact]
    public void Rescaling_maps_bytes_to_minus_one_to_one() =>
        Assert.Equal([-1, 0, 1], LayerRunner.Run(new Rescaling(1 / 127.5f, -1), [3], [0, 127.5f, 255]));

    /// <summary>The examples of <c>keras.layers.Activation</c>: relu of −3, −1, 0, 2.</summary>
    [Fact]
    public void The_activation_layer_gives_the_values_of_Keras_documentation() =>
        Assert.Equal([0, 0, 0, 2], LayerRunner.Run(new ActivationLayer(Activation.Relu), [4], [-3, -1, 0, 2]));

    [Fact]
    public void Flatten_orders_height_first_and_channels_last()
    {
        var values = Enumerable.Range(0, 24).Select(i => (float)i).ToArray();
        Assert.Equal(values, LayerRunner.Run(new Flatten(), [3, 4, 2], values));
    }

    [Fact]
    public void A_custom_activation_is_a_name_and_a_function() =>
        Assert.Equal([9, 4, 0], LayerRunner.Run(new ActivationLayer(new Activation("square", x => x.Square())), [3], [-3, 2, 0]));

    /// <summary><c>keras.layers.UpSampling2D</c> and Keras' tests of it.</summary>
    [Fact]
    public void Up_sampling_repeats_pixels_as_in_Keras_documentation() => Assert.Equal(
        [0, 1, 2, 0, 1, 2, 3, 4, 5, 3, 4, 5, 6, 7, 8, 6, 7, 8, 9, 10, 11, 9, 10, 11],
        LayerRunner.Run(new UpSampling2D((1, 2)), [2, 1, 3], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]));

    /// <summary>Keras' <c>resizing_test.py</c>.</summary>
    [Fact]
    public void Resizing_gives_the_values_of_Keras_tests()
    {
        float[] image = [.. Enumerable.Range(0, 16).Select(i => (float)i)];
        Assert.Equal([5, 7, 13, 15], LayerRunner.Run(new Resizing(2, 2, ResizeInterpolation.Nearest), [4, 4, 1], image));
        Assert.Equal([0, 0, 1, 1, 0, 0, 1, 1, 2, 2, 3, 3, 2, 2, 3, 3], LayerRunner.Run(new Resizing(4, 4, ResizeInterpolation.Nearest), [2, 2, 1], image[..4]));
        Assert.Equal(
            [1, 2, 5, 6, 9, 10, 13, 14], LayerRunner.Run(new Resizing(4, 2, ResizeInterpolation.Nearest) { CropToAspectRatio = true }, [4, 4, 1], image));
    }

    /// <summary>Keras' <c>adaptive_pooling2d_test.py</c>.</summary>
    [Fact]
    public void Adaptive_pooling_gives_the_values_of_Keras_tests()
    {
        float[] image = [.. Enumerable.Range(1, 16).Select(i => (float)i)];
        Assert.Equal([3.5f, 5.5f, 11.5f, 13.5f], LayerRunner.Run(new AdaptiveAveragePooling2D(2), [4, 4, 1], image));
        Assert.Equal([6, 8, 14, 16], LayerRunner.Run(new AdaptiveMaxPooling2D(2), [4, 4, 1], image));
    }

    /// <summary>Keras' <c>layer_normalization_test.py</c>, <c>rms_normalization_test.py</c> and <c>group_normalization_test.py</c>, to their digits.</summary>
    [Fact]
    public void Normalizations_give_the_values_of_Keras_tests()
    {
        float[] numbers = [.. Enumerable.Range(0, 10).Select(i => (float)i)];
        Near([-0.41386f, 0.29307f, 1, 1.70693f, 2.41386f],
            LayerRunner.Run(new LayerNormalization { BetaInitializer = Initializer.Ones }, [5], numbers[..5]), 1e-5f);
        Near([0, 0.70693f, 1.41386f, 2.12079f, 2.82772f], LayerRunner.Run(new LayerNormalization { RmsScaling = true }, [5], numbers[..5]), 1e-5f);
        Near(
            [0, 0.18731716f, 0.37463433f, 0.5619515f, 0.74926865f, 0.9365858f, 1.123903f, 1.3112202f, 1.4985373f, 1.6858544f],
            LayerRunner.Run(new RMSNormalization(), [10], numbers), 2.4e-7f);
        float[] row = [-1, -1, 1, 1, 2, 2, 0, -2];
        Near([-0.898f, -0.898f, 0.539f, 0.539f, 1.257f, 1.257f, -0.180f, -1.616f], LayerRunner.Run(new GroupNormalization(1), [8], row), 1e-3f);
        Near([-1, -1, 1, 1, 0.904f, 0.904f, -0.301f, -1.507f], LayerRunner.Run(new GroupNormalization(2), [8], row), 1e-3f);
        Near([-1, -1, 0.904f, 0.904f, 1, 1, -0.301f, -1.507f], LayerRunner.Run(new GroupNormalization(2), [2, 4], [-1, -1, 2, 2, 1, 1, 0, -2]), 1e-3f);

        static void Near(float[] expected, float[] actual, float tolerance) =>
            Assert.Equal(expected, actual, (left, right) => MathF.Abs(left - right) <= tolerance);
    }
}
