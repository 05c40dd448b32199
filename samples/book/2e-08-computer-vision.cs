// Deep Learning with Python, second edition, chapter 8: Introduction to deep learning for computer vision.
//   dotnet run samples/book/2e-08-computer-vision.cs [-- --whole]
// [n] is the number of the cell in the notebook.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [4]
var inputs = new Input(28, 28, 1);
var x = new Conv2D(32, 3, activation: Activation.Relu).Call(inputs);
x = new MaxPooling2D(2).Call(x);
x = new Conv2D(64, 3, activation: Activation.Relu).Call(x);
x = new MaxPooling2D(2).Call(x);
x = new Conv2D(128, 3, activation: Activation.Relu).Call(x);
x = new Flatten().Call(x);
var outputs = new Dense(10, Activation.Softmax).Call(x);
var model = new Model(inputs, outputs);

// [6]
Console.WriteLine(model.Summary());

// [8] The images are (28, 28, 1) with pixels from 0 to 1 already.
var (trainDigits, testDigits) = BookData.Mnist();
model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
model.Fit(trainDigits, epochs: BookData.Epochs(5), batchSize: 64);

// [10]
var (_, testAccuracy) = model.Evaluate(testDigits);
Console.WriteLine($"Test accuracy: {testAccuracy:0.000}");

// [16]
inputs = new Input(28, 28, 1);
x = new Conv2D(32, 3, activation: Activation.Relu).Call(inputs);
x = new Conv2D(64, 3, activation: Activation.Relu).Call(x);
x = new Conv2D(128, 3, activation: Activation.Relu).Call(x);
x = new Flatten().Call(x);
outputs = new Dense(10, Activation.Softmax).Call(x);
var modelWithoutMaxPooling = new Model(inputs, outputs);

// [17]
Console.WriteLine(modelWithoutMaxPooling.Summary());

// [21]–[27] download and arrange the files of Kaggle. The data used here are arranged already.
var folder = BookData.CatsAndDogs();

// [30]
model = ConvnetFromScratch(augmentation: null, dropout: false);

// [31]
Console.WriteLine(model.Summary());

// [33]
model.Compile(new RmsProp(), Loss.BinaryCrossentropy, new Accuracy());

// [36] image_dataset_from_directory, with pixels from 0 to 255. Antialias = false would give the very pixels of Keras.
// The size of a batch is an argument of Fit.
var options = new ImageFolderOptions { Range = PixelRange.ZeroTo255 };
var train = ImageFolder.Load(Path.Combine(folder, "train"), 180, 180, options);
var validation = ImageFolder.Load(Path.Combine(folder, "validation"), 180, 180, options);
var test = ImageFolder.Load(Path.Combine(folder, "test"), 180, 180, options);

// [37] A data set of arrays; a data set always has targets, here the number of the sample.
var randomNumbers = Tensor.RandomNormal([1000, 16], seed: 1);
var dataset = Dataset.From(randomNumbers, Tensor.Arange(1000));

// [38]
foreach (var (element, _) in dataset.Take(3)) Console.WriteLine(element.Shape);

// [39]
foreach (var (element, _) in dataset.Batches(32).Take(3)) Console.WriteLine(element.Shape);

// [40]
var reshaped = dataset.Select((element, target) => (element.Reshape(4, 4), target));
foreach (var (element, _) in reshaped.Take(3)) Console.WriteLine(element.Shape);

// [42]
foreach (var (dataBatch, labelsBatch) in train.Batches(32))
{
    Console.WriteLine($"data batch shape: {dataBatch.Shape}");
    Console.WriteLine($"labels batch shape: {labelsBatch.Shape}");
    break;
}

// [44]
var history = model.Fit(train, epochs: BookData.Epochs(30), validation: validation, callbacks: [Best("convnet_from_scratch.keras")]);

// [46]
TrainingCurves.Save(history, BookData.Artifact("2e-08-curves.png"));

// [48]
Test("convnet_from_scratch.keras");

// [51]
Sequential DataAugmentation() => [new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomZoom(0.2)];

// [53]
var dataAugmentation = DataAugmentation();
foreach (var (images, _) in train.Batches(32).Take(1))
{
    var augmented = Enumerable.Range(0, 9).Select(_ => dataAugmentation.Apply(images, training: true)[0]);
    ContactSheet.Save([.. augmented.Select(image => new CaptionedImage(image / 255))], BookData.Artifact("2e-08-augmented.png"), columns: 3);
}

// [55]
model = ConvnetFromScratch(dataAugmentation, dropout: true);
model.Compile(new RmsProp(), Loss.BinaryCrossentropy, new Accuracy());

// [57]
model.Fit(train, epochs: BookData.Epochs(100), validation: validation, callbacks: [Best("convnet_from_scratch_with_augmentation.keras")]);

// [59]
Test("convnet_from_scratch_with_augmentation.keras");

// [63] The base is MobileNet instead of VGG16.
if (BookData.ConvBase() is not { } convBase) return;

// [64]
Console.WriteLine(convBase.Summary());

// [67] MobileNet's preprocess_input is x / 127.5 − 1.
var preprocess = new Sequential { new Input(180, 180, 3), new Resizing(224, 224), new Rescaling(1 / 127.5, -1), convBase };
var trainFeatures = preprocess.ExtractFeatures(train);
var validationFeatures = preprocess.ExtractFeatures(validation);

// [68]
Console.WriteLine($"{trainFeatures.Count} features of {trainFeatures.InputShape}");

// [70]
inputs = new Input(trainFeatures.InputShape);
x = new Flatten().Call(inputs);
x = new Dense(256).Call(x);
x = new Dropout(0.5).Call(x);
outputs = new Dense(1, Activation.Sigmoid).Call(x);
model = new Model(inputs, outputs);
model.Compile(new RmsProp(), Loss.BinaryCrossentropy, new Accuracy());
history = model.Fit(trainFeatures, epochs: BookData.Epochs(20), validation: validationFeatures, callbacks: [Best("feature_extraction.keras")]);

// [72]
TrainingCurves.Save(history, BookData.Artifact("2e-08-features.png"));

// [75]
convBase.Trainable = false;

// [77]
convBase.Trainable = true;
Console.WriteLine($"This is the number of trainable weights before freezing the conv base: {convBase.TrainableWeights.Count}");

// [78]
convBase.Trainable = false;
Console.WriteLine($"This is the number of trainable weights after freezing the conv base: {convBase.TrainableWeights.Count}");

// [80]
inputs = new Input(180, 180, 3);
x = DataAugmentation().Call(inputs);
x = new Resizing(224, 224).Call(x);
x = new Rescaling(1 / 127.5, -1).Call(x);
x = convBase.Call(x);
x = new Flatten().Call(x);
x = new Dense(256).Call(x);
x = new Dropout(0.5).Call(x);
outputs = new Dense(1, Activation.Sigmoid).Call(x);
model = new Model(inputs, outputs);
model.Compile(new RmsProp(), Loss.BinaryCrossentropy, new Accuracy());

// [81]
var extraction = model.Fit(
    train, epochs: BookData.Epochs(50, few: 1), validation: validation, callbacks: [Best("feature_extraction_with_data_augmentation.keras")]);

// [83]
Test("feature_extraction_with_data_augmentation.keras");

// [85]
Console.WriteLine(convBase.Summary());

// [87]
convBase.Trainable = true;
foreach (var layer in convBase.Layers.SkipLast(4)) layer.Trainable = false;

// [89]
model.Compile(new RmsProp(1e-5), Loss.BinaryCrossentropy, new Accuracy());
var tuning = model.Fit(train, epochs: BookData.Epochs(30, few: 1), validation: validation, callbacks: [Best("fine_tuning.keras")]);
TrainingCurves.Save([extraction, tuning], BookData.Artifact("2e-08-fine-tuning.png"));

// [90]
Test("fine_tuning.keras");

ModelCheckpoint Best(string name) => new(BookData.Artifact(name), monitor: "val_loss") { SaveBestOnly = true };

void Test(string name)
{
    var (_, accuracy) = Model.Load(BookData.Artifact(name)).Evaluate(test);
    Console.WriteLine($"Test accuracy: {accuracy:0.000}");
}

// [30] and [55]
Model ConvnetFromScratch(Sequential? augmentation, bool dropout)
{
    var inputs = new Input(180, 180, 3);
    var x = augmentation is null ? inputs : augmentation.Call(inputs);
    x = new Rescaling(1.0 / 255).Call(x);
    x = new Conv2D(32, 3, activation: Activation.Relu).Call(x);
    x = new MaxPooling2D(2).Call(x);
    x = new Conv2D(64, 3, activation: Activation.Relu).Call(x);
    x = new MaxPooling2D(2).Call(x);
    x = new Conv2D(128, 3, activation: Activation.Relu).Call(x);
    x = new MaxPooling2D(2).Call(x);
    x = new Conv2D(256, 3, activation: Activation.Relu).Call(x);
    x = new MaxPooling2D(2).Call(x);
    x = new Conv2D(256, 3, activation: Activation.Relu).Call(x);
    x = new Flatten().Call(x);
    if (dropout) x = new Dropout(0.5).Call(x);
    return new Model(inputs, new Dense(1, Activation.Sigmoid).Call(x));
}
