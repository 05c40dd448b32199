using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Fovea.Formats.Keras;

namespace Fovea.Tests.Formats;

public sealed class UntrustedFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_file_that_is_no_zip_is_named()
    {
        var path = Put("photo.keras", [1, 2, 3, 4]);
        Assert.Equal("'photo.keras': it is not a readable zip archive, as a .keras file is: Central Directory corrupt.",
            Fails(() => KerasArchive.Open(path)));
    }

    [Fact]
    public void Missing_members_are_named()
    {
        var path = Zip("m.keras", ("metadata.json", "{}"), ("config.json", "{}"), ("model.weights.npz", ""));
        Assert.Equal("'m.keras': expected the member 'model.weights.h5' of a .keras file; received 'metadata.json', 'config.json', 'model.weights.npz'; "
            + "weights as .npz are not supported, save them as .h5.", Fails(() => KerasArchive.Open(path)));
        var empty = Zip("e.keras");
        Assert.Equal("'e.keras': expected the member 'metadata.json' of a .keras file; received an empty archive.", Fails(() => KerasArchive.Open(empty)));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("assets/..\\..\\evil")]
    [InlineData("/etc/evil")]
    [InlineData("C:\\evil")]
    public void Names_that_leave_the_archive_are_refused(string name)
    {
        var path = Zip("m.keras", (name, "x"));
        Assert.Equal($"'m.keras': its member '{name.Replace('\\', '/')}' has a path that leaves the archive.", Fails(() => KerasArchive.Open(path)));
    }

    [Fact]
    public void Members_that_are_there_twice_are_refused()
    {
        var path = Zip("m.keras", ("config.json", "{}"), ("config.json", "[]"));
        Assert.Equal("'m.keras': its member 'config.json' occurs twice.", Fails(() => KerasArchive.Open(path)));
    }

    [Fact]
    public void Bombs_are_refused_by_what_they_declare_and_by_what_they_hold()
    {
        var path = Zip("bomb.keras", ("metadata.json", "{}"), ("config.json", "{}"), ("model.weights.h5", new string('0', 40_000_000)));
        using (var archive = KerasArchive.Open(path))
        {
            Assert.Matches("^'bomb.keras': its member 'model.weights.h5' would unpack [0-9]+ bytes to 40000000; more than 200 to 1 is refused.$",
                Fails(archive.OpenWeights));
        }

        // The table of contents says 10 bytes, the data holds 10,000.
        var liar = Zip("liar.keras", ("metadata.json", "{}"), ("config.json", new string(' ', 10_000)), ("model.weights.h5", ""));
        var bytes = File.ReadAllBytes(liar);
        foreach (var place in Places(bytes, BitConverter.GetBytes(10_000))) BitConverter.GetBytes(10).CopyTo(bytes, place);
        File.WriteAllBytes(liar, bytes);
        using (var archive = KerasArchive.Open(liar))
        {
            Assert.StartsWith("'liar.keras': its member 'config.json' ", Fails(archive.ReadConfig), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_flipped_bit_in_a_member_is_noticed()
    {
        var path = Path.Combine(folder, "m.keras");
        WritingTests.WriteSmall(path);
        var bytes = File.ReadAllBytes(path);
        bytes[Places(bytes, BitConverter.GetBytes(6f)).First()] ^= 1;
        File.WriteAllBytes(path, bytes);
        using var archive = KerasArchive.Open(path);
        Assert.Matches(
            "^'m.keras': its member 'model.weights.h5' is damaged: expected the checksum [0-9A-F]{8}, received [0-9A-F]{8}.$", Fails(archive.OpenWeights));
    }

    [Theory]
    [InlineData("[1]", "'c.json' is a list; expected a JSON object.")]
    [InlineData("{\"a\":\"\\ud800\"}", "'c.json' is not JSON: Cannot read incomplete UTF-16 JSON text as string with missing low surrogate.")]
    [InlineData(
        "", "'c.json' is not JSON: The input does not contain any JSON tokens. Expected the input to start with a valid JSON token, when isFinalBlock is true. "
        + "LineNumber: 0 | BytePositionInLine: 0.")]
    public void Bad_JSON_is_an_error_at_once(string text, string sentence) =>
        Assert.Equal("'m.keras': " + sentence, Fails(() => JsonText.ParseObject(text, "m.keras", "c.json")));

    /// <summary>As Python and JavaScript read them, where both values are equal; others are refused, or noted where a report is at hand.</summary>
    [Fact]
    public void A_name_that_occurs_twice_passes_where_nothing_depends_on_which_counts()
    {
        const string Equal = """{"a":{"b":[1,null],"c":"x"},"d":1,"a":{"c":"x","b":[1,null]}}""";
        Assert.Equal(2, JsonText.ParseObject(Equal, "m.keras", "c.json").Count);
        const string Different = """{"a":{"k":1,"k":2.5}}""";
        Assert.Equal(
            "'m.keras': 'c.json' is not JSON: Duplicate property 'k' encountered during deserialization.",
            Fails(() => JsonText.ParseObject(Different, "m.keras", "c.json")));
        Assert.Equal(
            "'m.keras': 'c.json' is not JSON: Duplicate property 'a' encountered during deserialization.",
            Fails(() => JsonText.ParseObject(Equal, "m.keras", "c.json", JsonRepeats.None)));
        var report = new LoadReport("model.json");
        Assert.Equal(2.5, JsonText.ParseObject(Different, "model.json", "c.json", JsonRepeats.Noted(report.Note))["a"]!["k"]!.GetValue<double>());
        Assert.Equal(["'k' occurs twice in one object, as 1 and 2.5; the last value is used, as in Python and JavaScript."], report.Notes);
    }

    [Fact]
    public void JSON_deeper_than_any_model_is_refused() =>
        Assert.StartsWith("'m.keras': 'c.json' is not JSON: The maximum configured depth of 128 has been exceeded.",
            Fails(() => JsonText.ParseObject(string.Concat(Enumerable.Repeat("{\"a\":", 5000)), "m.keras", "c.json")), StringComparison.Ordinal);

    [Theory]
    [InlineData("", "an empty file")]
    [InlineData("PK\u0003\u0004 and more", "50 4B 03 04 20 61 6E 64")]
    public void A_file_that_is_no_HDF5_says_what_was_found(string content, string received)
    {
        var path = Put("w.h5", Encoding.Latin1.GetBytes(content));
        Assert.Equal(
            $"'w.h5': expected an HDF5 file, which begins with the bytes 89 48 44 46 0D 0A 1A 0A; received {received}.", Fails(() => WeightsFile.Open(path)));
        Assert.Equal(Fails(() => WeightsFile.Open(path)), Fails(() => KerasHdf5File.Open(path)));
    }

    [Fact]
    public void The_two_kinds_of_HDF5_files_are_told_apart()
    {
        var keras2 = SampleFileTests.Require("models/cifar10-mlcommons-resnet8-k240.h5");
        Assert.Equal("'cifar10-mlcommons-resnet8-k240.h5': expected Keras 3 weights; this is a Keras 2 file.", Fails(() => WeightsFile.Open(keras2)));
        var keras3 = Path.Combine(folder, "w.h5");
        WeightsWriter.Write(keras3, [new("", null, [])]);
        Assert.Equal("'w.h5': expected a Keras 2 file, which has the attribute 'layer_names'; it is missing.", Fails(() => KerasHdf5File.Open(keras3)));
    }

    [Theory]
    [InlineData("models/cifar10-mlcommons-resnet8-k240.h5", 1)]
    [InlineData("models/mnist-moonflower-k311.keras", 2)]
    public void Mutated_and_truncated_files_fail_in_the_declared_way_and_soon(string file, int seed)
    {
        var whole = File.ReadAllBytes(SampleFileTests.Require(file));
        var path = Path.Combine(folder, "mutant" + Path.GetExtension(file));
        MutateAndRead(whole, path, seed, 60);
    }

    [Fact]
    public void Mutants_of_Foveas_files_fail_in_the_declared_way_and_soon()
    {
        var path = Path.Combine(folder, "mutant.h5");
        WeightsWriter.Write(
            path, [new("layers/dense", "head", [StoredArray.From("0", [2, 3], [1, 2, 3, 4, 5, 6])]), new("optimizer", "adam", [StoredArray.From("0", 7)])]);
        MutateAndRead(File.ReadAllBytes(path), path, 3, 1000);
    }

    internal static void MutateAndRead(byte[] whole, string path, int seed, int rounds)
    {
        var random = new Random(seed);
        for (var round = 0; round < rounds; round++)
        {
            var bytes = round % 4 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (var change = random.Next(1, 40); change > 0 && bytes.Length > 0; change--)
            {
                // Structures lie mostly where bytes are neither zero nor noise, but any place will do.
                var place = random.Next(bytes.Length);
                bytes[place] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => (byte)random.Next(256) };
            }

            File.WriteAllBytes(path, bytes);
            var watch = Stopwatch.StartNew();
            try
            {
                ReadEverything(path);
            }
            catch (ModelFormatException error)
            {
                Assert.StartsWith($"'{Path.GetFileName(path)}': ", error.Message, StringComparison.Ordinal);
            }

            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"round {round} took {watch.Elapsed}");
        }
    }

    private static void ReadEverything(string path)
    {
        if (path.EndsWith(".keras", StringComparison.Ordinal))
        {
            using var archive = KerasArchive.Open(path);
            archive.ReadMetadata();
            archive.ReadModel();
            using var weights = archive.OpenWeights();
            foreach (var variable in weights.Groups.SelectMany(group => group.Variables)) variable.ReadFloats();
            return;
        }

        try
        {
            using var weights = WeightsFile.Open(path);
            foreach (var variable in weights.Groups.SelectMany(group => group.Variables)) variable.ReadFloats();
        }
        catch (ModelFormatException)
        {
            using var legacy = KerasHdf5File.Open(path);
            legacy.ReadModel();
            foreach (var weight in legacy.Layers.SelectMany(layer => layer.Weights)) weight.ReadFloats();
        }
    }

    private string Put(string name, byte[] content)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    private string Zip(string name, params (string Name, string Content)[] members)
    {
        var path = Path.Combine(folder, name);
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (member, content) in members)
        {
            using var stream = zip.CreateEntry(member).Open();
            stream.Write(Encoding.UTF8.GetBytes(content));
        }

        return path;
    }

    private static IEnumerable<int> Places(byte[] bytes, byte[] pattern) =>
        Enumerable.Range(0, bytes.Length - pattern.Length + 1).Where(i => bytes.AsSpan(i, pattern.Length).SequenceEqual(pattern));

    private static string Fails(Func<object> operation) => Assert.Throws<ModelFormatException>(() => { operation(); }).Message;
}
