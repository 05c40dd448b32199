using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Measures the means and variances of the batches of an epoch in all batch normalizations. Before each batch the moving averages are 0, so that after it they
/// are the statistics of the batch times (1 − momentum), or a weighted mean of the statistics of all uses of the layer.
/// </summary>
internal sealed class NormalizationStatistics : Callback
{
    private readonly Model model;
    private readonly List<Measured> measured;
    private long samples;

    private NormalizationStatistics(Model model, List<Measured> measured) => (this.model, this.measured) = (model, measured);

    /// <summary>Whether the model has no batch normalization that measures batches.</summary>
    public bool IsEmpty => measured.Count == 0;

    public static NormalizationStatistics Of(Model model)
    {
        var uses = new Dictionary<BatchNormalization, int>();
        Count(model, uses);
        return new NormalizationStatistics(model,
        [
            .. from use in uses
               where use.Key is { Trainable: true, Momentum: < 1 }
               from weight in use.Key.Weights
               where !weight.Trainable
               select new Measured(weight.Variable, 1 - Math.Pow((float)use.Key.Momentum, use.Value)),
        ]);
    }

    /// <summary>Sets the moving averages to 0 for the first batch.</summary>
    public void Begin()
    {
        using var pass = model.WriteWeights();
        foreach (var (variable, _) in measured) variable.Overwrite().Clear();
    }

    public override void OnBatchEnd(TrainingProgress progress)
    {
        var count = progress.SamplesSeen - samples;
        samples = progress.SamplesSeen;
        foreach (var each in measured) each.Add(count);
        Begin();
    }

    /// <summary>Writes the means over all batches.</summary>
    public void Apply()
    {
        using var pass = model.WriteWeights();
        foreach (var each in measured) each.Write(samples);
    }

    /// <summary>Counts how often each layer is used in a step.</summary>
    private static void Count(Model model, Dictionary<BatchNormalization, int> uses)
    {
        foreach (var call in model.Topology.Calls)
        {
            if (call.Layer is Model inner) Count(inner, uses);
            else if (call.Layer is BatchNormalization layer) uses[layer] = uses.GetValueOrDefault(layer) + 1;
        }
    }

    /// <param name="Variable">A moving mean or variance.</param>
    /// <param name="Share">The sum of the weights of the batch's statistics in it.</param>
    private sealed record Measured(Variable Variable, double Share)
    {
        private readonly double[] sums = new double[Variable.Shape.Count];

        public void Add(long count)
        {
            var values = Variable.Values;
            for (var i = 0; i < sums.Length; i++) sums[i] += values[i] * count;
        }

        public void Write(long samples)
        {
            var values = Variable.Overwrite();
            for (var i = 0; i < sums.Length; i++) values[i] = (float)(sums[i] / (Share * samples));
        }
    }
}
