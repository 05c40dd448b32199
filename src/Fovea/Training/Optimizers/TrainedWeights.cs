using Fovea.Engine;

namespace Fovea;

/// <summary>The weights that an optimizer has changed, with the tensors that it keeps for them.</summary>
/// <param name="optimizer">The optimizer.</param>
internal sealed class TrainedWeights(Optimizer optimizer)
{
    private readonly Dictionary<Variable, TrainedWeight> known = [];

    /// <summary>The weights of some layers that are trained as the layers are now. Those that were trained before keep their tensors.</summary>
    public IReadOnlyList<TrainedWeight> Of(IEnumerable<Layer> leaves)
    {
        var weights = new List<TrainedWeight>();
        foreach (var layer in leaves)
        {
            foreach (var weight in layer.OwnWeights.Where(weight => weight.IsTrained))
            {
                var trained = known.TryGetValue(weight.Variable, out var before)
                    ? before.At((float)layer.LearningRateMultiplier)
                    : TrainedWeight.Of(optimizer, layer, weight);
                known[weight.Variable] = trained;
                weights.Add(trained);
            }
        }

        return weights;
    }
}
