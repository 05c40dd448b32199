using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Explain;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>Wrong arguments throw the exceptions of .NET, with the name of the parameter: a sample over the public surface.</summary>
public class ArgumentTests
{
    private static readonly Sequential Net = Compiled();
    private static readonly ArrayDataset Data = new([1, 2], [1], [2, 4], [1]);

    public static TheoryData<string, string, Action> Missing => new()
    {
        { "new Sequential { null }", "layer", () => new Sequential().Add(null!) },
        { "layer.Call(null)", "inputs", () => _ = new Dense(1).Call((SymbolicTensor[])null!) },
        { "new Input(null)", "shape", () => _ = new Input((int[])null!) },
        { "new Reshape(null)", "targetShape", () => _ = new Reshape((int[])null!) },
        { "new Shape(null)", "dimensions", () => _ = new Shape((int[])null!) },
        { "new Node(null)", "op", () => _ = new Node(null!) },
        { "node + null", "inputs", () => _ = Arithmetic.Constant(1) + (Node)null! },
        { "new Tensor(shape, null)", "values", () => _ = new Tensor([1], null!) },
        { "new Model(null, …)", "inputs", () => _ = new Model((SymbolicTensor)null!, new Input(1)) },
        { "Compile(null, …)", "optimizer", () => Net.Compile(null!, Loss.MeanSquaredError) },
        { "Compile(…, null)", "loss", () => Net.Compile(new Adam(), (Loss)null!) },
        { "Compile(…, metrics: null)", "metrics", () => Net.Compile(new Adam(), Loss.MeanSquaredError, (Metric[])null!) },
        { "Fit(null)", "data", () => Net.Fit(null!) },
        { "Evaluate(null)", "data", () => Net.Evaluate(null!) },
        { "Predict(null)", "inputs", () => Net.Predict((Tensor)null!) },
        { "Save(null)", "path", () => Net.Save((string)null!) },
        { "Load(null)", "path", () => Model.Load((string)null!) },
        { "ClassNames = null", "value", () => Net.ClassNames = null! },
        { "new ArrayDataset(null, …)", "inputs", () => _ = new ArrayDataset(null!, [1], [1], [1]) },
        { "data.Subset(null)", "indices", () => Data.Subset(null!) },
        { "data.WithClassWeights(null)", "weights", () => Data.WithClassWeights((double[])null!) },
        { "new LearningRateScheduler(null)", "schedule", () => _ = new LearningRateScheduler(null!) },
        { "Loss.From(null)", "function", () => Loss.From(null!) },
        { "new Dense { KernelInitializer = null }", "KernelInitializer", () => _ = new Dense(1) { KernelInitializer = null! } },
        { "Gradients(null, …)", "loss", () => Differentiation.Gradients(null!, []) },
        { "Gradients(…, null)", "targets", () => Differentiation.Gradients(Arithmetic.Constant(1), null!) },
        { "new Graph(null)", "outputs", () => _ = new Graph(null!) },
        { "GradCam.Explain(null, …)", "model", () => GradCam.Explain(null!, new Tensor([1, 1], [1])) },
        { "ImageFile.Read(null, …)", "path", () => ImageFile.Read((string)null!, new ImageInput(2, 2, 1)) },
        { "ImageFolder.Load(null, …)", "folder", () => ImageFolder.Load(null!, new ImageInput(2, 2, 1)) },
    };

    public static TheoryData<string, string, Action> Outside => new()
    {
        { "new Dense(0)", "units", () => _ = new Dense(0) },
        { "new Conv2D(0, 3)", "filters", () => _ = new Conv2D(0, 3) },
        { "new Dropout(1)", "rate", () => _ = new Dropout(1) },
        { "new Adam(beta1: 1)", "beta1", () => _ = new Adam(beta1: 1) },
        { "new Adam(-1)", "learningRate", () => _ = new Adam(-1) },
        { "new EarlyStopping(patience: -1)", "patience", () => _ = new EarlyStopping(patience: -1) },
        { "new ReduceLearningRateOnPlateau(factor: 1)", "factor", () => _ = new ReduceLearningRateOnPlateau(factor: 1) },
        { "new Huber(0)", "delta", () => _ = new Huber(0) },
        { "new CosineDecay(0.1, 0)", "decaySteps", () => _ = new CosineDecay(0.1, 0) },
        { "new DrawnDigits(0)", "count", () => _ = new DrawnDigits(0) },
        { "Fit(epochs: -1)", "epochs", () => Net.Fit(Data, epochs: -1) },
        { "Fit(batchSize: 0)", "batchSize", () => Net.Fit(Data, batchSize: 0) },
        { "Evaluate(batchSize: 0)", "batchSize", () => Net.Evaluate(Data, batchSize: 0) },
        { "Predict(batchSize: 0)", "batchSize", () => Net.Predict(new Tensor([1, 1], [1]), batchSize: 0) },
        { "data.Subset(2)", "indices", () => Data.Subset(2) },
        { "Cpu.Threads = 0", "value", () => Cpu.Threads = 0 },
        { "new ImageInput(0, 2, 1)", "height", () => _ = new ImageInput(0, 2, 1) },
    };

    [Theory]
    [MemberData(nameof(Missing))]
    public void Null_is_refused_by_an_ArgumentNullException(string call, string parameter, Action action) =>
        Assert.Equal((call, parameter), (call, Assert.Throws<ArgumentNullException>(action).ParamName));

    [Theory]
    [MemberData(nameof(Outside))]
    public void A_number_outside_its_range_is_refused_by_an_ArgumentOutOfRangeException(string call, string parameter, Action action) =>
        Assert.Equal((call, parameter), (call, Assert.Throws<ArgumentOutOfRangeException>(action).ParamName));

    [Fact]
    public void A_callback_that_watches_a_value_that_is_not_measured_is_refused_before_the_first_epoch()
    {
        var epochs = 0;
        var model = Compiled();
        var error = Assert.Throws<TrainingException>(
            () => model.Fit(Data, callbacks: [new LearningRateScheduler((_, rate) => rate + (0 * epochs++)), new EarlyStopping("val_accuracy")]));
        Assert.Equal("EarlyStopping: expected to watch one of loss; received 'val_accuracy'. Give Fit validation data.", error.Message);
        Assert.Equal(0, epochs);
    }

    [Fact]
    public void What_keeps_state_belongs_to_one_model()
    {
        var (optimizer, metric) = (new Adam(), new Accuracy());
        Net.Compile(optimizer, Loss.MeanSquaredError, metric);
        var other = Compiled();
        Assert.Equal("optimizer", Assert.Throws<ArgumentException>(() => other.Compile(optimizer, Loss.MeanSquaredError)).ParamName);
        Assert.Equal("metrics", Assert.Throws<ArgumentException>(() => other.Compile(new Adam(), Loss.MeanSquaredError, metric)).ParamName);
    }

    private static Sequential Compiled()
    {
        var net = new Sequential { new Input(1), new Dense(1) };
        net.Compile(new Sgd(), Loss.MeanSquaredError);
        return net;
    }
}
