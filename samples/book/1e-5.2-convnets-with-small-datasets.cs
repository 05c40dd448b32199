// Deep Learning with Python, first edition, notebook 5.2: Using convnets with small datasets.
//   dotnet run samples/book/1e-5.2-convnets-with-small-datasets.cs [-- --whole]
// [n] is the number of the cell in the notebook.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [5] and [6] make folders of a part of Kaggle's files. The data used here have that form already.
var baseFolder = BookData.CatsAndDogs();
var trainFolder = Path.Combine(baseFolder, "train");
var validationFolder = Path.Combine(baseFolder, "validation");

// [8]–[13] The number of images of each class.
foreach (var folder in Directory.GetDirectories(baseFolder, "*", SearchOption.AllDirectories))
    if (Directory.GetFiles(folder) is { Length: > 0 } files) Console.WriteLine($"{Path.GetRelativePath(baseFolder, folder)}: {files.Length} images");

// [16]
var model = BookNet();

// [18]
Console.WriteLine(model.Summary());

// [20] lr is the first argument.
model.Compile(new RmsProp(1e-4), Loss.BinaryCrossentropy, new Accuracy());

// [22] ImageDataGenerator(rescale=1/255).flow_from_directory: pixels are from 0 to 1 by default, and classes are numbered by the names of their folders.
var train = ImageFolder.Load(trainFolder, 150, 150);
var validation = ImageFolder.Load(validationFolder, 150, 150);

// [24]
foreach (var (data, labels) in train.Batches(20))
{
    Console.WriteLine($"data batch shape: {data.Shape}");
    Console.WriteLine($"labels batch shape: {labels.Shape}");
    break;
}

// [26] A data set knows its length, so steps_per_epoch and validation_steps are not needed.
var history = model.Fit(train, epochs: BookData.Epochs(30), batchSize: 20, validation: validation);

// [28]
model.Save(BookData.Artifact("cats_and_dogs_small_1.h5"));

// [30]
TrainingCurves.Save(history, BookData.Artifact("1e-5.2-curves.png"));

// [33] Here augmentation is a part of the model. width_shift_range and height_shift_range are RandomTranslation. shear_range=0.2 is an angle of 0.2 degrees
// in that version of Keras.
Layer[] Augmentation() =>
[
    new RandomRotation(40.0 / 360, FillMode.Nearest), new RandomTranslation(0.2, 0.2, FillMode.Nearest), new RandomShear(0.0035, fillMode: FillMode.Nearest),
    new RandomZoom(0.2, fillMode: FillMode.Nearest), new RandomFlip(FlipMode.Horizontal),
];

// [35] One image, augmented four times.
var augmentation = new Sequential { new Input(150, 150, 3) };
foreach (var layer in Augmentation()) augmentation.Add(layer);
var (x, _) = train[3];
x = x.ExpandDims(0);
var augmented = Enumerable.Range(0, 4).Select(_ => augmentation.Apply(x, training: true)[0]);
ContactSheet.Save([.. augmented.Select(image => new CaptionedImage(image))], BookData.Artifact("1e-5.2-augmented.png"), columns: 4);

// [37]
model = BookNet(augmented: true);
model.Compile(new RmsProp(1e-4), Loss.BinaryCrossentropy, new Accuracy());

// [39] Validation images are not augmented: the layers of augmentation act in training alone.
history = model.Fit(train, epochs: BookData.Epochs(100), batchSize: 32, validation: validation);

// [41]
model.Save(BookData.Artifact("cats_and_dogs_small_2.h5"));

// [43]
TrainingCurves.Save(history, BookData.Artifact("1e-5.2-curves-augmented.png"));

Sequential BookNet(bool augmented = false)
{
    var net = new Sequential();
    net.Add(new Input(150, 150, 3));
    if (augmented)
        foreach (var layer in Augmentation()) net.Add(layer);
    net.Add(new Conv2D(32, 3, activation: Activation.Relu));
    net.Add(new MaxPooling2D(2));
    net.Add(new Conv2D(64, 3, activation: Activation.Relu));
    net.Add(new MaxPooling2D(2));
    net.Add(new Conv2D(128, 3, activation: Activation.Relu));
    net.Add(new MaxPooling2D(2));
    net.Add(new Conv2D(128, 3, activation: Activation.Relu));
    net.Add(new MaxPooling2D(2));
    net.Add(new Flatten());
    if (augmented) net.Add(new Dropout(0.5));
    net.Add(new Dense(512, Activation.Relu));
    net.Add(new Dense(1, Activation.Sigmoid));
    return net;
}
