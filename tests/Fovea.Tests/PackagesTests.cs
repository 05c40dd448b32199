using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Fovea.Tests;

/// <summary>The packages in the folder that <c>FOVEA_PACKAGES</c> names, where <c>.ci/pack</c> puts them.</summary>
public sealed partial class PackagesTests
{
    private const int LargestTool = 15_000_000;

    private static readonly string? Folder = Environment.GetEnvironmentVariable("FOVEA_PACKAGES");

    [Theory]
    [InlineData("Fovea.Engine", "lib/net10.0/Fovea.Engine.dll", "lib/net10.0/Fovea.Engine.xml")]
    [InlineData("Fovea", "lib/net10.0/Fovea.dll", "lib/net10.0/Fovea.xml")]
    [InlineData("Fovea.Imaging", "lib/net10.0/Fovea.Imaging.dll", "LICENSE-Inter.txt", "buildTransitive/Fovea.Imaging.targets")]
    [InlineData("Fovea.ML", "lib/net10.0/Fovea.ML.dll", "lib/net10.0/Fovea.ML.xml")]
    [InlineData("Fovea.Mpi", "lib/net10.0/Fovea.Mpi.dll", "lib/net10.0/Fovea.Mpi.xml")]
    [InlineData("Fovea.Cli", "THIRD-PARTY-NOTICES-Skia.txt")]
    [InlineData("Fovea.Cli.linux-x64", "tools/net10.0/linux-x64/libSkiaSharp.so", "THIRD-PARTY-NOTICES-Skia.txt")]
    [InlineData("Fovea.Cli.win-x64", "tools/net10.0/win-x64/libSkiaSharp.dll", "THIRD-PARTY-NOTICES-Skia.txt")]
    public void A_package_has_an_icon_a_readme_a_license_tags_and_notices(string id, params string[] contents)
    {
        using var package = Open(id);
        var metadata = Metadata(package);
        string? Value(string name) => metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name)?.Value;
        Assert.Equal((id, "MIT", "icon.png", "README.md"), (Value("id"), Value("license"), Value("icon"), Value("readme")));
        Assert.All((string[])["description", "tags", "authors", "copyright"], name => Assert.False(string.IsNullOrWhiteSpace(Value(name)), name));
        string[] expected = ["icon.png", "README.md", "THIRD-PARTY-NOTICES.txt", .. contents];
        Assert.All(expected, path => Assert.True(package.GetEntry(path)?.Length > 100, path));
    }

    [Theory]
    [InlineData("Fovea.Engine", "System.Numerics.Tensors")]
    [InlineData("Fovea", "Fovea.Engine, Google.Protobuf")]
    [InlineData("Fovea.Imaging", "Fovea, SkiaSharp, SkiaSharp.NativeAssets.Linux.NoDependencies")]
    [InlineData("Fovea.ML", "Fovea, Microsoft.ML")]
    [InlineData("Fovea.Mpi", "Fovea")]
    [InlineData("Fovea.Cli.linux-x64", "")]
    public void A_package_depends_only_on_the_packages_that_its_project_names(string id, string expected)
    {
        using var package = Open(id);
        var dependencies = Metadata(package).Descendants().Where(element => element.Name.LocalName == "dependency")
            .Select(element => element.Attribute("id")!.Value);
        Assert.Equal(expected, string.Join(", ", dependencies.Order(StringComparer.Ordinal)));
    }

    [Theory]
    [InlineData("Fovea.Cli.linux-x64")]
    [InlineData("Fovea.Cli.win-x64")]
    public void The_tool_for_one_system_is_under_15_MB_and_has_no_symbols_of_native_libraries(string id)
    {
        using var package = Open(id);
        Assert.InRange(new FileInfo(PathOf(id)).Length, 1_000_000, LargestTool);
        Assert.DoesNotContain(package.Entries, entry => entry.Name is "libSkiaSharp.pdb");
        Assert.Single(package.Entries, entry => entry.Name.StartsWith("libSkiaSharp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Fovea.Engine")]
    [InlineData("Fovea")]
    [InlineData("Fovea.Imaging")]
    [InlineData("Fovea.ML")]
    [InlineData("Fovea.Mpi")]
    public void Symbols_are_in_a_separate_package(string id)
    {
        using var package = Open(id);
        Assert.DoesNotContain(package.Entries, entry => entry.Name.EndsWith(".pdb", StringComparison.Ordinal));
        using var symbols = ZipFile.OpenRead(Path.ChangeExtension(PathOf(id), ".snupkg"));
        Assert.Single(symbols.Entries, entry => entry.Name == $"{id}.pdb");
    }

    [Fact]
    public void No_package_has_the_path_of_the_machine_that_built_it_or_an_address_that_is_not_set()
    {
        var files = Directory.EnumerateFiles(Packages(), "*.*nupkg").ToList();
        Assert.InRange(files.Count, 11, 20);
        var root = Encoding.UTF8.GetBytes(RepositoryFiles.Root);
        foreach (var file in files)
        {
            using var package = ZipFile.OpenRead(file);
            foreach (var entry in package.Entries.Where(
                entry => entry.Name.EndsWith(".dll", StringComparison.Ordinal) || entry.Name.EndsWith(".pdb", StringComparison.Ordinal)))
            {
                using var stream = entry.Open();
                using var bytes = new MemoryStream();
                stream.CopyTo(bytes);
                Assert.True(bytes.ToArray().AsSpan().IndexOf(root) < 0, $"{Path.GetFileName(file)}: {entry.FullName}");
            }

            Assert.DoesNotContain(Metadata(package).Elements(), element => element.Name.LocalName == "projectUrl");
        }
    }

    [Theory]
    [InlineData("src/Fovea.Engine/README.md")]
    [InlineData("src/Fovea/README.md")]
    [InlineData("src/Fovea.Imaging/README.md")]
    [InlineData("src/Fovea.ML/README.md")]
    [InlineData("src/Fovea.Mpi/README.md")]
    [InlineData("src/Fovea.Cli/README.md")]
    public void The_readme_of_a_package_has_no_links(string path)
    {
        var text = File.ReadAllText(Path.Combine(RepositoryFiles.Root, path));
        Assert.StartsWith("# Fovea", text, StringComparison.Ordinal);
        Assert.Empty(Link().Matches(text));
    }

    [GeneratedRegex(@"\]\(([^)]*)\)")]
    private static partial Regex Link();

    private static string Packages()
    {
        Assert.SkipWhen(Folder is null, ".ci/pack makes the packages; set FOVEA_PACKAGES to its folder.");
        return Folder!;
    }

    private static string PathOf(string id) =>
        Directory.EnumerateFiles(Packages(), $"{id}.*.nupkg").Single(file => Version().Replace(Path.GetFileName(file), "") == id);

    [GeneratedRegex(@"\.\d+\.\d+\.\d+(-[\w.]+)?\.nupkg$")]
    private static partial Regex Version();

    private static ZipArchive Open(string id) => ZipFile.OpenRead(PathOf(id));

    private static XElement Metadata(ZipArchive package)
    {
        using var stream = package.Entries.Single(entry => entry.Name.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        return XDocument.Load(stream).Root!.Elements().Single(element => element.Name.LocalName == "metadata");
    }
}
