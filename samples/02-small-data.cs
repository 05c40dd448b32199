// Learning from few images, from scratch: chapter "Introduction to deep learning for computer vision" of Deep Learning with Python.
//   dotnet run samples/02-small-data.cs              600 scenes that Fovea draws, of ten classes
//   dotnet run samples/02-small-data.cs FOLDER       your images: FOLDER/train/cats/…, FOLDER/validation/…, FOLDER/test/…
#:property PublishAot=false
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
using Fovea;
using Fovea.Explain;
using Fovea.Imaging;

// 1. Images, one folder for each class. Without a folder, Fovea draws some: a digit somewhere among strokes and blots.
var isDrawn = args.Length == 0;
var artifacts = Directory.CreateDirectory("artifacts").FullName;
var folder = isDrawn ? Path.Combine(artifacts, "scenes") : args[0];
if (isDrawn)
{
    ImageFolderWriter.Write(new DrawnScenes(600, seed: 1), Path.Combine(folder, "train"));
    ImageFolderWriter.Write(new DrawnScenes(200, seed: 2), Path.Combine(folder, "validation"));
    ImageFolderWriter.Write(new DrawnScenes(500, seed: 3), Path.Combine(folder, "test"));
}

var size = isDrawn ? 64 : 150;
var data = ImageFolderSplit.Load(folder, size, size, test: 0.2);
var classes = data.Training.ClassNames;
Console.WriteLine($"{data.Training.Count} images of {size} × {size} to learn from in {folder}, classes: {string.Join(", ", classes)}");

// 2. Augmentation: one image as the network sees it in training, changed a little each time. In inference these layers do nothing.
Layer[] augmentation = isDrawn
    ? [new RandomRotation(0.04), new RandomZoom(0.2), new RandomContrast(0.5) { ValueRange = (0, 1) }]
    : [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomZoom(0.2)];
var graph = new ModelGraph(new Sequential { new Input(size, size, 3), augmentation[0], augmentation[1], augmentation[2] }, training: true);
var image = new Tensor([1, size, size, 3], new float[size * size * 3]);
data.Training.Read(7, image.Values, new float[1]);
ContactSheet.Save(
    [.. Enumerable.Range(0, 8)
        .Select(step => new CaptionedImage(graph.Compile(graph.Output).Run(image, step)[0], $"time {step + 1}"))],
    Path.Combine(artifacts, "02-augmented.png"), columns: 4, title: "One image, augmented", cell: 160);

// 3. The same convnet twice: first without augmentation, then with it.
var (test, epochs) = (data.Test ?? data.Validation, isDrawn ? 40 : 30);
var plain = Train("without augmentation");
var augmented = Train("with augmentation", augmentation);
Console.WriteLine($"Augmentation raised the accuracy on the test images from {plain:P1} to {augmented:P1}. The curves are in {artifacts}.");

double Train(string name, params Layer[] first)
{
    var model = new Sequential(seed: 1) { new Input(size, size, 3) };
    foreach (var layer in first) model.Add(layer);
    foreach (var layer in isDrawn ? SmallNet() : BookNet()) model.Add(layer);
    model.Compile(new Adam(1e-3), Loss.SparseCategoricalCrossentropy, new Accuracy());
    var history = model.Fit(data.Training, epochs, batchSize: 16, validation: data.Validation);
    TrainingCurves.Save(history, Path.Combine(artifacts, $"02-{name.Replace(' ', '-')}.png"));
    var accuracy = model.Evaluate(test).Accuracy;
    Console.WriteLine($"{name}: accuracy {history["accuracy"][^1]:P1} in training, {accuracy:P1} on {test.Count} images it has not seen");
    return accuracy;
}

// A digit can be anywhere, so only the strongest response in each feature map counts.
IEnumerable<Layer> SmallNet() =>
[
    .. from filters in (int[])[16, 32, 64, 64] from layer in Block(filters, Padding.Same) select layer,
    new GlobalMaxPooling2D(), new Dense(classes.Count, Activation.Softmax),
];

// The book's network for cats and dogs, with a softmax over two classes instead of one sigmoid.
IEnumerable<Layer> BookNet() =>
[
    .. from filters in (int[])[32, 64, 128, 128] from layer in Block(filters, Padding.Valid) select layer,
    new Flatten(), new Dropout(0.5), new Dense(512, Activation.Relu), new Dense(classes.Count, Activation.Softmax),
];

IEnumerable<Layer> Block(int filters, Padding padding) => [new Conv2D(filters, 3, padding: padding, activation: Activation.Relu), new MaxPooling2D(2)];
