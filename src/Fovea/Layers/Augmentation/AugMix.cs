using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// In training, mixes each image with several chains of changes of it: w · image + (1 − w) · Σ vₖ · chainₖ(image), with w from the distribution Beta(α, α) and
/// shares v from the Dirichlet distribution of α. The operations are those of <see cref="RandAugment"/>. In inference it returns its input.
/// <c>keras.layers.AugMix</c>; Hendrycks et al. 2020.
/// </summary>
/// <remarks>
/// Boxes and masks stay as they are, since the image itself keeps its place. Each image is equalized by itself; Keras counts the pixels of the whole batch.
/// </remarks>
/// <param name="numChains">The number of chains.</param>
/// <param name="chainDepth">The largest number of operations of a chain. Each is left out with a probability of one operation.</param>
/// <param name="factor">The range of the strength, from 0 to 1; 0 to 0.3 by default. A single number f means 0 to f.</param>
/// <param name="alpha">α, above 0.</param>
/// <param name="allOps">Whether brightness, color degeneration, contrast and sharpness are among the operations.</param>
/// <param name="interpolation">How values between pixels are interpolated.</param>
public sealed class AugMix(
    int numChains = 3, int chainDepth = 3, FactorRange? factor = null, double alpha = 1, bool allOps = true,
        Interpolation interpolation = Interpolation.Bilinear)
    : ImageAugmentation
{
    /// <summary>The numbers of the operations in <see cref="RandomChanges"/>; brightness, color degeneration, contrast and sharpness are last.</summary>
    private static readonly int[] Operations = [0, 1, 2, 7, 8, 9, 10, 3, 4, 5, 6];

    /// <summary>The number of chains.</summary>
    public int NumChains { get; } = numChains.AtLeast(1, nameof(AugMix), nameof(numChains));

    /// <summary>The largest number of operations of a chain.</summary>
    public int ChainDepth { get; } = chainDepth.AtLeast(1, nameof(AugMix), nameof(chainDepth));

    /// <summary>The range of the strength.</summary>
    public FactorRange Factor { get; } = (factor ?? 0.3).From(0).Within(0, 1, nameof(AugMix), nameof(factor));

    /// <summary>The parameter of the distributions of shares.</summary>
    public double Alpha { get; } = alpha > 0 && float.IsFinite((float)alpha)
        ? Config.Shortest((float)alpha)
        : throw ArgumentRules.Wrong(nameof(AugMix), nameof(alpha), $"a number above 0", alpha);

    /// <summary>Whether brightness, color degeneration, contrast and sharpness are among the operations.</summary>
    public bool AllOps { get; } = allOps;

    /// <summary>How values between pixels are interpolated.</summary>
    public Interpolation Interpolation { get; } = interpolation.Defined(nameof(AugMix), nameof(interpolation));

    /// <summary>The smallest and largest value of a pixel: (0, 255) by default; (0, 1) for scaled images.</summary>
    public (double Low, double High) ValueRange { get; init => field = AffineAugmentation.Range(value, nameof(AugMix)); } = (0, 255);

    /// <summary>
    /// Whether operations and shares are drawn once for all images of a batch, as in Keras and in layers from its files. By default they are drawn for each
    /// image.
    /// </summary>
    public bool PerBatch { get; init; }

    /// <inheritdoc/>
    protected override ImageNodes Augment(ImageNodes nodes, CallContext context)
    {
        PolicyImages.Require(this, nodes.Images.Shape);
        var (images, batch, alpha) = (nodes.Images, nodes.Images.Shape[0], Arithmetic.Constant(Alpha));
        var shares = ForEach(RandomMixing.Dirichlet(context, PerBatch ? 1 : batch, NumChains, alpha, PerBatch));
        var own = ForEach(RandomMixing.Dirichlet(context, PerBatch ? 1 : batch, 2, alpha, PerBatch)).Slice(1, 0, 1).Reshape([batch, 1, 1, 1]);
        Node? mixed = null;
        for (var chain = 0; chain < NumChains; chain++)
        {
            var changed = shares.Slice(1, chain, 1).Reshape([batch, 1, 1, 1]) * Chain(images, context);
            mixed = mixed is null ? changed : mixed + changed;
        }

        return nodes with { Images = ((own * images) + ((1 - own) * mixed!)).Clip((float)ValueRange.Low, (float)ValueRange.High) };

        Node ForEach(Node drawn) => drawn.BroadcastTo([batch, drawn.Shape[1]]);
    }

    private Node Chain(Node images, CallContext context)
    {
        float[] operations = [.. Operations[..(AllOps ? 11 : 7)].Select(operation => (float)operation), RandomChanges.Count];
        var table = new Node(new VariableOp(Variable.Constant("operations", operations))).Reshape([operations.Length, 1]);
        var (changes, batch) = (new RandomChanges(Factor, ValueRange, Interpolation), images.Shape[0]);
        for (var depth = 0; depth < ChainDepth; depth++)
        {
            var drawn = (RandomMixing.Uniform(context, batch, PerBatch) * operations.Length).Floor();
            images = changes.Apply(new ImageNodes(images), table.Rows(drawn.Reshape([batch])), context).Images;
        }

        return images;
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("data_format", "channels_last");
        config.Set("value_range", (FactorRange)ValueRange);
        config.Set("num_chains", NumChains);
        config.Set("chain_depth", ChainDepth);
        config.Set("factor", Factor);
        config.Set("alpha", Alpha);
        config.Set("all_ops", AllOps);
        config.SetChoice(Interpolation, PerBatch);
    }

    internal static AugMix FromConfig(Config config)
    {
        config.Require("data_format", "channels_last");
        var range = config.GetFactor("value_range", (0, 255));
        var (interpolation, perBatch) = config.GetChoice();
        return new AugMix(
            config.GetInt("num_chains", 3), config.GetInt("chain_depth", 3), config.GetFactor("factor", 0.3), config.GetFloat("alpha", 1),
            config.GetBool("all_ops", true), interpolation)
        {
            ValueRange = (range.Low, range.High),
            PerBatch = perBatch,
        };
    }
}
