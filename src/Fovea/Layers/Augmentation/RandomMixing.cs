using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Random draws of layers that mix images: partners and shares.</summary>
internal static class RandomMixing
{
    /// <summary>The number of candidates for each number. One is accepted with a probability above 0.95, so that 8 fail once in 10¹⁰ numbers.</summary>
    private const int Candidates = 8;

    /// <summary>A uniform number in [0, 1) for each image, (batch, 1), or the same for all images of a batch.</summary>
    public static Node Uniform(CallContext context, int batch, bool perBatch) =>
        perBatch ? context.RandomUniform([1, 1], perBatch: true).BroadcastTo([batch, 1]) : context.RandomUniform([batch, 1], perBatch: false);

    /// <summary>
    /// A random permutation of the samples of a batch or a shard, (batch): the ranks of one uniform number for each sample. A sample may be its own partner.
    /// </summary>
    public static Node Partners(CallContext context, int batch)
    {
        Node drawn = context.RandomUniform([batch, 1], perBatch: false), positions = LabelMixture.Positions(batch);
        Node others = drawn.Reshape([1, batch]), isEarlier = positions.Reshape([1, batch]) < positions.Reshape([batch, 1]);
        return ((others < drawn) + (others.EqualTo(drawn) * isEarlier)).Sum(1);
    }

    /// <summary>
    /// Draws the logarithms of numbers with a gamma distribution of scale 1: Marsaglia and Tsang 2000, "A simple method for generating gamma variables", for
    /// the shape α + 1, times u^(1/α). Logarithms, since numbers of a small α are often too small for float32.
    /// </summary>
    /// <param name="context">The graph.</param>
    /// <param name="shape">The shape of the result.</param>
    /// <param name="alpha">The shape parameter α, above 0: a scalar or one that broadcasts.</param>
    /// <param name="perBatch">Whether the numbers are drawn once per batch.</param>
    public static Node LogGamma(CallContext context, Shape shape, Node alpha, bool perBatch)
    {
        var d = alpha + (2 / 3f);  // (α + 1) − 1/3
        var c = 1 / (9 * d).Sqrt();
        Node? accepted = null;
        for (var i = 0; i < Candidates; i++)
        {
            var normal = context.RandomNormal(shape, perBatch);
            var root = (1 + (c * normal)).AtLeast(1e-6f);
            var v = root * root * root;
            var limit = (0.5f * normal.Square()) + (d * (1 - v + v.Log()));
            var isGood = ((1 - context.RandomUniform(shape, perBatch)).Log() < limit) * (1 + (c * normal) > 1e-6f);
            accepted = accepted is null ? v : (isGood * v) + ((1 - isGood) * accepted);
        }

        return (d * accepted!).Log() + ((1 - context.RandomUniform(shape, perBatch)).Log() / alpha);
    }

    /// <summary>One number for each image, (batch), with the distribution Beta(α, α): G₁ / (G₁ + G₂) of two gamma numbers.</summary>
    public static Node Beta(CallContext context, int batch, Node alpha)
    {
        var logs = LogGamma(context, [batch, 2], alpha, perBatch: false);
        return (logs.Slice(1, 0, 1) - logs.Slice(1, 1, 1)).Sigmoid().Reshape([batch]);
    }

    /// <summary>Shares (rows, count) that add up to 1 in each row, with the Dirichlet distribution of equal parameters α.</summary>
    public static Node Dirichlet(CallContext context, int rows, int count, Node alpha, bool perBatch) =>
        LogGamma(context, [rows, count], alpha, perBatch).Softmax();
}
