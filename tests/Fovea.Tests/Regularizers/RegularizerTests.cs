using System.Text.Json;
using System.Text.Json.Nodes;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Engine.Reference;

namespace Fovea.Tests.Training;

/// <summary>Penalties on weights and outputs, and constraints that are applied after each step.</summary>
public class RegularizerTests
{
    /// <summary>What <c>tests/Golden/make_layers_a.py</c> computed with PyTorch in float64.</summary>
    [Fact]
    public void Penalties_and_constraints_equal_PyTorch()
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Golden", "regularizers.json")));
        foreach (var golden in json.RootElement.EnumerateArray())
        {
            double[] Numbers(string name) => [.. golden.GetProperty(name).EnumerateArray().Select(number => number.GetDouble())];
            var written =
                JsonNode.Parse($$"""{"class_name":"{{golden.GetProperty("class").GetString()}}","config":{{golden.GetProperty("config").GetRawText()}}}""")!;
            var x = new Node(new InputOp("x", new Shape([.. golden.GetProperty("shape").EnumerateArray().Select(size => size.GetInt32())])));
            var isPenalty = golden.TryGetProperty("gradient", out _);
            var y = isPenalty ? RegularizerCatalog.Known.Read(written, "layer").Penalty(x) : ConstraintCatalog.Known.Read(written, "layer").Apply(x);
            var computed = ReferenceInterpreter.Run(
                new Graph(isPenalty ? [y, .. Differentiation.Gradients(y, [x])] : [y]), new Dictionary<Node, double[]> { [x] = Numbers("x") });
            double[][] expected = isPenalty ? [Numbers("y"), Numbers("gradient")] : [Numbers("y")];

            // Factors and Keras' epsilon are float32.
            for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], computed[i], (a, b) => Math.Abs(a - b) <= 1e-7 * Math.Max(1, Math.Abs(a)));
        }
    }

    [Fact]
    public void They_are_written_as_Keras_writes_them_and_read_again()
    {
        AssertWritten("""{"module":"keras.regularizers","class_name":"L1","config":{"l1":0.25},"registered_name":null}""", new L1(0.25f));
        AssertWritten("""{"module":"keras.regularizers","class_name":"L2","config":{"l2":0.01},"registered_name":null}""", new L2());
        AssertWritten("""{"module":"keras.regularizers","class_name":"L1L2","config":{"l1":0.5,"l2":0},"registered_name":null}""", new L1L2(0.5f));
        AssertWritten(
            """{"module":"keras.regularizers","class_name":"OrthogonalRegularizer","config":{"factor":0.01,"mode":"columns"},"registered_name":null}""",
            new OrthogonalRegularizer(Mode: MatrixPart.Columns));
        AssertWritten("""{"module":"keras.constraints","class_name":"NonNeg","config":{},"registered_name":null}""", new NonNegative());
        AssertWritten("""{"module":"keras.constraints","class_name":"MaxNorm","config":{"max_value":2,"axis":0},"registered_name":null}""", new MaxNorm());
        AssertWritten(
            """{"module":"keras.constraints","class_name":"UnitNorm","config":{"axis":[0,1,2]},"registered_name":null}""", new UnitNorm { Axes = [0, 1, 2] });
        AssertWritten(
            """{"module":"keras.constraints","class_name":"MinMaxNorm","config":{"min_value":0.5,"max_value":1,"rate":0.25,"axis":1},"registered_name":null}""",
            new MinMaxNorm(0.5f, 1, 0.25f) { Axes = [1] });
    }

    /// <summary>
    /// 0.5 Σ|w| + 0.25 Σb² + Σ|y| added to the mean of (y − t)², as Keras adds them up, in training and in evaluation; a frozen layer has none on weights.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_loss_that_is_told_has_the_penalties(bool isTrained)
    {
        var dense = new Dense(1)
        {
            KernelInitializer = new ConstantInitializer(-2),
            BiasInitializer = new ConstantInitializer(3),
            Trainable = isTrained,
            KernelRegularizer = new L1(0.5f),
            BiasRegularizer = new L2(0.25f),
            ActivityRegularizer = new L1(1),
        };
        var model = new Sequential { new Input(2), dense };
        model.Compile(new Sgd(0), Loss.MeanSquaredError);
        var data = new ArrayDataset([1, 2, 3, -1], [2], [0, 0], [1]);

        // y = 3 − 2 (x₁ + x₂) is −3 and −1.
        var expected = ((9 + 1) / 2.0) + (3 + 1) + (isTrained ? (0.5 * 4) + (0.25 * 9) : 0);
        Assert.Equal(expected, model.Evaluate(data).Loss, 1e-5);
        Assert.Equal(expected, model.Fit(data, epochs: 1, batchSize: 2)["loss"][0], 1e-5);
    }

    /// <summary>With targets that are met, only the penalty moves the weight: w − 0.1 · 2 · 0.5 · w.</summary>
    [Fact]
    public void The_gradient_has_the_penalty()
    {
        var dense =
            new Dense(
            1)
            { KernelInitializer = new ConstantInitializer(2), UseBias = false, KernelRegularizer = Regularizer.Create(w => 0.5f * w.Square().Sum()) };
        var model = new Sequential { new Input(1), dense };
        model.Compile(new Sgd(0.1f), Loss.MeanSquaredError);
        model.Fit(new ArrayDataset([0], [1], [0], [1]), epochs: 1, batchSize: 1);
        Assert.Equal(1.8f, dense.Weights[0].Values[0], 1e-6f);
    }

    [Fact]
    public void Constraints_hold_after_every_step_in_the_same_run()
    {
        var convolution =
            new Conv2D(3, 2) { KernelConstraint = new UnitNorm { Axes = [0, 1, 2] }, BiasConstraint = Constraint.Create(b => b.Clip(-0.01f, 0.01f)) };
        var depthwise = new DepthwiseConv2D(2) { DepthwiseConstraint = new NonNegative() };
        var normalization = new BatchNormalization { GammaConstraint = new NonNegative(), BetaRegularizer = new L2(0.1f) };
        var dense = new Dense(2) { KernelConstraint = new MaxNorm(0.5f) };
        var model = new Sequential(seed: 3) { new Input(4, 4, 2), convolution, depthwise, normalization, new Flatten(), dense };
        model.Compile(new Adam(0.1f), Loss.MeanSquaredError);
        model.Fit(
            new ArrayDataset([.. Enumerable.Range(0, 8 * 32).Select(i => MathF.Sin(i * i))], [4, 4, 2], [.. Enumerable.Range(0, 16).Select(i => i % 3f)], [2]),
            epochs: 2, batchSize: 3);
        for (var filter = 0; filter < 3; filter++) Assert.Equal(1, Length(convolution.Weights[0], filter), 1e-5);
        Assert.All(convolution.Weights[1].Values.ToArray(), value => Assert.InRange(value, -0.01f, 0.01f));
        Assert.All(depthwise.Weights[0].Values.ToArray(), value => Assert.True(value >= 0));
        Assert.All(normalization.Weights[0].Values.ToArray(), value => Assert.True(value >= 0));
        for (var unit = 0; unit < 2; unit++) Assert.True(Length(dense.Weights[0], unit) <= 0.5 + 1e-6);
    }

    [Fact]
    public void They_stay_with_a_saved_model()
    {
        var file = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid()}.keras");
        var model = new Sequential
        {
            new Input(4, 4, 1),
            new Conv2D(2, 3) { KernelRegularizer = new L2(0.5f), KernelConstraint = new MaxNorm(3) { Axes = [0, 1, 2] }, ActivityRegularizer = new L1(0.25f) },
            new Flatten(),
            new Dense(1) { BiasConstraint = new NonNegative(), ActivityRegularizer = new L1L2(0.5f, 0.25f) },
        };
        model.Save(file);
        var copy = Model.Load(file);
        File.Delete(file);
        var (convolution, dense) = ((Conv2D)copy.Layers[1], (Dense)copy.Layers[3]);
        Assert.Equal(new L2(0.5f), convolution.KernelRegularizer);
        Assert.Equal([0, 1, 2], ((MaxNorm)convolution.KernelConstraint!).Axes);
        Assert.Equal(new L1(0.25f), convolution.ActivityRegularizer);
        Assert.Equal(new NonNegative(), dense.BiasConstraint);
        Assert.Equal(new L1L2(0.5f, 0.25f), dense.ActivityRegularizer);
    }

    [Fact]
    public void Ones_own_cannot_be_saved()
    {
        var model = new Sequential { new Input(3), new Dense(2) { Name = "head", KernelRegularizer = Regularizer.Create(w => w.Abs().Sum()) } };
        const string How = "cannot be saved unless its class is registered, as in CustomObjects.Register(\"MyPackage>";
        Assert.Equal(
            $"Dense 'head': a custom regularizer {How}MyRegularizer\", config => new MyRegularizer(…)).",
            Assert.Throws<NotSupportedException>(() => model.Save("never.keras")).Message);
        model = new Sequential { new Input(3), new Dense(2) { Name = "head", KernelConstraint = Constraint.Create(w => w) } };
        Assert.Equal(
            $"Dense 'head': a custom constraint {How}MyConstraint\", config => new MyConstraint(…)).",
            Assert.Throws<NotSupportedException>(() => model.Save("never.keras")).Message);
        Assert.False(File.Exists("never.keras"));
    }

    [Fact]
    public void Wrong_values_are_refused()
    {
        AssertRefused("L1: factor must be a finite number of at least 0; received -1.", () => new L1(-1));
        AssertRefused("L2: factor must be a finite number of at least 0; received NaN.", () => new L2(float.NaN));
        AssertRefused("L1L2: l1 must be a finite number of at least 0; received -1.", () => new L1L2(-1));
        AssertRefused("L1L2: l2 must be a finite number of at least 0; received Infinity.", () => new L1L2(0, 1 / 0f));
        AssertRefused("OrthogonalRegularizer: factor must be a finite number of at least 0; received -1.", () => new OrthogonalRegularizer(-1));
        AssertRefused("OrthogonalRegularizer: mode must be one of Rows, Columns; received 2.", () => new OrthogonalRegularizer(1, (MatrixPart)2));
        AssertRefused("Regularizer: penalty must be given; received null.", () => Regularizer.Create(null!));
        AssertRefused("Constraint: apply must be given; received null.", () => Constraint.Create(null!));
        AssertRefused("MaxNorm: maxValue must be a finite number of at least 0; received NaN.", () => new MaxNorm(float.NaN));
        AssertRefused("MaxNorm: Axes must be different dimensions from 0 on; received (0, 0).", () => new MaxNorm { Axes = [0, 0] });
        AssertRefused("UnitNorm: Axes must be different dimensions from 0 on; received ().", () => new UnitNorm { Axes = [] });
        AssertRefused("MinMaxNorm: minValue must be a finite number of at least 0; received -1.", () => new MinMaxNorm(-1));
        AssertRefused("MinMaxNorm: maxValue must be a finite number of at least 2; received 1.", () => new MinMaxNorm(2, 1));
        AssertRefused("MinMaxNorm: rate must be from 0 to 1; received 1.5.", () => new MinMaxNorm(0, 1, 1.5f));
        var bias = new Node(new InputOp("bias", [4]));
        Assert.Equal(
            "UnitNorm: expected a weight that has the dimensions 0, 1; received (4).",
            Assert.Throws<ShapeException>(() => new UnitNorm { Axes = [0, 1] }.Apply(bias)).Message);
        Assert.Equal(
            "OrthogonalRegularizer: expected a matrix of at least two rows; received (4).",
            Assert.Throws<ShapeException>(() => new OrthogonalRegularizer().Penalty(bias)).Message);
        Assert.Equal(
            "layer: the regularizer 'L3' is not known; the nearest known names are L1, L2. Known are L1, L2, L1L2, OrthogonalRegularizer.",
            Assert.Throws<ModelFormatException>(() => RegularizerCatalog.Known.Read(JsonValue.Create("L3"), "layer")).Message);
        Assert.Equal(
            "layer: the constraint 'Tiny' is not known; no known name is near it. Known are MaxNorm, MinMaxNorm, NonNeg, UnitNorm.",
            Assert.Throws<ModelFormatException>(() => ConstraintCatalog.Known.Read(JsonValue.Create("Tiny"), "layer")).Message);
    }

    private static void AssertRefused(string error, Func<object> create) => Assert.Equal(error, Assert.ThrowsAny<ArgumentException>(create).Sentence());

    private static void AssertWritten(string expected, Regularizer regularizer)
    {
        Assert.Equal(expected, RegularizerCatalog.Known.Write(regularizer, "layer").ToJsonString());
        Assert.Equal(regularizer, RegularizerCatalog.Known.Read(RegularizerCatalog.Known.Write(regularizer, "layer"), "layer"));
    }

    private static void AssertWritten(string expected, Constraint constraint)
    {
        Assert.Equal(expected, ConstraintCatalog.Known.Write(constraint, "layer").ToJsonString());
        Assert.Equal(
            expected,
            ConstraintCatalog.Known.Write(ConstraintCatalog.Known.Read(ConstraintCatalog.Known.Write(constraint, "layer"), "layer"), "layer").ToJsonString());
    }

    private static double Length(Weight weight, int column)
    {
        var (sum, columns) = (0.0, weight.Shape[^1]);
        for (var i = column; i < weight.Values.Length; i += columns) sum += weight.Values[i] * (double)weight.Values[i];
        return Math.Sqrt(sum);
    }
}
