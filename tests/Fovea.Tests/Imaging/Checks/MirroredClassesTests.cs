using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Checks;

/// <summary>Classes that a mirror exchanges.</summary>
public sealed class MirroredClassesTests : IDisposable
{
    private readonly TestImages folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Signs_that_point_to_the_left_and_to_the_right_are_found()
    {
        SignImages.Write(folder, "00001", 12, SignImages.Arrow);
        SignImages.Write(folder, "00002", 12, (x, y) => SignImages.Arrow(1 - x, y));
        SignImages.Write(folder, "00003", 12, (x, y) => SignImages.Arrow(y, x));
        var pair = Assert.Single(MirroredClasses.Find(folder.Path));
        Assert.Equal(("00001", "00002"), (pair.First, pair.Second));
        Assert.InRange(pair.Share, 0.8, 1.0);
    }

    [Fact]
    public void Signs_that_are_their_own_mirror_images_are_not()
    {
        SignImages.Write(folder, "up", 12, (x, y) => SignImages.Arrow(y, x));
        SignImages.Write(folder, "down", 12, (x, y) => SignImages.Arrow(1 - y, x));
        Assert.Empty(MirroredClasses.Find(folder.Path));
    }

    [Fact]
    public void A_class_of_few_images_and_images_of_one_color_are_in_no_pair()
    {
        SignImages.Write(folder, "one", 7, SignImages.Arrow);
        SignImages.Write(folder, "two", 12, (x, y) => SignImages.Arrow(1 - x, y));
        for (var i = 0; i < 12; i++) folder.Image($"grey/{i}.png", 100);
        Assert.Empty(MirroredClasses.Find(folder.Path));
    }

    [Theory]
    [InlineData("cats-vs-dogs.tar")]
    [InlineData("sets/flowers.zip")]
    [InlineData("sets/trashnet.zip")]
    public void Photographs_of_kinds_of_things_have_none(string name)
    {
        var path = TestData.Find(name);
        Assert.SkipWhen(path is null, $"'{name}' is not there; set FOVEA_DATA.");
        Assert.Empty(MirroredClasses.Find(ImageData.Recognize(path!).Training!.Folder, maxImages: 60, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_folder_without_classes_and_no_images_are_refused()
    {
        folder.Image("one/1.png", 1);
        Assert.Contains("at least two classes", Assert.Throws<InvalidDataException>(() => MirroredClasses.Find(folder.Path)).Message, StringComparison.Ordinal);
        Assert.Throws<DirectoryNotFoundException>(() => MirroredClasses.Find(folder.Inside("none")));
        Assert.Throws<ArgumentOutOfRangeException>(() => MirroredClasses.Find(folder.Path, maxImages: 0));
    }
}
