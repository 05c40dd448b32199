// The comparison for training: TorchSharp (libtorch, oneDNN) with the same networks, random data, float32, NCHW.
// Usage: TorchSharpPeer train|infer NETWORK BATCH THREADS SECONDS
using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Net = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

var mode = args[0];
var network = args[1];
var batch = int.Parse(args[2], CultureInfo.InvariantCulture);
var seconds = double.Parse(args[4], CultureInfo.InvariantCulture);
set_num_threads(int.Parse(args[3], CultureInfo.InvariantCulture));
manual_seed(1);

var (model, size, channels, classes) = Build(network);
var x = rand(batch, channels, size, size);
var y = classes == 1 ? rand(batch, 1).round() : randint(0, classes, new long[] { batch });
Action step;
if (mode == "train")
{
    model.train();
    var optimizer = optim.RMSProp(model.parameters(), 1e-3);
    var crossEntropy = CrossEntropyLoss();
    var binary = BCEWithLogitsLoss();
    step = () =>
    {
        using var scope = NewDisposeScope();
        optimizer.zero_grad();
        var output = model.forward(x);
        var loss = classes == 1 ? binary.forward(output, y) : crossEntropy.forward(output, y);
        loss.backward();
        optimizer.step();
    };
}
else
{
    model.eval();
    step = () =>
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        model.forward(x);
    };
}

Measurement.Print($"TorchSharp {typeof(torch).Assembly.GetName().Version!.ToString(3)} / libtorch {__version__}", batch, seconds, step);

static (Net model, int size, int channels, int classes) Build(string network) => network switch
{
    "book-mnist" => (Sequential(
        Conv2d(1, 32, 3), ReLU(), MaxPool2d(2),
        Conv2d(32, 64, 3), ReLU(), MaxPool2d(2),
        Conv2d(64, 64, 3), ReLU(),
        Flatten(), Linear(576, 64), ReLU(), Linear(64, 10)), 28, 1, 10),
    "book-catsdogs" => (Sequential(
        Conv2d(3, 32, 3), ReLU(), MaxPool2d(2),
        Conv2d(32, 64, 3), ReLU(), MaxPool2d(2),
        Conv2d(64, 128, 3), ReLU(), MaxPool2d(2),
        Conv2d(128, 128, 3), ReLU(), MaxPool2d(2),
        Flatten(), Dropout(0.5), Linear(6272, 512), ReLU(), Linear(512, 1)), 150, 3, 1),
    "vgg16" => (Vgg16(), 224, 3, 1000),
    "mobilenet" => (MobileNetV1(), 224, 3, 1000),
    "resnet50" => (ResNet50(), 224, 3, 1000),
    _ => throw new ArgumentException($"unknown network '{network}'"),
};

static Net Vgg16()
{
    var layers = new List<Net>();
    var c = 3;
    foreach (var (blocks, f) in new[] { (2, 64), (2, 128), (3, 256), (3, 512), (3, 512) })
    {
        for (var i = 0; i < blocks; i++) { layers.Add(Conv2d(c, f, 3, padding: 1)); layers.Add(ReLU(inplace: true)); c = f; }
        layers.Add(MaxPool2d(2));
    }
    layers.AddRange([Flatten(), Linear(512 * 49, 4096), ReLU(), Linear(4096, 4096), ReLU(), Linear(4096, 1000)]);
    return Sequential(layers);
}

static Net MobileNetV1()
{
    var layers = new List<Net> { Conv2d(3, 32, 3, stride: 2, padding: 1, bias: false), BatchNorm2d(32), ReLU6() };
    var c = 32;
    foreach (var (f, s) in new[] { (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1), (512, 1), (512, 1), (1024, 2),
        (1024, 1) })
    {
        layers.AddRange(
            [Conv2d(c, c, 3, stride: s, padding: 1, groups: c, bias: false), BatchNorm2d(c), ReLU6(), Conv2d(c, f, 1, bias: false), BatchNorm2d(f), ReLU6()]);
        c = f;
    }
    layers.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(1024, 1000)]);
    return Sequential(layers);
}

static Net ResNet50()
{
    var layers = new List<Net> { Conv2d(3, 64, 7, stride: 2, padding: 3, bias: false), BatchNorm2d(64), ReLU(), MaxPool2d(3, 2, 1) };
    var c = 64;
    foreach (var (blocks, width, stride) in new[] { (3, 64, 1), (4, 128, 2), (6, 256, 2), (3, 512, 2) })
        for (var i = 0; i < blocks; i++) { layers.Add(new Bottleneck(c, width, i == 0 ? stride : 1)); c = 4 * width; }
    layers.AddRange([AdaptiveAvgPool2d(1), Flatten(), Linear(2048, 1000)]);
    return Sequential(layers);
}

sealed class Bottleneck : Net
{
    private readonly Sequential body;
    private readonly Sequential? shortcut;

    public Bottleneck(int inputs, int width, int stride) : base("bottleneck")
    {
        body = Sequential(
            Conv2d(inputs, width, 1, bias: false), BatchNorm2d(width), ReLU(),
            Conv2d(width, width, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(width), ReLU(),
            Conv2d(width, 4 * width, 1, bias: false), BatchNorm2d(4 * width));
        if (inputs != 4 * width || stride != 1)
            shortcut = Sequential(Conv2d(inputs, 4 * width, 1, stride: stride, bias: false), BatchNorm2d(4 * width));
        RegisterComponents();
    }

    public override Tensor forward(Tensor input) => functional.relu(body.forward(input) + (shortcut is null ? input : shortcut.forward(input)));
}
