using System.Formats.Tar;
using System.IO.Compression;
using Fovea.Imaging;
using Fovea.Tests.Data;

namespace Fovea.Tests.Imaging.Checks;

/// <summary>Faults that were planted in copies of real data sets are found, and good images are left alone.</summary>
public class RealDataSetsTests(ITestOutputHelper output)
{
    private const string Network = "pretrained/mobilenet_1_0_224_through_conv_pw_12.h5";

    /// <summary>Which labels are changed is chosen at random; of two choices, 14 of 20 are found on average.</summary>
    [Theory]
    [InlineData("cats-vs-dogs.tar")]
    [InlineData("sets/flowers.zip")]
    [InlineData("sets/trashnet.zip")]
    public void Planted_faults_are_found(string archive)
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", "computes features of thousands of images; set FOVEA_SLOW=1 to run it.");
        Assert.InRange(FindLabels(archive, seed: 1) + FindLabels(archive, seed: 2), 28, 40);
    }

    /// <summary>Plants faults, requires that files and duplicates are found, and returns how many wrong labels are among 40 suspects.</summary>
    private int FindLabels(string archive, long seed)
    {
        using var folder = new TemporaryFolder();
        var (data, network) = (Extract(archive, folder.Path), TestData.Find(Network));
        Assert.SkipWhen(network is null, $"'{Network}' is not there.");
        var planted = new PlantedFaults(data, 20, seed);
        var report = DataCheck.Run(data, new DataCheckOptions { Base = Model.Load(network!) }, cancellationToken: TestContext.Current.CancellationToken);

        var unreadable = report.Findings.Where(finding => finding.Kind == DataFindingKind.Unreadable).SelectMany(finding => finding.Files).ToHashSet();
        var groups = report.Findings.Where(finding => finding is { Kind: DataFindingKind.DuplicateAcrossSplits or DataFindingKind.DuplicateWithTwoLabels })
            .ToList();
        var duplicates = planted.Duplicates.Count(pair => groups.Exists(group => group.Files.Contains(pair.Original) && group.Files.Contains(pair.Copy)));
        var suspects = report.Findings.Where(finding => finding.Kind == DataFindingKind.LabelSuspect).Take(40).Select(finding => finding.Files[0]).ToHashSet();
        var labels = planted.WrongLabels.Count(suspects.Contains);
        var blurredOrDark = report.Findings.Count(finding => finding.Kind is DataFindingKind.Blurred or DataFindingKind.Dark);
        output.WriteLine(
            $"{archive} {seed}: {planted.Broken.Count(unreadable.Contains)} broken, {duplicates} duplicates, {labels} wrong labels in 40; "
                + $"{blurredOrDark} of {report.Images} blurred or dark");
        Assert.All(planted.Broken, file => Assert.Contains(file, unreadable));
        Assert.InRange(duplicates, 18, 20);
        Assert.InRange(blurredOrDark, 0, report.Images / 100);
        return labels;
    }

    private static string Extract(string archive, string folder)
    {
        var path = TestData.Find(archive);
        Assert.SkipWhen(path is null, $"'{archive}' is not there.");
        if (archive.EndsWith(".zip", StringComparison.Ordinal)) ZipFile.ExtractToDirectory(path!, folder);
        else TarFile.ExtractToDirectory(path!, folder, overwriteFiles: false);
        return Directory.Exists(Path.Combine(folder, "train")) ? folder : Directory.GetDirectories(folder).Single();
    }
}
