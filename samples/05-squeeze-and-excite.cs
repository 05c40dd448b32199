#:project ../src/Fovea/Fovea.csproj
#:property PublishAot=false

// Composing layers: squeeze and excite (Hu et al. 2018). A small network computes a weight for each channel from the means of all channels.
//     dotnet run samples/05-squeeze-and-excite.cs
using Fovea;
using Fovea.Engine.Ops;

var data = new DrawnDigits(2_000, seed: 1);
var test = new DrawnDigits(1_000, seed: 2);
foreach (var isExcited in (bool[])[false, true])
{
    var model = Build(isExcited);
    model.Compile(new Adam(2e-3), Loss.SparseCategoricalCrossentropy, new Accuracy());
    model.Fit(data, epochs: 2, batchSize: 64);
    Console.WriteLine(
        $"{(isExcited ? "with" : "without")} squeeze and excite: {model.Weights.Sum(weight => weight.Shape.Count):N0} parameters, "
        + $"accuracy {model.Evaluate(test).Accuracy:P1} on digits it has not seen");
}

// The functional form: a layer is called on a value, and a value may go into several layers.
Model Build(bool isExcited)
{
    SymbolicTensor input = new Input(28, 28, 1), x = input;
    foreach (var filters in (int[])[16, 32])
    {
        // Penalties, constraints and activations are properties of a layer.
        x = new Conv2D(filters, 3, activation: Activation.Mish) { KernelRegularizer = new L2(1e-4) }.Call(x);
        if (isExcited) x = SqueezeAndExcite(x, ratio: 4);
        x = new MaxPooling2D().Call(x);
    }

    x = new SpatialDropout2D(0.1).Call(x);
    x = new Dense(10, Activation.Softmax) { KernelConstraint = new MaxNorm(3) }.Call(new Flatten().Call(x));
    return new Model(input, x, seed: 1);
}

// Squeeze: the mean of each channel. Excite: two dense layers turn the means into weights from 0 to 1, which multiply the channels.
SymbolicTensor SqueezeAndExcite(SymbolicTensor x, int ratio)
{
    var channels = x.Shape[^1];
    var mean = new GlobalAveragePooling2D(keepDimensions: true).Call(x);
    var hidden = new Dense(channels / ratio, Activation.Relu).Call(mean);
    var weights = new Dense(channels, new Activation("soft gate", y => (2 * y).Sigmoid())).Call(hidden);
    return new Multiply().Call(x, weights);
}
