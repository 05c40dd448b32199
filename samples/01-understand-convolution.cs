#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

// What a convolution computes: five figures of a small network that was trained on drawn digits for a few seconds.
//     dotnet run samples/01-understand-convolution.cs [FOLDER]
using Fovea;
using Fovea.Explain;
using Fovea.Imaging;

var folder = args.Length > 0 ? args[0] : Path.Combine("artifacts", "convolution");
Directory.CreateDirectory(folder);

var model = new Sequential("digits", seed: 1)
{
    new Input(28, 28, 1),
    new Conv2D(8, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Conv2D(16, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(10, Activation.Softmax),
};
model.Compile(new RmsProp(2e-3), Loss.SparseCategoricalCrossentropy, new Accuracy());
var history = model.Fit(new DrawnDigits(4_000, seed: 1), epochs: 2, batchSize: 64);
Console.WriteLine($"Trained: accuracy {history["accuracy"][^1]:P0}.");

// One digit that the network has not seen, as a batch of one.
var digit = new Tensor([1, 28, 28, 1], new float[28 * 28]);
new DrawnDigits(10, seed: 2).Read(5, digit.Values, new float[1]);

// One value of the first convolution's output, where the response is strongest.
// ConvolutionStep.Compute(model, digit, "conv2d_1", (4, 5), filter: 2) chooses another one.
var step = ConvolutionStep.Compute(model, digit);
Console.WriteLine(
    $"{step.Path}, filter {step.Filter}, row {step.Row}, column {step.Column}: "
    + $"{step.Activation}({step.Sum:0.000} + bias {step.Bias:0.000}) = {step.Value:0.000}.");

void Draw(string name, Action<string> save, string lookFor)
{
    var file = Path.Combine(folder, name);
    save(file);
    Console.WriteLine($"{file}\n    {lookFor}");
}

Draw("1-one-output.png", file => OneOutputFigure.Save(step, file),
    "The products are large where both patch and kernel are large: the patch looks like the kernel.");
Draw("2-borders.png", file => BorderFigure.Save(step.Borders(), file),
    "Without padding, two rows and two columns are lost. With zeros around the image, none are.");
Draw("3-strides.png", file => StrideFigure.Save(step, step.StridesOf(1, 2, 3), file), "Fewer dots, a smaller output, and still a digit.");
Draw("4-pooling.png", file => PoolingFigure.Save(step.Pooling(), file), "The maximum of four values keeps strong responses strong; their mean weakens them.");
Draw("5-receptive-fields.png", file => ReceptiveFieldFigure.Save(step.ReceptiveFields(), file),
    "Each layer sees more of the digit; the dense layer sees all of it.");
