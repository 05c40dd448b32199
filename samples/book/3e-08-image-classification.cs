// Deep Learning with Python, third edition, chapter 8: Image classification.
//   dotnet run samples/book/3e-08-image-classification.cs [-- --whole]
// [n] is the number of the cell in the notebook.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [6]
var inputs = new Input(28, 28, 1);
var x = new Conv2D(64, 3, activation: Activation.Relu).Call(inputs);
x = new MaxPooling2D(2).Call(x);
x = new Conv2D(128, 3, activation: Activation.Relu).Call(x);
x = new MaxPooling2D(2).Call(x);
x = new Conv2D(256, 3, activation: Activation.Relu).Call(x);
x = new GlobalAveragePooling2D().Call(x);
var outputs = new Dense(10, Activation.Softmax).Call(x);
var model = new Model(inputs, outputs);

// [7]
Console.WriteLine(model.Summary());

// [8]
var (trainDigits, testDigits) = BookData.Mnist();
model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
model.Fit(trainDigits, epochs: BookData.Epochs(5), batchSize: 64);

// [9]
var (_, testAccuracy) = model.Evaluate(testDigits);
Console.WriteLine($"Test accuracy: {testAccuracy:0.000}");

// [14]
inputs = new Input(28, 28, 1);
x = new Conv2D(64, 3, activation: Activation.Relu).Call(inputs);
x = new Conv2D(128, 3, activation: Activation.Relu).Call(x);
x = new Conv2D(256, 3, activation: Activation.Relu).Call(x);
x = new GlobalAveragePooling2D().Call(x);
outputs = new Dense(10, Activation.Softmax).Call(x);
var modelWithoutMaxPooling = new Model(inputs, outputs);

// [15]
Console.WriteLine(modelWithoutMaxPooling.Summary());

// [19]–[22] download and arrange the files of Kaggle. The data used here are arranged already.
var folder = BookData.CatsAndDogs();

// [24]
model = ConvnetFromScratch(dropout: null);

// [25]
Console.WriteLine(model.Summary());

// [26]
model.Compile(new Adam(), Loss.BinaryCrossentropy, new Accuracy());

// [28] image_dataset_from_directory, with pixels from 0 to 255. Antialias = false would give the very pixels of Keras.
// The size of a batch is an argument of Fit.
var options = new ImageFolderOptions { Range = PixelRange.ZeroTo255 };
var train = ImageFolder.Load(Path.Combine(folder, "train"), 180, 180, options);
var validation = ImageFolder.Load(Path.Combine(folder, "validation"), 180, 180, options);
var test = ImageFolder.Load(Path.Combine(folder, "test"), 180, 180, options);

// [30]–[33] are in 2e-08-computer-vision.cs.

// [35]
foreach (var (dataBatch, labelsBatch) in train.Batches(64).Take(1))
    Console.WriteLine($"data batch shape: {dataBatch.Shape}, labels batch shape: {labelsBatch.Shape}");

// [36]
var batchSize = BookData.IsWhole ? 64 : 16;
var history = model.Fit(train, BookData.Epochs(50), batchSize, validation, callbacks: [Best("convnet_from_scratch.keras")]);

// [37]
TrainingCurves.Save(history, BookData.Artifact("3e-08-curves.png"));

// [38]
Test("convnet_from_scratch.keras");

// [40] Augmentation as a map of the data set, on several threads. With a seed, a map changes each sample in the same way in every epoch; Repeat gives each
// epoch other changes.
Sequential dataAugmentation = [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomZoom(0.2)];
var epochs = BookData.Epochs(100);
var augmentedTrain = train.Repeat(epochs).Select(
    (image, target, random) => (dataAugmentation.Apply(image.ExpandDims(0), training: true, seed: random.NextInt(int.MaxValue))[0], target), seed: 1);

// [41]
var (image, _) = train[0];
var images = Enumerable.Range(0, 9).Select(_ => dataAugmentation.Apply(image.ExpandDims(0), training: true)[0] / 255);
ContactSheet.Save([.. images.Select(each => new CaptionedImage(each))], BookData.Artifact("3e-08-augmented.png"), columns: 3);

// [42]
model = ConvnetFromScratch(dropout: 0.25);
model.Compile(new Adam(), Loss.BinaryCrossentropy, new Accuracy());

// [43]
model.Fit(
    augmentedTrain, epochs, batchSize, validation, stepsPerEpoch: train.Count / batchSize,
    callbacks: [Best("convnet_from_scratch_with_augmentation.keras")]);

// [44]
Test("convnet_from_scratch_with_augmentation.keras");

// [47]–[64] are those of 2e-08-computer-vision.cs with another base.

ModelCheckpoint Best(string name) => new(BookData.Artifact(name), monitor: "val_loss") { SaveBestOnly = true };

void Test(string name)
{
    var (_, accuracy) = Model.Load(BookData.Artifact(name)).Evaluate(test);
    Console.WriteLine($"Test accuracy: {accuracy:0.000}");
}

// [24] and [42]
Model ConvnetFromScratch(double? dropout)
{
    var inputs = new Input(180, 180, 3);
    var x = new Rescaling(1.0 / 255).Call(inputs);
    foreach (var filters in (int[])[32, 64, 128, 256])
    {
        x = new Conv2D(filters, 3, activation: Activation.Relu).Call(x);
        x = new MaxPooling2D(2).Call(x);
    }

    x = new Conv2D(512, 3, activation: Activation.Relu).Call(x);
    x = new GlobalAveragePooling2D().Call(x);
    if (dropout is { } rate) x = new Dropout(rate).Call(x);
    return new Model(inputs, new Dense(1, Activation.Sigmoid).Call(x));
}
