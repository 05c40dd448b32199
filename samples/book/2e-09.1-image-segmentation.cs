// Deep Learning with Python, second edition, chapter 9, part 1: An image segmentation example.
//   dotnet run samples/book/2e-09.1-image-segmentation.cs [-- --whole]
// [n] is the number of the cell in the notebook. Edition 3 has the same example in chapter 11.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Imaging;

// [4] and [5] The files
if (BookData.Pets() is not var (inputFolder, targetFolder))
{
    Console.WriteLine("Photographs with masks were not found; the example is skipped.");
    return;
}

var inputImages = Directory.GetFiles(inputFolder).Order().ToList();
var targetImages = Directory.GetFiles(targetFolder).Order().ToList();

// [6] and [7] One photograph and its mask
ImageFile.Save(ImageFile.Read(inputImages[9]), BookData.Artifact("2e-09.1-input.png"));
MatrixPlot.Save(ImageFile.ReadMask(targetImages[9]), BookData.Artifact("2e-09.1-target.png"));

// [8] Masks have the labels 1, 2 and 3, classes begin at 0. Masks are resized by nearest neighbor.
var size = BookData.IsWhole ? 200 : 64;
var pets = MaskFolder.Load(inputFolder, targetFolder, size, size, labelOffset: -1).Shuffle(seed: 1337);
if (!BookData.IsWhole) pets = pets.Take(100);
var (train, validation) = pets.Split(0.2, seed: 1337);

// [9]
Model GetModel(int size, int classes)
{
    var inputs = new Input(size, size, 3);
    var x = new Conv2D(64, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(inputs);  // pixels are from 0 to 1 already
    x = new Conv2D(64, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2D(128, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2D(128, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2D(256, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2D(256, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);

    x = new Conv2DTranspose(256, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2DTranspose(256, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2DTranspose(128, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2DTranspose(128, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2DTranspose(64, 3, activation: Activation.Relu, padding: Padding.Same).Call(x);
    x = new Conv2DTranspose(64, 3, strides: 2, activation: Activation.Relu, padding: Padding.Same).Call(x);

    var outputs = new Conv2D(classes, 3, activation: Activation.Softmax, padding: Padding.Same).Call(x);
    return new Model(inputs, outputs);
}

var model = GetModel(size, classes: 3);
Console.WriteLine(model.Summary());

// [10] In edition 3 with the metric of cell [17]
model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new IoU(3, [0]) { Name = "foreground_iou" });
var file = BookData.Artifact("oxford_segmentation.keras");
var history = model.Fit(
    train, epochs: BookData.Epochs(50), batchSize: BookData.IsWhole ? 64 : 16, validation: validation,
    callbacks: [new ModelCheckpoint(file) { SaveBestOnly = true }]);

// [11]
TrainingCurves.Save(history, BookData.Artifact("2e-09.1-curves.png"));

// [12]
model = Model.Load(file);
var (testImage, _) = validation[4];
ImageFile.Save(testImage, BookData.Artifact("2e-09.1-image.png"));
var mask = model.Predict(testImage.ExpandDims(0))[0];
MatrixPlot.Save(mask.ArgMax(-1), BookData.Artifact("2e-09.1-mask.png"));
