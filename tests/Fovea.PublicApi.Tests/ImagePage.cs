using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The C# of docs/reading-images.md, so that it compiles; <see cref="ImagePageTests"/> compares.</summary>
internal static class ImagePage
{
    public static object[] Against(string path, string folder, ImageInput input, string[] classNames, Tensor tensor, PixelRange range, Model model)
    {
        ImageFile.Save(tensor, path, range, scale: true);
        ImageFile.Save(tensor, "image.png", range);
        ImageFile.Save(tensor, path, model.ImageInput!);
        return
        [
            ImageFile.Read(path, PixelRange.ZeroTo255), ImageFile.Read(path, channels: 1), ImageFile.ReadMask(path), ImageFile.Encode(tensor),
            ImageFile.Read(path, new ImageInput(150, 150) { Resize = ResizeMethod.Nearest, ApplyOrientation = false }),
            ImageFolder.Load(folder, 150, 150), ImageFolder.LoadUnlabeled(folder, 150, 150), ImageFolder.Load(folder, input, classNames),
            ImageFolderSplit.Load(folder, 150, 150, validation: 0.2, seed: 1), ImageManifest.Load("list.csv", folder, 150, 150),
            new ImageFolderOptions { Channels = 1 }, new ImageFolderOptions { Antialias = false },
        ];
    }

    public static object[] Masks(Model model)
    {
        var data = MaskFolder.Load("images", "trimaps", 200, 200, labelOffset: -1);
        var voc = MaskFolder.Load("JPEGImages", "SegmentationClass", 256, 256, classCount: 21, ignoredLabel: 255);
        model.Compile(new Adam(), new SparseCategoricalCrossentropy { IgnoreClass = voc.IgnoreClass });
        return [data, ImageFile.ReadMask("mask.png", colors: [(0, 0, 0), (128, 0, 0)])];
    }

    public static object[] DataSets()
    {
        var data = ImageData.Recognize("flowers.zip");
        Console.WriteLine(data.Description);
        // 'flowers.zip': 2 classes (daisy, roses) in train and test, inside the folder 'flowers'.
        var split = ImageFolderSplit.Load("flowers.zip", 150, 150, validation: 0.2);
        var pets = MaskFolderSplit.Load("pets.zip", 128, 128, labelOffset: -1);
        return [split, pets, ImageFolder.Load("photos.zip/train", 150, 150), ImageFile.Read("photos.zip/train/cat/1.jpg")];
    }

    public static object[] Lists()
    {
        var train = ImageManifest.Load("list.csv", "images", 150, 150, new ImageManifestOptions { Split = "train" });
        var sizes = ImageManifest.Load("list.jsonl", "images", 150, 150, new ImageManifestOptions { TargetColumns = ["width", "height"] });
        return [train, sizes, ImageFolderSplit.Load("list.csv", 150, 150), ImageTargetFinding.Of("list.csv")];
    }
}
