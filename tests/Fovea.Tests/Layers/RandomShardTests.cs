using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Engine.Planning;

namespace Fovea.Tests.Layers;

/// <summary>Random numbers belong to the samples of the whole batch, however it is divided.</summary>
public class RandomShardTests
{
    private const int Samples = 7;

    /// <summary>All layers that draw, and all that act only in training, except those that mix images of the same shard.</summary>
    private static readonly LayerCase[] Rows =
        [.. LayerCases.All.Where(row => row.Create() is not (MixUp or CutMix) and var layer && (Draws(row) || layer.ActsOnlyInTraining))];

    public static IEnumerable<TheoryDataRow<string>> Cases => Rows.Select(row => new TheoryDataRow<string>(row.Name));

    /// <summary>Shards of two samples and more: kernels may add up a single image, as for the contrast, in another order than several.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void A_layer_gives_a_sample_the_same_values_in_a_shard_as_in_the_batch(string name)
    {
        var row = Rows.Single(row => row.Name == name);
        var layer = row.Create();
        layer.EnsureBuilt([.. Enumerable.Repeat(row.Input, row.Inputs)]);
        foreach (var weight in layer.Weights) weight.Initializer.Fill(weight.Variable.Overwrite(), weight.Variable.Shape, 7);
        var values = LayerRunner.Normal(Samples * row.Input.Count);
        var whole = Run(layer, row, values, 0, Samples);
        foreach (var (first, count) in new[] { (0, 3), (3, 4), (0, 2), (2, 5), (5, 2) })
        {
            var length = whole.Length / Samples;
            Assert.True(
                Run(layer, row, values, first, count).AsSpan().SequenceEqual(whole.AsSpan(first * length, count * length)), $"{count} samples from {first} on");
        }
    }

    /// <summary>
    /// Every layer has a row (<see cref="LayerTests"/>), so every layer that draws has a case. Batch normalization and equalization differ in training, but
    /// draw nothing.
    /// </summary>
    [Fact]
    public void All_random_layers_draw_from_their_context() =>
        Assert.All(
            LayerCases.All.Where(row => row.IsRandom && row.Create() is not (BatchNormalization or Equalization)), row => Assert.True(Draws(row), row.Name));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_draw_for_the_whole_batch_is_equal_in_all_shards(bool isNormal)
    {
        var layer = new LambdaLayer((input, context) =>
            input + (isNormal ? context.RandomNormal([1, 3], perBatch: true) : context.RandomUniform([1, 3], perBatch: true)));
        var row = new LayerCase("draws", () => layer, [3], [3]);
        layer.EnsureBuilt([[3]]);
        var values = new float[Samples * 3];
        var drawn = Run(layer, row, values, 0, Samples)[..3];
        Assert.Equal(3, drawn.Distinct().Count());
        for (var first = 0; first < Samples; first++) Assert.Equal(drawn, Run(layer, row, values, first, 1));
    }

    /// <summary>The batch is that of the outermost layer, also where a contained layer receives the batch joined with another dimension.</summary>
    [Fact]
    public void A_layer_may_join_the_batch_and_another_dimension()
    {
        var row = new LayerCase("frames", () => new OverFrames(new Dropout(0.5)), [5, 6], [5, 6]);
        var layer = row.Create();
        layer.EnsureBuilt([row.Input]);
        var values = LayerRunner.Normal(Samples * row.Input.Count);
        var whole = Run(layer, row, values, 0, Samples);
        Assert.Equal(whole[60..], Run(layer, row, values, 2, 5));
        Assert.Equal(whole[180..], Run(layer, row, values, 6, 1));
        Assert.InRange(whole.Count(value => value == 0), 70, 140);
    }

    [Fact]
    public void The_first_dimension_decides_where_nothing_is_said()
    {
        Assert.Equal((3, 6, 0, 0, 3, 0), Values(4));
        Assert.Equal((3, 6, 12, 3, 3, 0), Values(1));  // one sample: shapes do not tell

        static (int, int, int, int, int, int) Values(int batch)
        {
            var drawn = new List<Node>();
            var layer = new LambdaLayer((input, context) =>
            {
                drawn.AddRange(
                    context.RandomUniform([batch, 3]), context.RandomUniform([2 * batch, 3]), context.RandomUniform([3, 4]), context.RandomUniform([3]),
                    context.RandomUniform([batch, 3], perBatch: false), context.RandomUniform([batch, 3], perBatch: true));
                return input;
            });
            layer.EnsureBuilt([[3]]);
            layer.Trace([new Node(new InputOp("x", [batch, 3]))], new CallContext(training: true));
            int[] counts = [.. drawn.Select(node => ((RandomUniformOp)node.Op).ValuesPerSample)];
            return (counts[0], counts[1], counts[2], counts[3], counts[4], counts[5]);
        }
    }

    [Fact]
    public void A_draw_for_each_sample_needs_the_batch_as_its_first_dimension()
    {
        var layer = new LambdaLayer((input, context) => input + context.RandomNormal([1, 3], perBatch: false));
        layer.EnsureBuilt([[3]]);
        var error = Assert.Throws<ShapeException>(() => layer.Trace([new Node(new InputOp("x", [4, 3]))], new CallContext(training: true)));
        Assert.Equal(
            "LambdaLayer: expected random numbers whose first dimension is the batch of 4 or a multiple of it; received (1, 3). "
            + "Draw them once per batch: perBatch: true.", error.Message);
    }

    private static bool Draws(LayerCase row)
    {
        var context = new CallContext(training: true);
        var layer = row.Create();
        if (layer is Input) return false;
        layer.EnsureBuilt([.. Enumerable.Repeat(row.Input, row.Inputs)]);
        layer.Trace([.. Enumerable.Repeat(new Node(new InputOp("x", row.Input.Prepend(2))), row.Inputs)], context);
        return context.RandomKey is not null;
    }

    /// <summary>Runs a layer in training on some consecutive samples.</summary>
    private static float[] Run(Layer layer, LayerCase row, float[] values, int first, int count)
    {
        var input = new Node(new InputOp("input", row.Input.Prepend(count)));
        var context = new CallContext(training: true);
        var plan = Plan.Compile(new Graph([layer.Trace([.. Enumerable.Repeat(input, row.Inputs)], context)]));
        values.AsSpan(first * row.Input.Count, count * row.Input.Count).CopyTo(plan.Input(input));
        if (context.RandomKey is { } key) RandomKey.Write(seed: 3, step: 8, plan.Input(key), first);
        plan.Run();
        return plan.Output(0).ToArray();
    }

    private sealed class LambdaLayer(Func<Node, CallContext, Node> call) : Layer
    {
        protected override Node Call(Node input, CallContext context) => call(input, context);
    }

    /// <summary>Applies a layer to each frame of a sequence.</summary>
    private sealed class OverFrames : Layer
    {
        private readonly Layer part;

        public OverFrames(Layer part) => this.part = Contain(part);

        protected override Node Call(Node input, CallContext context) =>
            context.Call(part, input.Reshape([input.Shape[0] * input.Shape[1], .. input.Shape.Dimensions[2..]])).Reshape(input.Shape);
    }
}
