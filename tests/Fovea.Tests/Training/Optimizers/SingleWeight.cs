using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Training;

/// <summary>
/// A model whose loss is the inner product of one weight with the input, so that the input is the weight's gradient: shows an optimizer
/// by itself, through the public interface.
/// </summary>
internal sealed class SingleWeight
{
    private readonly Sequential model;
    private readonly int size;

    public SingleWeight(Optimizer optimizer, params float[] start)
    {
        size = start.Length;
        model = new Sequential { new Input(size), new Dense(1) { UseBias = false } };
        model.Compile(optimizer, new Output());
        model.Weights.Single().Write(start);
    }

    public float[] Value => model.Weights.Single().Values.ToArray();

    /// <summary>One step of the optimizer with this gradient.</summary>
    public void Step(params float[] gradient) => model.Fit(new ArrayDataset(gradient, [size], [0], [1]), batchSize: 1);

    private sealed class Output : Loss
    {
        public override string Name => "output";

        public override Node Call(Node expected, Node predicted) => (predicted + expected).Reshape([predicted.Shape[0]]);
    }
}
