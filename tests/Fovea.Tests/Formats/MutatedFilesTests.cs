using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;

namespace Fovea.Tests.Formats;

/// <summary>
/// Files with some bytes changed, cut or doubled, in every format that is read: they load, or are refused in a sentence that names them; nothing else happens,
/// and that soon and in little memory. A minute in all; FOVEA_FUZZ_SECONDS says how many seconds each takes, FOVEA_FUZZ_SEED the number of the first file.
/// </summary>
public sealed class MutatedFilesTests : IDisposable
{
    private const double Seconds = 6;
    private const double LongestSeconds = 20;
    private const long MostBytes = 1L << 30;
    private static readonly byte[] Text = [.. "0123456789{}[]\",:-eE.tnf/\\"u8];
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    /// <summary>The file, and what of it is changed: all of it, or a member of the archive, which gets its right checksum again.</summary>
    public static TheoryData<string, string?> Files => new()
    {
        { "model.keras", null },
        { "model.keras", "config.json" },
        { "model.keras", "model.weights.h5" },
        { "model.h5", null },
        { "real.h5", null },
        { "model.weights.h5", null },
        { "model.onnx", null },
        { "torch.onnx", null },
        { "quantized.onnx", null },
        { "model.safetensors", null },
        { "model.tflite", null },
        { "model.json", null },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_is_refused_in_a_sentence(string name, string? member)
    {
        var path = Path.Combine(folder, name);
        var model = new Sequential("s") { new Input(5, 5, 2), new Conv2D(3, 3), new BatchNormalization(), new Flatten(), new Dense(2) };
        Make(model, name, path);
        var whole = File.ReadAllBytes(path);
        var limit = double.TryParse(Environment.GetEnvironmentVariable("FOVEA_FUZZ_SECONDS"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : Seconds;
        var seed = int.TryParse(Environment.GetEnvironmentVariable("FOVEA_FUZZ_SEED"), CultureInfo.InvariantCulture, out var first) ? first : 1;
        var (loaded, refused) = (0, 0);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed.TotalSeconds < limit; seed++)
        {
            var random = new Random(seed);
            var bytes = member is null ? Mutate(whole, random) : WithMember(whole, member, random);
            File.WriteAllBytes(path, bytes);
            var (before, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            try
            {
                if (name.EndsWith(".weights.h5", StringComparison.Ordinal)) model.LoadWeights(path);
                else Model.Load(path);
                loaded++;
            }
            catch (ModelFormatException error)
            {
                Assert.StartsWith($"'{name}': ", error.Message, StringComparison.Ordinal);
                refused++;
            }
#pragma warning disable CA1031 // Any other exception is what this test looks for.
            catch (Exception error)
#pragma warning restore CA1031
            {
                Assert.Fail($"seed {seed}, kept as {Keep(seed, name, bytes)}: {error}");
            }

            var (taken, allocated) = (Stopwatch.GetElapsedTime(start).TotalSeconds, GC.GetAllocatedBytesForCurrentThread() - before);
            if (taken > LongestSeconds || allocated > MostBytes)
                Assert.Fail($"seed {seed}, kept as {Keep(seed, name, bytes)}: {taken:0.0} s and {allocated / 1e6:0} MB");
        }

        TestContext.Current.SendDiagnosticMessage("{0} {1}: {2} loaded, {3} refused", name, member ?? "", loaded, refused);
        Assert.True(loaded > 0 && refused > 0, $"{loaded} loaded, {refused} refused");
    }

    private static string Keep(int seed, string name, byte[] bytes)
    {
        var kept = Path.Combine(Path.GetTempPath(), $"fovea-fuzz-{seed}-{name}");
        File.WriteAllBytes(kept, bytes);
        return kept;
    }

    private static void Make(Sequential model, string name, string path)
    {
        model.ClassNames = ["a", "b"];
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        switch (name)
        {
            case "real.h5" when TestData.Find("models/cifar10-mlcommons-resnet8-k240.h5") is { } real: File.Copy(real, path); break;
            case "torch.onnx": File.Copy(Path.Combine(AppContext.BaseDirectory, "Golden", "onnx", "mobile-16-fix.onnx"), path); break;
            case "quantized.onnx": Onnx.OnnxExample.Write(path); break;
            case "model.tflite": File.WriteAllBytes(path, Tflite.TfliteFile.Example()); break;
            case "model.weights.h5": model.SaveWeights(path); break;
            case "model.safetensors": model.Save(path, TensorLayout.PyTorch); break;
            default: model.Save(path); break;
        }
    }

    private static byte[] WithMember(byte[] archive, string member, Random random)
    {
        using var result = new MemoryStream();
        using (var from = new ZipArchive(new MemoryStream(archive), ZipArchiveMode.Read))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries)
            {
                using var content = new MemoryStream();
                using (var stream = entry.Open()) stream.CopyTo(content);
                using var target = to.CreateEntry(entry.FullName, CompressionLevel.NoCompression).Open();
                target.Write(entry.FullName == member ? Mutate(content.ToArray(), random) : content.ToArray());
            }
        }

        return result.ToArray();
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            // Most changes belong to the structures at the beginning or, of HDF5, at the end.
            var place = random.Next(4) switch
            {
                0 => random.Next(bytes.Count),
                1 => bytes.Count - 1 - random.Next(Math.Min(bytes.Count, 3000)),
                _ => random.Next(Math.Min(bytes.Count, 3000)),
            };
            var length = Math.Min(bytes.Count - place, random.Next(1, 12));
            switch (random.Next(8))
            {
                case 0: bytes[place] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[place] = Text[random.Next(Text.Length)]; break;
                case 2: bytes.RemoveRange(place, length); break;
                case 3: bytes.InsertRange(place, bytes.GetRange(place, length)); break;
                case 4 when random.Next(8) == 0: bytes.RemoveRange(place, bytes.Count - place); break;
                case 5: bytes[place] = random.Next(3) switch { 0 => 0, 1 => 0xFF, _ => 0x7F }; break;
                case 6:
                    for (var i = 0; i < length; i++) bytes[place + i] = 0xFF;
                    break;
                default:
                    // Another number in place of one.
                    while (place < bytes.Count && !char.IsAsciiDigit((char)bytes[place])) place++;
                    if (place < bytes.Count) bytes[place] = (byte)('0' + random.Next(10));
                    break;
            }
        }

        return [.. bytes];
    }
}
