// Using a pretrained convnet: feature extraction and fine-tuning.
//   dotnet run samples/03-pretrained.cs                     a convnet trained on the digits 0–4 helps to learn 5–9 from few images
//   dotnet run samples/03-pretrained.cs MODEL.h5 FOLDER     a Keras network for pixels from −1 to 1, and your images
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false
using Fovea;
using Fovea.Imaging;

// 1. A network that has learned from many images, without its classifier. Its features are useful for other classes too.
var isOwn = args.Length == 2;
var pretrained = isOwn ? Model.Load(args[0]) : Convolutions();
if (!isOwn) Learn(Classifier(pretrained, 5), new DrawnScenes(5_000, seed: 10) { Digits = [0, 1, 2, 3, 4] }, epochs: 6);

// 2. A few images of classes that it has never seen.
var size = pretrained.InputShape[0];
var photos = isOwn ? ImageFolderSplit.Load(args[1], size, size, new ImageFolderOptions { Range = PixelRange.MinusOneToOne }) : null;
Dataset Scenes(int count, int seed) => new DrawnScenes(count, seed) { Digits = [5, 6, 7, 8, 9] };
var (train, validation, test) = photos is null
    ? (Scenes(150, 11), Scenes(100, 12), Scenes(500, 13))
    : (photos.Training, photos.Validation, photos.Test ?? photos.Validation);
if (!isOwn)
{
    var scratch = Learn(Classifier(Convolutions(), 5), train, epochs: 25);
    Console.WriteLine($"{train.Count} images, from scratch: {scratch.Evaluate(test).Accuracy:P1} of {test.Count} others are right.");
}

// 3. Feature extraction: the output of the frozen network is computed once for each image; a new head learns from it in a moment.
pretrained.Trainable = false;
var (pooling, dropout, dense) = (Pooling(), new Dropout(0.2), new Dense(train.ClassNames.Count, Activation.Softmax));
var extractor = new Sequential { pretrained, pooling };
var head = new Sequential(seed: 1) { new Input(extractor.OutputShape.Dimensions), dropout, dense };
head.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
var extraction = head.Fit(extractor.ExtractFeatures(train), epochs: 60, batchSize: 16, validation: extractor.ExtractFeatures(validation));
Console.WriteLine($"A new head on the frozen network: {head.Evaluate(extractor.ExtractFeatures(test)).Accuracy:P1}.");

// 4. Fine-tuning: the whole network, with its trained head, learns in small steps; the first layers remain frozen.
var whole = new Sequential("transfer", seed: 1)
{
    new Input(pretrained.InputShape.Dimensions), new RandomRotation(0.04), new RandomZoom(0.2), pretrained, pooling, dropout, dense,
};
foreach (var layer in pretrained.Layers.TakeLast(4)) layer.Trainable = layer is not BatchNormalization;
whole.Compile(new RmsProp(isOwn ? 1e-5 : 3e-4), Loss.SparseCategoricalCrossentropy, new Accuracy());
var tuning = whole.Fit(train, epochs: isOwn ? 5 : 30, batchSize: 16, validation: validation);
var artifacts = Directory.CreateDirectory("artifacts").FullName;
TrainingCurves.Save([extraction, tuning], Path.Combine(artifacts, "03-fine-tuning.png"), labels: ["feature extraction", "fine-tuning"]);
ModelFigure.Save(whole, Path.Combine(artifacts, "03-architecture.svg"), expandNested: true);
Console.WriteLine($"After fine-tuning its last layers: {whole.Evaluate(test).Accuracy:P1}.");

// 5. The whole model is saved in one file, which Keras can read too. Loaded again, it has the same accuracy.
whole.Save(Path.Combine(artifacts, "03-transfer.keras"));
Console.WriteLine(
    $"Saved and loaded again: {Model.Load(Path.Combine(artifacts, "03-transfer.keras")).Evaluate(test).Accuracy:P1}. Sample 04 shows what it has learned.");

Model Learn(Model model, Dataset data, int epochs)
{
    model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
    var history = model.Fit(data, epochs, batchSize: 16);
    Console.WriteLine($"Learned {string.Join(", ", data.ClassNames)} from {data.Count:N0} images: training accuracy {history["accuracy"][^1]:P1}.");
    return model;
}

Model Classifier(Model convolutions, int classes) => new Sequential(seed: 2) { convolutions, Pooling(), new Dense(classes, Activation.Softmax) };

Layer Pooling() => isOwn ? new GlobalAveragePooling2D() : new GlobalMaxPooling2D();

Sequential Convolutions() =>
[
    new Input(64, 64, 3),
    .. from filters in (int[])[16, 32, 64, 64] from layer in Block(filters) select layer,
];

Layer[] Block(int filters) => [new Conv2D(filters, 3, padding: Padding.Same, activation: Activation.Relu), new MaxPooling2D(2)];
