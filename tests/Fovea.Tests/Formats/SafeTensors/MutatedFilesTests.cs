namespace Fovea.Tests.Formats.SafeTensors;

/// <summary>Files with some bytes changed, cut or doubled: they load, or are refused in a sentence that names them; nothing else happens.</summary>
public sealed class MutatedFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("model.safetensors")]
    [InlineData("model.json")]
    public void A_damaged_file_is_refused_in_a_sentence(string name)
    {
        var path = Path.Combine(folder, name);
        var model = new Sequential("s") { new Input(5, 5, 2), new Conv2D(3, 3), new BatchNormalization(), new Flatten(), new Dense(2) };
        model.ClassNames = ["a", "b"];
        if (name.EndsWith(".json", StringComparison.Ordinal)) model.Save(path);
        else model.SaveTensors(path, TensorLayout.PyTorch);
        var whole = File.ReadAllBytes(path);
        var random = new Random(1);
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("FOVEA_FUZZ_ROUNDS"), out var given) ? given : 1000;
        var loaded = 0;
        for (var round = 0; round < rounds; round++)
        {
            var bytes = Mutate(whole, random);
            File.WriteAllBytes(path, bytes);
            try
            {
                Model.Load(path);
                loaded++;
            }
            catch (ModelFormatException error)
            {
                Assert.StartsWith($"'{name}': ", error.Message, StringComparison.Ordinal);
            }
#pragma warning disable CA1031 // Any other exception is what this test looks for.
            catch (Exception error)
#pragma warning restore CA1031
            {
                var kept = Path.Combine(Path.GetTempPath(), $"fovea-fuzz-{round}-{name}");
                File.WriteAllBytes(kept, bytes);
                Assert.Fail($"round {round}, kept as {kept}: {error}");
            }
        }

        Assert.InRange(loaded, 1, rounds - 1);
    }

    private static byte[] Mutate(byte[] whole, Random random)
    {
        var bytes = whole.ToList();
        for (var times = random.Next(1, 4); times > 0 && bytes.Count > 0; times--)
        {
            // Most changes belong to the text at the beginning.
            var place = random.Next(random.Next(4) == 0 ? bytes.Count : Math.Min(bytes.Count, 3000));
            var length = Math.Min(bytes.Count - place, random.Next(1, 12));
            switch (random.Next(6))
            {
                case 0: bytes[place] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[place] = (byte)"0123456789{}[]\",:-eE.tnf/\\"[random.Next(26)]; break;
                case 2: bytes.RemoveRange(place, length); break;
                case 3: bytes.InsertRange(place, bytes.GetRange(place, length)); break;
                case 4 when random.Next(8) == 0: bytes.RemoveRange(place, bytes.Count - place); break;
                default:
                    // Another number where one stands.
                    while (place < bytes.Count && !char.IsAsciiDigit((char)bytes[place])) place++;
                    if (place < bytes.Count) bytes[place] = (byte)('0' + random.Next(10));
                    break;
            }
        }

        return [.. bytes];
    }
}
