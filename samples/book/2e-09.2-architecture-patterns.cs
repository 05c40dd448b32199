// Deep Learning with Python, second edition, chapter 9, part 2: Modern convnet architecture patterns.
//   dotnet run samples/book/2e-09.2-architecture-patterns.cs [-- --whole]
// [n] is the number of the cell in the notebook. Edition 3 has the same patterns in chapter 9.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [5] A residual block whose number of filters changes
var inputs = new Input(32, 32, 3);
var x = new Conv2D(32, 3, activation: Activation.Relu).Call(inputs);
var residual = x;
x = new Conv2D(64, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
residual = new Conv2D(64, 1).Call(residual);
x += residual;

// [7] A residual block with max pooling
inputs = new Input(32, 32, 3);
x = new Conv2D(32, 3, activation: Activation.Relu).Call(inputs);
residual = x;
x = new Conv2D(64, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
x = new MaxPooling2D(2, padding: Padding.Same).Call(x);
residual = new Conv2D(64, 1, strides: 2).Call(residual);
x += residual;

// [8]
inputs = new Input(32, 32, 3);
x = new Rescaling(1.0 / 255).Call(inputs);

SymbolicTensor ResidualBlock(SymbolicTensor x, int filters, bool pooling = false)
{
    var residual = x;
    x = new Conv2D(filters, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2D(filters, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    if (pooling)
    {
        x = new MaxPooling2D(2, padding: Padding.Same).Call(x);
        residual = new Conv2D(filters, 1, strides: 2).Call(residual);
    }
    else if (filters != residual.Shape[^1])
    {
        residual = new Conv2D(filters, 1).Call(residual);
    }

    return x + residual;
}

x = ResidualBlock(x, 32, pooling: true);
x = ResidualBlock(x, 64, pooling: true);
x = ResidualBlock(x, 128, pooling: false);
x = new GlobalAveragePooling2D().Call(x);
var outputs = new Dense(1, Activation.Sigmoid).Call(x);
var model = new Model(inputs, outputs);
Console.WriteLine(model.Summary());
ModelFigure.Save(model, BookData.Artifact("2e-09.2-residual.png"));

// [12]–[14]
var folder = BookData.CatsAndDogs();
var options = new ImageFolderOptions { Range = PixelRange.ZeroTo255 };
var train = ImageFolder.Load(Path.Combine(folder, "train"), 180, 180, options);
var validation = ImageFolder.Load(Path.Combine(folder, "validation"), 180, 180, options);

// [15]
Sequential dataAugmentation = [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomZoom(0.2)];

// [16]
inputs = new Input(180, 180, 3);
x = dataAugmentation.Call(inputs);
x = new Rescaling(1.0 / 255).Call(x);
x = new Conv2D(32, 5) { UseBias = false }.Call(x);
foreach (var filters in (int[])[32, 64, 128, 256, 512])
{
    residual = x;

    x = new BatchNormalization().Call(x);
    x = new ActivationLayer(Activation.Relu).Call(x);
    x = new SeparableConv2D(filters, 3, padding: Padding.Same) { UseBias = false }.Call(x);

    x = new BatchNormalization().Call(x);
    x = new ActivationLayer(Activation.Relu).Call(x);
    x = new SeparableConv2D(filters, 3, padding: Padding.Same) { UseBias = false }.Call(x);

    x = new MaxPooling2D(3, strides: 2, padding: Padding.Same).Call(x);

    residual = new Conv2D(filters, 1, strides: 2, padding: Padding.Same) { UseBias = false }.Call(residual);
    x += residual;
}

x = new GlobalAveragePooling2D().Call(x);
x = new Dropout(0.5).Call(x);
outputs = new Dense(1, Activation.Sigmoid).Call(x);
model = new Model(inputs, outputs);

// [17]
model.Compile(new RmsProp(), Loss.BinaryCrossentropy, new Accuracy());
model.Fit(train, epochs: BookData.Epochs(100, few: 1), validation: validation);
