using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>
/// The effect of padding on the output of a convolution. Without padding the kernel fits only inside the input, and the output is smaller.
/// With <see cref="Fovea.Padding.Same"/> zeros surround the input, and the size stays. Both are computed with the layer's input, kernels, bias
/// and activation, always with a stride of 1.
/// </summary>
/// <param name="Step">The step for which it is computed.</param>
/// <param name="ValidWindow">The geometry without padding; <see langword="null"/> if the kernel is larger than the input.</param>
/// <param name="Valid">The filter's output without padding, (height, width); <see langword="null"/> if the kernel is larger than the input.</param>
/// <param name="SameWindow">The geometry with padding.</param>
/// <param name="Same">The filter's output with padding, as large as the input.</param>
public sealed record BorderEffect(ConvolutionStep Step, Window2D? ValidWindow, Tensor? Valid, Window2D SameWindow, Tensor Same)
{
    internal static BorderEffect Of(ConvolutionStep step)
    {
        var use = step.Use;
        var region = step.PatchRegion;
        var same = use.Respond(1, Padding.Same);
        if (region.Height > use.Input.Shape[1] || region.Width > use.Input.Shape[2])
            return new BorderEffect(step, null, null, use.WindowFor(1, Padding.Same), Map(use.Graph.Compute(step.Image, same)[0]));
        var maps = use.Graph.Compute(step.Image, use.Respond(1, Padding.Valid), same);
        return new BorderEffect(step, use.WindowFor(1, Padding.Valid), Map(maps[0]), use.WindowFor(1, Padding.Same), Map(maps[1]));

        Tensor Map(Tensor output) => ConvolutionUse.MapOf(output, step.Filter);
    }
}
