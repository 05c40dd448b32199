using System.Formats.Tar;
using System.IO.Compression;
using Fovea.Engine.Ops;
using Fovea.Imaging;
using Fovea.Tests.Data;

namespace Fovea.Tests.Imaging.Checks;

/// <summary>Faults that were planted in copies of real data sets are found, and good images are left alone.</summary>
public class RealDataSetsTests(ITestOutputHelper output)
{
    private const string Network = "pretrained/mobilenet_1_0_224_through_conv_pw_12.h5";

    /// <summary>Faults of files and duplicates are found, and wrong labels in one random choice.</summary>
    [Theory]
    [InlineData("cats-vs-dogs.tar")]
    [InlineData("sets/flowers.zip")]
    [InlineData("sets/trashnet.zip")]
    public void Planted_faults_are_found(string archive)
    {
        RequireSlow();
        using var folder = new TemporaryFolder();
        var (data, network) = (Extract(archive, folder.Path), TestData.Find(Network));
        Assert.SkipWhen(network is null, $"'{Network}' is not there.");
        var planted = new PlantedFaults(data, 20, seed: 1);
        var report = DataCheck.Run(data, new DataCheckOptions { Base = Model.Load(network!) }, cancellationToken: TestContext.Current.CancellationToken);

        var unreadable = report.Findings.Where(finding => finding.Kind == DataFindingKind.Unreadable).SelectMany(finding => finding.Files).ToHashSet();
        var groups = report.Findings.Where(finding => finding is { Kind: DataFindingKind.DuplicateAcrossSplits or DataFindingKind.DuplicateWithTwoLabels })
            .ToList();
        var duplicates = planted.Duplicates.Count(pair => groups.Exists(group => group.Files.Contains(pair.Original) && group.Files.Contains(pair.Copy)));
        var suspects = report.Findings.Where(finding => finding.Kind == DataFindingKind.LabelSuspect).Take(40).Select(finding => finding.Files[0]).ToHashSet();
        var labels = planted.WrongLabels.Count(suspects.Contains);
        var blurredOrDark = report.Findings.Count(finding => finding.Kind is DataFindingKind.Blurred or DataFindingKind.Dark);
        output.WriteLine(
            $"{archive}: {planted.Broken.Count(unreadable.Contains)} broken, {duplicates} duplicates, {labels} wrong labels in 40; "
                + $"{blurredOrDark} of {report.Images} blurred or dark");
        Assert.All(planted.Broken, file => Assert.Contains(file, unreadable));
        Assert.InRange(duplicates, 18, 20);
        Assert.InRange(blurredOrDark, 0, report.Images / 100);
        Assert.InRange(labels, 12, 20);
    }

    /// <summary>Twenty labels of training images are changed at random, ten times; of 40 suspects, 14 are of them on average.</summary>
    [Theory]
    [InlineData("cats-vs-dogs.tar")]
    [InlineData("sets/flowers.zip")]
    [InlineData("sets/trashnet.zip")]
    public void Planted_labels_are_among_the_first_suspects(string archive)
    {
        RequireSlow();
        using var folder = new TemporaryFolder();
        var (data, network) = (Extract(archive, folder.Path), TestData.Find(Network));
        Assert.SkipWhen(network is null, $"'{Network}' is not there.");
        CheckedImage[] files = [.. CheckedFiles.Find(data).Images];
        var names = files.Select(file => file.Label!).Distinct().Order(StringComparer.Ordinal).ToArray();
        var rows = CheckedFeatures.Of(Model.Load(network!), files, progress: null, TestContext.Current.CancellationToken);
        var found = Enumerable.Range(1, 10).Select(seed =>
        {
            var labels = Array.ConvertAll(files, file => Array.IndexOf(names, file.Label));
            var training = Enumerable.Range(0, files.Length).Where(i => files[i].Part == DataPart.Training).ToArray();
            var random = new RandomNumbers(seed);
            random.Shuffle(training.AsSpan());
            var changed = training[..20];
            foreach (var i in changed) labels[i] = (labels[i] + 1 + random.NextInt(names.Length - 1)) % names.Length;
            var probabilities = LabelFindings.OutOfSample(
                Array.ConvertAll(rows, row => (float[])row.Clone()), labels, names, [], TestContext.Current.CancellationToken);
            return ConfidentLearning.Find(probabilities, labels).Take(40).Count(suspect => changed.Contains(suspect.Sample));
        }).ToArray();
        output.WriteLine($"{archive}: {string.Join(", ", found)} of 20; mean {found.Average()}");
        Assert.InRange(found.Average(), 14, 20);
    }

    private static void RequireSlow() => Assert.SkipUnless(
        Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", "computes features of thousands of images; set FOVEA_SLOW=1 to run it.");

    private static string Extract(string archive, string folder)
    {
        var path = TestData.Find(archive);
        Assert.SkipWhen(path is null, $"'{archive}' is not there.");
        if (archive.EndsWith(".zip", StringComparison.Ordinal)) ZipFile.ExtractToDirectory(path!, folder);
        else TarFile.ExtractToDirectory(path!, folder, overwriteFiles: false);
        return Directory.Exists(Path.Combine(folder, "train")) ? folder : Directory.GetDirectories(folder).Single();
    }
}
