// Segmentation: the class of each pixel. A U-Net is trained from scratch on images and masks, and colors an image of another size.
//   dotnet run samples/12-segmentation.cs              circles and squares that this program draws
//   dotnet run samples/12-segmentation.cs FOLDER       your images and masks: FOLDER/train/images, FOLDER/train/masks, FOLDER/validation/…
#:property PublishAot=false
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
using Fovea;
using Fovea.Imaging;

var artifacts = Directory.CreateDirectory("artifacts").FullName;
var isDrawn = args.Length == 0;

// 1. Images, and masks with a class number for each pixel. What the labels of mask files mean is found from the files.
var size = isDrawn ? 48 : 128;
var input = new ImageInput(size, size) { Pixels = PixelScale.ZeroTo255 };
Dataset train, validation;
string[] classNames = ["background", "circle", "square"];
int? ignored = null;
if (isDrawn)
{
    (train, validation) = (Shapes(160, size, seed: 1), Shapes(40, size, seed: 2));
}
else
{
    var labels = MaskLabelFinding.Of(ImageData.Recognize(args[0]));
    Console.WriteLine(labels.Description);
    var options = new MaskFolderOptions { Labels = labels.Labels, Colors = labels.Colors };
    var data = MaskFolderSplit.Load(args[0], input, labels.LabelOffset, labels.ClassCount, labels.IgnoredLabel, labels.ClassNames, options);
    (train, validation, classNames, ignored) = (data.Training, data.Validation, [.. labels.ClassNames], data.IgnoreClass);
}

// 2. A U-Net. Masks follow the flips and rotations of their images. The epoch with the highest mean IoU is kept.
var model = SmallNetworks.UNet([size, size, 3], classNames.Length, widths: isDrawn ? [8, 16, 32] : null);
model.ClassNames = classNames;
model.ImageInput = input;
model.Augmentation = new Pipeline(new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.05), new RandomZoom(0.2));
model.Compile(
    new AdamW(0.01), new SparseCategoricalCrossentropy { IgnoreClass = ignored }, new MeanIoU(classNames.Length) { Name = "mean_iou", IgnoreClass = ignored });
var best = new ModelCheckpoint(Path.Combine(artifacts, "segmentation.keras"), "val_mean_iou");
model.Fit(train, epochs: isDrawn ? 30 : 40, batchSize: 16, validation, callbacks: [best]);
model = Model.Load(Path.Combine(artifacts, "segmentation.keras"));

// 3. Intersection over union of each class, over all pixels of the validation images.
Console.WriteLine(PixelConfusionMatrix.Of(model, validation, ignored, verbose: 0));

// 4. An image of another size. By default it is predicted at the size of the training; AtOwnSize predicts it as it is, in tiles if it is large.
if (isDrawn) ImageFile.Save(Shapes(1, 300, seed: 3, figures: 12)[0].Input, Path.Combine(artifacts, "shapes.png"), PixelRange.ZeroTo255);
var image = isDrawn ? Path.Combine(artifacts, "shapes.png") : Directory.EnumerateFiles(args[0], "*.jpg", SearchOption.AllDirectories).First();
var segmented = new ImageSegmenter(model) { AtOwnSize = isDrawn }.Segment(image);
segmented.SaveMask(Path.Combine(artifacts, "segmentation-mask.png"));
segmented.SaveOverlay(Path.Combine(artifacts, "segmentation-overlay.png"));
foreach (var (name, share) in classNames.Zip(segmented.Shares)) Console.WriteLine($"{share:P1} of {Path.GetFileName(image)} are {name}");

// Bright circles and squares on a noisy background, with their masks.
static Dataset Shapes(int count, int size, int seed, int figures = 2) => Dataset.From(count, index =>
{
    var random = new Random((seed * 100_000) + index);
    var (pixels, mask) = (new float[size * size * 3], new float[size * size]);
    for (var i = 0; i < pixels.Length; i++) pixels[i] = 40 + random.Next(80);
    for (var figure = 0; figure < figures; figure++)
    {
        var (label, radius) = (1 + random.Next(2), 6 + random.Next(5));
        var (centerY, centerX) = (radius + random.Next(size - (2 * radius)), radius + random.Next(size - (2 * radius)));
        float[] color = [100 + random.Next(150), 100 + random.Next(150), 100 + random.Next(150)];
        for (var y = centerY - radius; y < centerY + radius; y++)
        {
            for (var x = centerX - radius; x < centerX + radius; x++)
            {
                if (label == 1 && Math.Pow(y - centerY, 2) + Math.Pow(x - centerX, 2) > radius * radius) continue;
                mask[(y * size) + x] = label;
                for (var channel = 0; channel < 3; channel++) pixels[(((y * size) + x) * 3) + channel] = color[channel] - random.Next(40);
            }
        }
    }

    return (new Tensor([size, size, 3], pixels), new Tensor([size, size], mask));
});
