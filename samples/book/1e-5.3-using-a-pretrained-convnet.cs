// Deep Learning with Python, first edition, notebook 5.3: Using a pretrained convnet.
//   dotnet run samples/book/1e-5.3-using-a-pretrained-convnet.cs [-- --whole]
// [n] is the number of the cell in the notebook. The base is MobileNet instead of VGG16; it takes 224 × 224 pixels from −1 to 1.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [4]
if (BookData.ConvBase() is not { } convBase) return;

// [6]
Console.WriteLine(convBase.Summary());

// [8] The images as the base takes them, and its features of all of them. The targets stay with the features.
var folder = BookData.CatsAndDogs();
var options = new ImageFolderOptions { Range = PixelRange.MinusOneToOne };
var train = ImageFolder.Load(Path.Combine(folder, "train"), 224, 224, options);
var validation = ImageFolder.Load(Path.Combine(folder, "validation"), 224, 224, options);
var test = ImageFolder.Load(Path.Combine(folder, "test"), 224, 224, options);
var trainFeatures = convBase.ExtractFeatures(train);
var validationFeatures = convBase.ExtractFeatures(validation);

// [10] and [12] Flatten is a layer here, so that the features need no reshaping.
var head = new Sequential
{
    new Input(trainFeatures.InputShape), new Flatten(), new Dense(256, Activation.Relu), new Dropout(0.5), new Dense(1, Activation.Sigmoid),
};
head.Compile(new RmsProp(2e-5), Loss.BinaryCrossentropy, new Accuracy());
var history = head.Fit(trainFeatures, epochs: BookData.Epochs(30), batchSize: 20, validation: validationFeatures);

// [14]
TrainingCurves.Save(history, BookData.Artifact("1e-5.3-features.png"));

// [16] with the layers of augmentation of cell [24]
var model = new Sequential
{
    new Input(224, 224, 3),
    new RandomRotation(40.0 / 360, FillMode.Nearest), new RandomTranslation(0.2, 0.2, FillMode.Nearest), new RandomShear(0.0035, fillMode: FillMode.Nearest),
    new RandomZoom(0.2, fillMode: FillMode.Nearest), new RandomFlip(FlipMode.Horizontal),
    convBase,
    new Flatten(),
    new Dense(256, Activation.Relu),
    new Dense(1, Activation.Sigmoid),
};

// [18]
Console.WriteLine(model.Summary());

// [20]
Console.WriteLine($"This is the number of trainable weights before freezing the conv base: {model.TrainableWeights.Count}");

// [21]
convBase.Trainable = false;

// [22]
Console.WriteLine($"This is the number of trainable weights after freezing the conv base: {model.TrainableWeights.Count}");

// [24]
model.Compile(new RmsProp(2e-5), Loss.BinaryCrossentropy, new Accuracy());
var extraction = model.Fit(train, epochs: BookData.Epochs(30, few: 1), batchSize: 20, validation: validation);

// [25]
model.Save(BookData.Artifact("cats_and_dogs_small_3.h5"));

// [27]
TrainingCurves.Save(extraction, BookData.Artifact("1e-5.3-extraction.png"));

// [31]
Console.WriteLine(convBase.Summary());

// [33] The last block learns: conv_dw_12 and what follows it.
convBase.Trainable = true;
var setTrainable = false;
foreach (var layer in convBase.Layers)
{
    if (layer.Name == "conv_dw_12") setTrainable = true;
    layer.Trainable = setTrainable;
}

// [35]
model.Compile(new RmsProp(1e-5), Loss.BinaryCrossentropy, new Accuracy());
var tuning = model.Fit(train, epochs: BookData.Epochs(100, few: 1), batchSize: 20, validation: validation);

// [36]
model.Save(BookData.Artifact("cats_and_dogs_small_4.h5"));

// [38] Both phases in one plot
TrainingCurves.Save([extraction, tuning], BookData.Artifact("1e-5.3-fine-tuning.png"));

// [40] smooth_curve(points, factor=0.8)
TrainingCurves.Save([extraction, tuning], BookData.Artifact("1e-5.3-smoothed.png"), smoothing: 0.8);

// [42]
var (_, testAccuracy) = model.Evaluate(test);
Console.WriteLine($"test acc: {testAccuracy:0.0000}");
