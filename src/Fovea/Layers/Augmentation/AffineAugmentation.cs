using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Functions that augmentation layers share: random numbers per image.</summary>
internal static class AffineAugmentation
{
    /// <summary>One number per image, (batch, 1), drawn uniformly from a range at each step.</summary>
    public static Node Draw(CallContext context, Node images, FactorRange range, float offset = 0) =>
        (context.RandomUniform([images.Shape[0], 1]) * Arithmetic.Constant((float)range.High - (float)range.Low)) + ((float)range.Low + offset);

    /// <summary>One number per image, (batch, 1): 1 with the given probability, else 0.</summary>
    public static Node Coin(CallContext context, Node images, float probability) => One(images).Mask(probability - context.RandomUniform([images.Shape[0], 1]));

    /// <summary>One number per image, (batch, 1): 1 with a probability that is drawn from a range for each image, else 0.</summary>
    public static Node Coin(CallContext context, Node images, FactorRange probability) =>
        One(images).Mask(Draw(context, images, probability) - context.RandomUniform([images.Shape[0], 1]));

    /// <summary>A vector of constants.</summary>
    public static Node Vector(CallContext context, params ReadOnlySpan<float> values) => context.Read(Variable.Constant("vector", values));

    /// <summary>The number 1 for each image, (batch, 1).</summary>
    public static Node One(Node images) => Arithmetic.Constant(1).BroadcastTo([images.Shape[0], 1]);

    /// <summary>Demands a range of pixel values with the lower number first.</summary>
    public static (double Low, double High) Range((double Low, double High) value, string subject) =>
        (float)value.Low < (float)value.High && float.IsFinite((float)value.High - (float)value.Low)
        ? (Config.Shortest((float)value.Low), Config.Shortest((float)value.High))
        : throw ArgumentRules.Wrong(subject, "ValueRange", $"two finite numbers, the lower one first", value);
}
