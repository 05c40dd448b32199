namespace Fovea;

/// <summary>
/// Finds the weights that the values before a model's softmax or sigmoid, or its logits, are proportional to: dividing them all divides those values.
/// </summary>
internal static class LastWeights
{
    /// <summary>What follows the layer that is looked at.</summary>
    private enum End
    {
        /// <summary>Nothing that changes values.</summary>
        None,

        /// <summary>A softmax or a sigmoid.</summary>
        Squashed,

        /// <summary>Layers such as a pooling, and no softmax or sigmoid: one before them is not the last step.</summary>
        Computed,
    }

    /// <summary>The kernel and the bias of the last dense layer or convolution, or gamma and beta of a batch normalization.</summary>
    /// <param name="model">The model.</param>
    /// <param name="areLabels">Whether its outputs are several labels, rather than classes that exclude each other.</param>
    /// <exception cref="NotSupportedException">The model does not end in one.</exception>
    public static IReadOnlyList<Weight> Of(Model model, bool areLabels)
    {
        if (model.Outputs.Count != 1) throw Refusal(model, $"it has {model.Outputs.Count} outputs");
        return Before(model, model, model.Output, End.None, areLabels);
    }

    private static IReadOnlyList<Weight> Before(Model whole, Model model, SymbolicTensor value, End end, bool areLabels)
    {
        while (true)
        {
            var layer = value.Layer;
            RequireOneUse(whole, model, value);
            switch (layer)
            {
                case Model within:
                    return Before(whole, within, within.Outputs[value.Index], end, areLabels);
                case ActivationLayer or BiasedLayer when !areLabels && ActivationOf(layer) == Activation.Sigmoid && whole.OutputShape.Count > 1:
                    throw Refusal(whole, "its outputs are several sigmoids, which are not the probabilities of one class each");
                case Softmax or ActivationLayer or BiasedLayer when areLabels && ActivationOf(layer) == Activation.Softmax:
                    throw Refusal(whole, "its outputs are a softmax, whose classes exclude each other, and not several labels");
                case Softmax or ActivationLayer when IsSquashing(ActivationOf(layer)) && end == End.None:
                    end = End.Squashed;
                    break;
                case BiasedLayer last when IsSquashing(last.Activation) ? end == End.None : KeepsFactors(last.Activation):
                    // A separable convolution has two kernels; dividing the second is enough.
                    return [.. last.Weights.Where(weight => weight.Name == "bias"), last.Weights.Last(weight => weight.Name != "bias")];
                case BatchNormalization { Scale: true } normalization:
                    return [.. normalization.Weights.Where(weight => weight.Name is "gamma" or "beta")];
                default:
                    if (layer is Fovea.Input || value.Inputs.Count != 1 || !KeepsFactors(layer)) throw Refusal(whole, $"it ends in {layer.Subject}");
                    if (end == End.None && layer is { OnlyReshapes: false, ActsOnlyInTraining: false }) end = End.Computed;
                    break;
            }

            value = value.Inputs[0];
        }
    }

    /// <summary>Whether factor · x gives factor · y, for a positive factor.</summary>
    private static bool KeepsFactors(Layer layer) => layer is { OnlyReshapes: true } or { IsPooling: true } or { ActsOnlyInTraining: true }
        or Permute or Cropping2D or ZeroPadding2D or UpSampling2D or ReLU { MaxValue: null, Threshold: 0 } or LeakyReLU
        || (layer is ActivationLayer { Activation: var activation } && KeepsFactors(activation));

    private static bool KeepsFactors(Activation activation) =>
        activation == Activation.Linear || activation == Activation.Relu || activation == Activation.LeakyRelu;

    private static Activation? ActivationOf(Layer layer) => layer switch
    {
        ActivationLayer { Activation: var activation } => activation,
        BiasedLayer { Activation: var activation } => activation,
        Softmax => Activation.Softmax,
        _ => null,
    };

    private static bool IsSquashing(Activation? activation) => activation == Activation.Softmax || activation == Activation.Sigmoid;

    /// <summary>Nothing else may depend on the values that are divided.</summary>
    private static void RequireOneUse(Model whole, Model model, SymbolicTensor value)
    {
        var topology = model.Topology;
        var uses = topology.Calls.Sum(call => call.Inputs.Count(input => input == value)) + topology.Outputs.Count(output => output == value);
        if (uses > 1 || topology.Calls.Count(call => call.Layer == value.Layer) > 1) throw Refusal(whole, $"{value.Layer.Subject} is used several times");
    }

    private static NotSupportedException Refusal(Model model, string reason) => new(
        $"TemperatureScaling: expected a model that ends in a dense layer, a convolution or a batch normalization with a softmax or sigmoid after it; "
            + $"'{model.Name}' does not: {reason}. TemperatureScaling.Apply corrects its predictions instead.");
}
