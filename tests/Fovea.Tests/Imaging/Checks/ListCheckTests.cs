using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Tests.Imaging.Checks;

/// <summary><see cref="DataCheck"/> of lists with classes, several labels and numbers.</summary>
public sealed class ListCheckTests : IDisposable
{
    private readonly SceneFolder scenes = new();

    public ListCheckTests() => scenes.Fill(24, "images");

    public void Dispose() => scenes.Dispose();

    [Fact]
    public void Duplicates_across_the_parts_of_fastai_are_errors_also_of_one_file_in_two_rows()
    {
        scenes.Copy("images/0.png", "images/copy.png");
        var rows = Enumerable.Range(0, 24).Select(i => $"images/{i}.png,{(i % 2 == 0 ? "cat" : "dog")},{(i < 12 ? "False" : "True")}");
        var report = Check($"fname,label,is_valid\n{string.Join('\n', rows)}\nimages/copy.png,cat,True\nimages/1.png,dog,True\nimages/2.png,cat,False\n");
        Assert.Equal(
            [
                "'images/0.png', 'images/copy.png': the same file, in train and validation.",
                "'images/1.png', 'images/1.png': the same file, in train and validation.",
            ],
            Messages(report, DataFindingKind.DuplicateAcrossSplits));
        Assert.Equal(2, report.Errors);
        Assert.Equal(["1 row names a file again, with the same target and part: it counts several times in training."], report.Notes);
        Assert.EndsWith("The column 'label' has a class for each image.", report.Description, StringComparison.Ordinal);
        Assert.Equal([("train", "cat", 6), ("train", "dog", 6)], report.Counts.Take(2).Select(count => (count.Split, count.Label, count.Count)));
    }

    [Fact]
    public void Of_several_labels_the_rare_ones_are_found_and_rows_without()
    {
        var rows = Enumerable.Range(0, 24).Select(i => $"images/{i}.png,{(i < 3 ? "rare;common" : i < 22 ? "common" : "")}");
        var report = Check($"file,tags\n{string.Join('\n', rows)}\n", new DataCheckOptions { FewImages = 5 });
        Assert.Equal(
            [
                "the label 'rare' has 3 images for training; the limit is 5.",
                "all but 2 images for training have the label 'common', so that little tells images without it; the limit is 5 images without.",
            ],
            Messages(report, DataFindingKind.FewImages));
        Assert.Empty(Messages(report, DataFindingKind.Imbalance));
        var missing = report.Findings.Single(finding => finding.Kind == DataFindingKind.MissingTarget);
        Assert.Equal("2 rows have no label (lines 24, 25); a training takes such images as ones without labels.", missing.Message);
        Assert.Equal((FindingSeverity.Note, 2d, 0d), (missing.Severity, missing.Value, missing.Threshold));
        Assert.Equal([("", 2), ("common", 22), ("rare", 3)], report.Counts.Select(count => (count.Label, count.Count)));
        Assert.Equal(0, report.Errors);
    }

    [Fact]
    public void Columns_of_0_and_1_are_labels_and_equal_images_must_have_the_same()
    {
        scenes.Copy("images/0.png", "images/copy.png");
        var rows = Enumerable.Range(0, 24).Select(i => $"images/{i}.png,{i % 2},{i % 3 / 2}");
        var report = Check($"file,sky,sea\n{string.Join('\n', rows)}\nimages/copy.png,1,1\n");
        Assert.Equal(
            ["'images/0.png', 'images/copy.png': the same file, with the labels (none) and sky; sea."],
            Messages(report, DataFindingKind.DuplicateWithTwoLabels));
        Assert.EndsWith("The columns sky, sea say with 0 or 1 which of 2 labels an image has.", report.Description, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_missing_or_far_from_the_others_are_found()
    {
        scenes.Copy("images/0.png", "images/copy.png");
        var rows = Enumerable.Range(0, 24).Select(i => $"images/{i}.png,"
            + (i == 5 ? "n/a" : i == 6 ? "" : i == 7 ? "340" : string.Create(CultureInfo.InvariantCulture, $"{20 + i}.5")));
        var report = Check($"file,age\n{string.Join('\n', rows)}\nimages/copy.png,21.5\n");
        var missing = report.Findings.Single(finding => finding.Kind == DataFindingKind.MissingTarget);
        Assert.Equal("2 rows have no number in the column 'age' (lines 7, 8); a training refuses the list.", missing.Message);
        Assert.Equal((FindingSeverity.Error, "images/5.png"), (missing.Severity, missing.Files[0]));
        var far = report.Findings.Single(finding => finding.Kind == DataFindingKind.NumberOutlier);
        Assert.Matches(
            @"^'images/7\.png' \(line 9\): 'age' is 340, \d+\.\d robust standard deviations above the median 33\.5; the limit is 6\.$", far.Message);
        Assert.Equal((FindingSeverity.Note, 6d), (far.Severity, far.Threshold));

        // At and above the median there are the distances 0, 1, … 10 and 306.5, whose median is 5.5.
        Assert.Equal(306.5 / (1.4826 * 5.5), far.Value!.Value, 1e-9);
        Assert.Equal(
            ["'images/0.png', 'images/copy.png': the same file, with the numbers 20.5 and 21.5."], Messages(report, DataFindingKind.DuplicateWithTwoLabels));
        Assert.Empty(Messages(report, DataFindingKind.FewImages));
        Assert.Equal([("", 25)], report.Counts.Select(count => (count.Label, count.Count)));
    }

    [Fact]
    public void What_is_not_clear_is_a_note_and_the_options_decide()
    {
        const string Text = "file,width,height,comment\nimages/0.png,1.5,2,x\nimages/1.png,2.5,,y\n";
        var note = Assert.Single(Check(Text).Notes);
        Assert.StartsWith("Classes, labels and numbers are not checked. ImageTargetFinding: expected one column of labels or numbers", note);
        var report = Check(Text, new DataCheckOptions { TargetColumns = ["width", "height"], TargetKind = ImageTargetKind.Numbers });
        Assert.Equal(
            ["1 row has no number in the column 'height' (line 3); a training refuses the list."], Messages(report, DataFindingKind.MissingTarget));
        Assert.Throws<InvalidDataException>(() => Check(Text, new DataCheckOptions { TargetColumns = ["depth"] }));
        Assert.Equal(
            ["The column 'split' has values that are no part (train, validation or test), which a training refuses: 'holdout' in 1 rows."],
            Check("file,label,split\nimages/0.png,a,train\nimages/1.png,b,holdout\n").Notes);
    }

    [Fact]
    public void The_images_may_be_in_another_folder()
    {
        scenes.Write("lists/x.csv", "file,label\n0.png,a\n1.png,b\n"u8.ToArray());
        var list = scenes.Inside("lists/x.csv");
        var report = DataCheck.Run(
            list, new DataCheckOptions { ImageFolder = scenes.Inside("images") }, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(2, report.Images);
        Assert.Equal(scenes.Inside("images/1.png"), report.PathOf("1.png"));
        Assert.EndsWith(
            "If they are in another folder, name it: --image-folder of the command, ImageManifestOptions.ImageFolder.",
            Assert.Throws<InvalidDataException>(() => DataCheck.Run(list)).Message, StringComparison.Ordinal);
    }

    private static IEnumerable<string> Messages(DataReport report, DataFindingKind kind) =>
        report.Findings.Where(finding => finding.Kind == kind).Select(finding => finding.Message);

    private DataReport Check(string text, DataCheckOptions? options = null) => DataCheck.Run(
        scenes.Write("list.csv", System.Text.Encoding.UTF8.GetBytes(text)), options, cancellationToken: TestContext.Current.CancellationToken);
}
