using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea;

/// <summary>Nodes of a model's graph, compiled for one batch size: a plan, and the nodes of the model's inputs.</summary>
/// <param name="plan">The compiled graph.</param>
/// <param name="inputs">The model's inputs. The plan lacks those that no result depends on.</param>
/// <param name="randomKey">The seed and the step of random ops; null where there are none.</param>
internal class CompiledModel(Plan plan, IReadOnlyList<Node> inputs, Node? randomKey = null)
{
    /// <summary>The memory of one run for activations, gradients and scratch, in bytes.</summary>
    public long ArenaBytes => sizeof(float) * plan.ArenaFloats;

    /// <summary>The cost of each step of the plan, in the order of the run.</summary>
    public IReadOnlyList<StepCost> Costs => plan.Costs;

    protected Plan Plan => plan;

    /// <summary>Compiles a model's prediction, with memory and constants that other plans may share.</summary>
    /// <param name="program">The prediction for one batch size.</param>
    /// <param name="memory">The arena.</param>
    /// <param name="store">Keeps values that depend on weights alone.</param>
    public static CompiledModel ForPrediction(PredictionProgram program, PlanMemory memory, ValueCache store) =>
        new(new Plan(program.Program, memory, store), program.Inputs);

    public Span<float> Input(int index = 0) => plan.Input(inputs[index]);

    /// <summary>A result of the last run.</summary>
    public ReadOnlySpan<float> Output(int index = 0) => plan.Output(index);

    /// <summary>Copies the samples of an input into the plan.</summary>
    public void Write(int input, ReadOnlySpan<float> values)
    {
        if (plan.Has(inputs[input])) values.CopyTo(plan.Input(inputs[input]));
    }

    /// <summary>Lets the next run read a batch where it was assembled.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="row">The index of the first sample that is read.</param>
    public virtual void Read(BatchBuffer batch, int row = 0)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            if (plan.Has(inputs[i])) plan.Bind(inputs[i], batch.Inputs[i].Buffer, row * batch.Inputs[i].Length);
        }
    }

    /// <summary>Lets the next runs read their inputs in memory that plans share.</summary>
    public void Read(InputBuffers buffers)
    {
        for (var i = 0; i < inputs.Count; i++)
        {
            if (plan.Has(inputs[i])) plan.Bind(inputs[i], buffers[i]);
        }
    }

    /// <summary>Sets where random ops draw from: the same seed and step give the same values to the same sample of a batch.</summary>
    public void WriteRandomKey(long seed, long step, int firstSample = 0)
    {
        if (randomKey is not null && plan.Has(randomKey)) RandomKey.Write(seed, step, plan.Input(randomKey), firstSample);
    }

    public void Run() => plan.Run();

    /// <summary>Runs on the calling thread only, for callers that run several models at a time.</summary>
    public void RunAlone() => plan.RunAlone();

    /// <summary>Runs, and adds the time of each step of the plan to its element.</summary>
    public void RunTimed(Span<double> seconds) => plan.RunTimed(seconds);

    /// <summary>Runs on the calling thread alone and reports the time of every work unit.</summary>
    public void RunUnits(UnitObserver observe) => plan.RunUnits(observe);

    /// <summary>Returns what it shares with other plans. It is not run again.</summary>
    public void Retire() => plan.Retire();
}

/// <summary>A model's prediction laid out for one batch size and size of its inputs; plans on any threads share it.</summary>
internal sealed record PredictionProgram(PlanProgram Program, Node[] Inputs)
{
    public static readonly PlanOptions Options = new() { IsInference = true };

    public static PredictionProgram Of(Topology topology, int batchSize, ModelSize size)
    {
        var inputs = topology.InputNodes(batchSize, size);
        return new PredictionProgram(PlanProgram.Compile(new Graph(topology.TraceOutputs(inputs, new CallContext(training: false))), Options), inputs);
    }
}
