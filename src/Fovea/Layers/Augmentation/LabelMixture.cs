using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// The samples of a batch that each image was mixed of, such as by <see cref="MixUp"/>. Image i consists of the samples <c>Samples[i]</c> of all terms, with
/// shares <c>Weights[i]</c> that add up to 1.
/// </summary>
/// <param name="Terms">Nodes (batch): the numbers of samples, and their shares. The sample itself is the first.</param>
internal sealed record LabelMixture(IReadOnlyList<(Node Samples, Node Weights)> Terms)
{
    /// <summary>Images that are not mixed yet.</summary>
    public static LabelMixture Unmixed(int batch) => new([(Positions(batch), Arithmetic.Constant(1).BroadcastTo([batch]))]);

    /// <summary>The numbers 0, 1, 2, … of the samples.</summary>
    public static Node Positions(int count) =>
        new(new VariableOp(Variable.Constant("positions", [.. Enumerable.Range(0, count).Select(position => (float)position)])));

    /// <summary>Values of samples in the order of some samples.</summary>
    /// <param name="values">The values, (batch, …).</param>
    /// <param name="samples">The numbers of samples, (batch).</param>
    public static Node Gather(Node values, Node samples)
    {
        var table = values.Reshape([values.Shape[0], values.Shape.Count / values.Shape[0]]);
        return table.Rows(samples).Reshape(values.Shape);
    }

    /// <summary>Mixes each image with a partner, which may be mixed itself.</summary>
    /// <param name="partners">The number of each image's partner, (batch).</param>
    /// <param name="weights">The share of the image itself, (batch); that of the partner is 1 − weight.</param>
    public LabelMixture With(Node partners, Node weights) => new(
    [
        .. Terms.Select(term => (term.Samples, term.Weights * weights)),
        .. Terms.Select(term => (Gather(term.Samples, partners), Gather(term.Weights, partners) * (1 - weights))),
    ]);

    /// <summary>For each image this mixture where a condition, (batch), is 1, and another where it is 0.</summary>
    public LabelMixture Where(Node condition, LabelMixture other)
    {
        var terms = new (Node, Node)[Math.Max(Terms.Count, other.Terms.Count)];
        for (var i = 0; i < terms.Length; i++)
        {
            var (chosen, rest) = (TermAt(i), other.TermAt(i));
            terms[i] = (Choose(chosen.Samples, rest.Samples), Choose(chosen.Weights, rest.Weights));
        }

        return new LabelMixture(terms);

        Node Choose(Node left, Node right) => left == right ? left : (left * condition) + (right * (1 - condition));
    }

    /// <summary>The mixed values, Σ weight · value of the sample.</summary>
    /// <param name="values">The values of the samples, (batch, …).</param>
    public Node Mix(Node values) => Sum((samples, weights) =>
        Gather(values, samples) * weights.Reshape([weights.Shape[0], .. Enumerable.Repeat(1, values.Shape.Rank - 1)]));

    /// <summary>The sum of a function of all terms.</summary>
    public Node Sum(Func<Node, Node, Node> term) => Terms.Select(each => term(each.Samples, each.Weights)).Aggregate((sum, next) => sum + next);

    /// <summary>The sample with the largest share in each image, (batch); of equal shares the first.</summary>
    public Node Dominant()
    {
        var (samples, weights) = Terms[0];
        foreach (var (nextSamples, nextWeights) in Terms.Skip(1))
        {
            var isLarger = nextWeights > weights;
            (samples, weights) = ((nextSamples * isLarger) + (samples * (1 - isLarger)), weights.Maximum(nextWeights));
        }

        return samples;
    }

    private (Node Samples, Node Weights) TermAt(int index) => index < Terms.Count ? Terms[index] : (Terms[0].Samples, 0 * Terms[0].Weights);
}
