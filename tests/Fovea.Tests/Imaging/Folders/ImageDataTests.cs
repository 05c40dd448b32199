using Fovea.Imaging;

namespace Fovea.Tests.Imaging;

/// <summary>Data sets are recognized in the arrangements that people have.</summary>
public sealed class ImageDataTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("cat/1.png dog/1.png", "2 classes (cat, dog).", ". - -")]
    [InlineData("cat/deep/1.png dog/1.png README.md", "2 classes (cat, dog).", ". - -")]
    [InlineData("train/cat/1.png train/dog/1.png", "2 classes (cat, dog) in train.", "train - -")]
    [InlineData("Training/cat/1.png Training/dog/1.png Testing/dog/1.png", "2 classes (cat, dog) in train and test.", "Training - Testing")]
    [InlineData(
        "train/cat/1.png train/dog/1.png dev/dog/1.png test/cat/1.png README docs/more.txt",
        "2 classes (cat, dog) in train, validation and test. 'docs' holds no images and is not used.", "train dev test")]
    [InlineData("train/cat/1.png train/dog/1.png valid/dog/1.png", "2 classes (cat, dog) in train and validation.", "train valid -")]
    [InlineData("val/cat/1.png val/dog/1.png test/dog/1.png", "2 classes (cat, dog) in validation and test.", "- val test")]
    [InlineData(
        "flowers/flowers/train/cat/1.png flowers/flowers/train/dog/1.png flowers/flowers/test/dog/1.png flowers/readme.txt __MACOSX/x/1.png",
        "2 classes (cat, dog) in train and test, inside the folder 'flowers/flowers'.", "flowers/flowers/train - flowers/flowers/test")]
    [InlineData("pets/cat/1.png pets/dog/1.png", "2 classes (cat, dog), inside the folder 'pets'.", "pets - -")]
    [InlineData(
        "training_set/training_set/cat/1.png training_set/training_set/dog/1.png test_set/test_set/cat/1.png",
        "2 classes (cat, dog) in train and test. The classes are the folders inside 'training_set/training_set'.",
        "training_set/training_set - test_set/test_set")]
    [InlineData(
        "train/animals/cat/1.png train/animals/dog/1.png test/animals/cat/1.png",
        "2 classes (cat, dog) in train and test. The classes are the folders inside 'train/animals'.", "train/animals - test/animals")]
    [InlineData(
        "train/cat/1.png train/dog/1.png test/1.png test/2.png",
        "2 classes (cat, dog) in train. 'test' is not used: its images have no classes.", "train - -")]
    [InlineData(
        "train/cat/1.png train/dog/1.png test/images/1.png val/notes.txt",
        "2 classes (cat, dog) in train. 'val' is not used: it holds no images. 'test' is not used: its images have no classes.", "train - -")]
    [InlineData("bus/1.png train/1.png car/1.png", "3 classes (bus, car, train).", ". - -")]
    [InlineData("cat/1.png dog/1.png 3.png", "2 classes (cat, dog). 1 image outside the classes' folders is not used.", ". - -")]
    [InlineData(
        "plants/rose/1.png plants/oak/2.png animals/1.png",
        "2 classes (animals, plants). Folders within a class, such as 'plants/oak', are no classes: their images belong to the class.", ". - -")]
    [InlineData(
        "cat/1.png cat/1_mask.png dog/1.png dog/2_mask.png",
        "2 classes (cat, dog). 1 image has the name of another one's mask and is read as an image; move it away if it is a mask.", ". - -")]
    [InlineData("part_1/1.png part_2/2.png list.csv", "2 classes (part_1, part_2). The list 'list.csv' is not used; 'DATA/list.csv' names it.", ". - -")]
    [InlineData("images/cat/1.png images/dog/1.png", "2 classes (cat, dog), inside the folder 'images'.", "images - -")]
    public void Classes_are_found(string files, string expected, string parts)
    {
        var data = Recognize(files);
        Assert.Equal(ImageDataKind.Classes, data.Kind);
        Assert.Equal($"'{folder.Path}': {expected}".Replace("DATA", folder.Path), data.Description);
        Assert.Equal(parts, Parts(data, part => part.Folder));
        Assert.Equal(parts[0] != '.' && parts != "pets - -" && parts != "images - -", data.IsDivided);
        Assert.All(new[] { data.Training, data.Validation, data.Test }.OfType<ImageDataPart>(), part => Assert.Null(part.Masks));
    }

    [Theory]
    [InlineData("images/1.jpg images/2.jpg masks/1.png masks/2.png", "images ('images') and masks ('masks').", "images - -", "masks - -")]
    [InlineData("photos/1.jpg photos/2.jpg labels/1_mask.png", "images ('photos') and masks ('labels').", "photos - -", "labels - -")]
    [InlineData(
        "JPEGImages/1.jpg JPEGImages/2.jpg JPEGImages/3.jpg SegmentationObject/2.png SegmentationClass/2.png Annotations/1.xml Annotations/2.xml",
        "images ('JPEGImages') and masks ('SegmentationClass').", "JPEGImages - -", "SegmentationClass - -")]
    [InlineData(
        "images/1.jpg annotations/trimaps/1.png annotations/xmls/1.xml", "images ('images') and masks ('annotations').", "images - -", "annotations - -")]
    [InlineData(
        "set/train/images/1.jpg set/train/trimaps/1.png set/val/images/2.jpg set/val/trimaps/2.png",
        "images ('images') and masks ('trimaps') in train and validation, inside the folder 'set'.", "set/train/images set/val/images -",
        "set/train/trimaps set/val/trimaps -")]
    [InlineData(
        "images/train/1.jpg images/test/2.jpg masks/train/1.png masks/test/2.png", "images ('train') and masks ('train') in train and test.",
        "images/train - images/test", "masks/train - masks/test")]
    [InlineData(
        "train/1.jpg train_masks/1.png test/2.jpg", "images ('train') and masks ('train_masks') in train. 'test' is not used: its images have no masks.",
        "train - -", "train_masks - -")]
    [InlineData("1.jpg 1_mask.png 2.jpg 2_mask.png", "images and masks, whose names have an ending.", ". - -", ". - -")]
    [InlineData("train/1.jpg train/1_mask.png", "images and masks, whose names have an ending in train.", "train - -", "train - -")]
    public void Images_and_masks_are_found(string files, string expected, string images, string masks)
    {
        var data = Recognize(files);
        Assert.Equal(ImageDataKind.Masks, data.Kind);
        Assert.Equal($"'{folder.Path}': {expected}", data.Description);
        Assert.Equal(images, Parts(data, part => part.Folder));
        Assert.Equal(masks, Parts(data, part => part.Masks!));
        Assert.Empty(data.ClassNames);
    }

    [Theory]
    [InlineData("1.png deep/2.png", ImageDataKind.Unlabeled, "images without classes or masks.")]
    [InlineData("cat/1.png", ImageDataKind.Unlabeled, "images without classes or masks.")]
    [InlineData(
        "images/1.png list.csv", ImageDataKind.Unlabeled,
        "images without classes or masks. The list 'list.csv' is not used. ImageManifest: expected rows in 'DATA/list.csv'; received none.")]
    [InlineData("train/1.png test/2.png", ImageDataKind.Unlabeled, "images without classes or masks in train and test.")]
    [InlineData("mnist/train-images-idx3-ubyte.gz", ImageDataKind.Idx, "IDX files, inside the folder 'mnist'.")]
    public void Other_data_are_named(string files, ImageDataKind kind, string expected)
    {
        var data = Recognize(files);
        Assert.Equal((kind, $"'{folder.Path}': {expected}".Replace("DATA", folder.Path)), (data.Kind, data.ToString()));
    }

    [Fact]
    public void A_single_folder_of_a_models_class_is_a_class()
    {
        folder.Text("Cat/persian/1.png");
        folder.Text("Cat/siamese/1.png");
        Assert.Equal(["persian", "siamese"], ImageData.Recognize(folder.Path).ClassNames);
        Assert.Equal(["Cat"], ImageData.Recognize(folder.Path, ["cat", "dog"]).ClassNames);
    }

    [Theory]
    [InlineData(
        "", "ImageData: expected in 'DATA' one folder of images for each class; train with validation, test or both, each with these; images and masks; "
        + "or IDX files; it is empty. Images are .jpg, .jpeg, .png, .webp, .gif, .bmp.")]
    [InlineData("notes.txt docs/more.txt", "ImageData: expected in 'DATA' one folder of images for each class; train with validation, test or both, each with "
        + "these; images and masks; or IDX files; it holds none of these, but 2 .txt. Images are .jpg, .jpeg, .png, .webp, .gif, .bmp.")]
    [InlineData(
        "river/1.tif river/2.TIF lake/3.tif", "ImageData: expected in 'DATA' one folder of images for each class; train with validation, test or both, each "
        + "with these; images and masks; or IDX files; it holds none of these, but 3 .tif. Images are .jpg, .jpeg, .png, .webp, .gif, .bmp.")]
    [InlineData(
        "train/cat/1.png train/dog/1.png test/cat/1.png fox/1.png docs/1.txt",
        "ImageData: expected folders for train, validation and test in 'DATA' and nothing else; received docs, fox, test, train. If 'fox' is a class, put the "
        + "images of all classes into one folder each; otherwise move it away.")]
    [InlineData(
        "train/cat/1.png val/cat/1.png validation/cat/1.png",
        "ImageFolderSplit: expected one folder for validation in 'DATA'; received val and validation. Rename or join them.")]
    [InlineData(
        "images/1.jpg images/2.jpg labels/1.txt labels/2.txt",
        "ImageData: expected masks for the images of 'DATA/images'; 'labels' holds .txt files of the same names, which are annotations such as boxes and are "
        + "not read. Masks are images in which each pixel is a class number. For a classifier, put the images of each class into a separate folder.")]
    public void What_is_not_recognized_is_refused(string files, string expected) =>
        Assert.Equal(expected.Replace("DATA", folder.Path), Assert.Throws<InvalidDataException>(() => Recognize(files)).Message);

    [Fact]
    public void A_path_that_is_no_data_set_is_refused()
    {
        var missing = folder.Inside("missing");
        Assert.Equal(
            $"ImageData: expected a folder of images, an archive (.zip, .tar, .tar.gz, .tgz) or a list (.csv, .tsv, .jsonl); '{missing}' does not exist.",
            Assert.Throws<FileNotFoundException>(() => ImageData.Recognize(missing)).Message);
        var text = folder.Text("notes.txt");
        Assert.Equal(
            $"ImageData: expected a folder of images, an archive (.zip, .tar, .tar.gz, .tgz) or a list (.csv, .tsv, .jsonl); '{text}' is a file of another "
                + "kind.",
            Assert.Throws<InvalidDataException>(() => ImageData.Recognize(text)).Message);
    }

    [Fact]
    public void Parts_without_training_data_are_no_training_data()
    {
        folder.Classes("val/", 2, "a", "b");
        folder.Classes("test/", 2, "a", "b");
        Assert.Equal(
            $"ImageFolderSplit: expected a folder train in '{folder.Path}'; received only '{folder.Inside("val")}' and '{folder.Inside("test")}'. Give the "
                + "folder with the training images the name train, or put the images of all classes into one folder each, which are split at random.",
            Assert.Throws<InvalidDataException>(() => ImageFolderSplit.Load(folder.Path, 2, 2)).Message);
    }

    [Fact]
    public void Training_data_alone_are_split_at_random_into_three()
    {
        folder.Classes("data/train/", 10, "a", "b");
        var split = ImageFolderSplit.Load(folder.Path, 1, 1, new ImageFolderOptions { Channels = 1 }, validation: 0.2, test: 0.3);
        Assert.Equal((10, 4, 6), (split.Training.Count, split.Validation.Count, split.Test?.Count));
        Assert.True(split.IsValidationTakenFromTraining);
        Assert.Null(ImageFolderSplit.Load(folder.Path, 1, 1).Test);
    }

    private ImageData Recognize(string files)
    {
        foreach (var name in files.Split(' ', StringSplitOptions.RemoveEmptyEntries)) folder.Text(name);
        return ImageData.Recognize(folder.Path);
    }

    private string Parts(ImageData data, Func<ImageDataPart, string> of) => string.Join(
        ' ', new[] { data.Training, data.Validation, data.Test }
            .Select(part => part is null ? "-" : Path.GetRelativePath(folder.Path, of(part)).Replace(Path.DirectorySeparatorChar, '/')));
}
