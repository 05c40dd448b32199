using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Tests.Engine;

namespace Fovea.Tests.Layers;

/// <summary>
/// Layers with random arguments on images of random shapes, among them one pixel, primes, strides larger than the kernel and odd numbers of channels. Output
/// and gradients of the plan, with every fusion that applies, are compared with the reference in float64.
/// </summary>
public class RandomLayerTests
{
    private static readonly int[] Sizes = [1, 2, 3, 5, 7, 8, 11, 13];
    private static readonly int[] Channels = [1, 2, 3, 4, 6, 12, 17, 33, 36];

    private static readonly (string Name, Func<RandomNumbers, Layer> Create)[] Layers =
    [
        ("Conv2DTranspose", random =>
            new Conv2DTranspose(Any(random, Channels), Window(random, 5), Window(random, 4), AnyPadding(random)) { DilationRate = Window(random, 2) }),
        ("SeparableConv2D", random =>
            new SeparableConv2D(Any(random, Channels), Window(random, 4), Window(random, 3), Padding.Same) { DepthMultiplier = 1 + random.NextInt(3) }),
        ("DepthwiseConv2D",
            random =>
            new DepthwiseConv2D(
            Window(random, 4), Window(random, 5), Padding.Same) { DepthMultiplier = 1 + random.NextInt(3), DilationRate = Window(random, 3) }),
        ("MaxPooling2D", random => new MaxPooling2D(Window(random, 5), Window(random, 6), Padding.Same)),
        ("AveragePooling2D", random => new AveragePooling2D(Window(random, 5), Window(random, 6), Padding.Same)),
        ("AdaptiveAveragePooling2D", random => new AdaptiveAveragePooling2D(Window(random, 9))),
        ("AdaptiveMaxPooling2D", random => new AdaptiveMaxPooling2D(Window(random, 9))),
        ("LayerNormalization",
            random => random.NextInt(3) switch { 0 => new LayerNormalization(1, 2, 3), 1 => new LayerNormalization(1), _ => new LayerNormalization() }),
        ("RMSNormalization", random => random.NextInt(2) == 0 ? new RMSNormalization() : new RMSNormalization(1, 3)),
        ("GroupNormalization", random => new GroupNormalization(random.NextInt(2) == 0 ? 1 : -1)),
        ("UnitNormalization", random => new UnitNormalization(1, 2, 3)),
        ("UpSampling2D", random => new UpSampling2D(Window(random, 4), (ResizeInterpolation)random.NextInt(5))),
        ("Resizing",
            random =>
            new Resizing(Any(random, Sizes), Any(random, Sizes), (ResizeInterpolation)random.NextInt(5))
            {
                CropToAspectRatio = random.NextInt(2) == 0, Antialias = random.NextInt(2) == 0,
            }),
    ];

    public static IEnumerable<TheoryDataRow<string, long>> Cases =>
        from layer in Layers from seed in Enumerable.Range(1, 8) select new TheoryDataRow<string, long>(layer.Name, seed);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_plan_of_any_shape_equals_the_reference(string name, long seed)
    {
        var random = new RandomNumbers(seed, stream: 7);
        var layer = Layers.First(row => row.Name == name).Create(random);
        Shape sample = [Any(random, Sizes), Any(random, Sizes), Any(random, Channels)];
        layer.EnsureBuilt([sample]);
        foreach (var weight in layer.Weights)
        {
            // Sums of some hundred products with weights of about 1/4 are of the size of 1.
            foreach (ref var value in weight.Variable.Overwrite()) value = random.NextNormal() / 4;
        }

        var input = new Node(new InputOp("x", sample.Prepend(1 + random.NextInt(3))));
        var context = new CallContext(training: false);
        var output = layer.Trace([input], context);
        var weighing = new Node(new InputOp("g", output.Shape));
        var graph =
            new Graph(
            [output, .. Differentiation.Gradients((output * weighing).Sum(), [input, .. layer.Weights.Select(weight => context.Read(weight.Variable))])]);
        var values = new Dictionary<Node, double[]>
        {
            [input] = PlanChecks.Fill(input.Shape, () => random.NextNormal()),
            [weighing] = PlanChecks.Fill(output.Shape, () => random.NextNormal()),
        };
        PlanChecks.Compare(graph, values, sums: Math.Max(input.Shape.Count, output.Shape.Count), minimumScale: 1);
    }

    private static Size2D Window(RandomNumbers random, int most) => (1 + random.NextInt(most), 1 + random.NextInt(most));

    private static Padding AnyPadding(RandomNumbers random) => random.NextInt(2) == 0 ? Padding.Valid : Padding.Same;

    private static int Any(RandomNumbers random, int[] values) => values[random.NextInt(values.Length)];
}
