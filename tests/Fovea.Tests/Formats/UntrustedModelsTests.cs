using System.IO.Compression;
using System.Text;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Formats;

/// <summary>Files that are damaged or that mean harm: one clear sentence, no other exception, no hang, no memory by the gigabyte.</summary>
public sealed class UntrustedModelsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("\"filters\":4", "\"filters\":2000000000", "Conv2D 'conv2d': a tensor has at most 2147483647 elements")]
    [InlineData("\"filters\":4", "\"filters\":20000000", "expected the shape (3, 3, 1, 20000000) for the kernel of 'conv2d'; received (3, 3, 1, 4).")]
    [InlineData("\"filters\":4", "\"filters\":-4", "Conv2D 'conv2d': Conv2D: filters must be at least 1; received -4.")]
    [InlineData("\"filters\":4", "\"filters\":\"four\"", "Conv2D 'conv2d': expected a whole number for 'filters'; received \"four\".")]
    [InlineData(
        "\"kernel_size\":[3,3]", "\"kernel_size\":[3,3,3]", "Conv2D 'conv2d': expected a number or a pair of numbers for 'kernel_size'; received [3,3,3].")]
    [InlineData("\"padding\":\"valid\"", "\"padding\":\"causal\"", "Conv2D 'conv2d': expected 'valid' or 'same' for 'padding'; received \"causal\".")]
    [InlineData(
        "\"activation\":\"relu\"", "\"activation\":\"frelu\"", "Conv2D 'conv2d': the activation 'frelu' is not known; the nearest known names are relu, ")]
    [InlineData(
        "\"class_name\":\"Flatten\"", "\"class_name\":\"Lambda\"",
        "a Lambda is a function in Python, which Fovea cannot read; replace it by a layer of Keras before saving.")]
    [InlineData("\"units\":3", "\"units\":5", "expected the shape (36, 5) for the kernel of 'dense'; received (36, 3).")]
    [InlineData("[null,8,8,1]", "[null,0,8,1]", "expected a batch and sizes of at least 1 as the shape of the input 'input_layer'; received [null,0,8,1].")]
    [InlineData("[null,8,8,1]", "[null,2,2,1]", "the image (2, 2) is smaller than the window (3, 3)")]
    [InlineData("\"name\":\"flatten\"", "\"name\":\"conv2d\"", "two layers have the name 'conv2d'")]
    public void A_changed_configuration_gets_one_clear_sentence(string old, string changed, string expected)
    {
        var path = Save();
        Assert.Contains(old, ReadConfig(path), StringComparison.Ordinal);
        ReplaceConfig(path, text => text.Replace(old, changed, StringComparison.Ordinal));
        var error = Assert.Throws<ModelFormatException>(() => Model.Load(path));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("'model.keras': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Missing_weights_are_named()
    {
        var path = Save();
        ReplaceConfig(path, text => text.Replace("\"use_bias\":true", "\"use_bias\":false", StringComparison.Ordinal));
        var error = Assert.Throws<ModelFormatException>(() => Model.Load(path));
        Assert.Equal("'model.keras': expected 1 weights of Conv2D 'conv2d'; received 2 in 'layers/conv2d'.", error.Message);
    }

    [Fact]
    public void Random_damage_to_the_configuration_never_gives_another_exception()
    {
        var path = Save();
        var original = ReadConfig(path);
        var random = new RandomNumbers(3);
        string[] pieces = ["null", "-1", "1e99", "[]", "{}", "\"\"", "99999999999", "\"Conv2D\"", "[[[", "true"];
        for (var round = 0; round < 300; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(original);
            string text;
            if (round % 2 == 0)
            {
                for (var k = 0; k <= random.NextInt(4); k++) bytes[random.NextInt(bytes.Length)] = (byte)random.NextInt(128);
                text = Encoding.UTF8.GetString(bytes);
            }
            else
            {
                // A value somewhere becomes another kind of value.
                var at = original.IndexOf(':', random.NextInt(original.Length - 200)) + 1;
                var end = original.AsSpan(at).IndexOfAny(",}]") + at;
                text = string.Concat(original.AsSpan(0, at), pieces[random.NextInt(pieces.Length)], original.AsSpan(end));
            }

            var damaged = Path.Combine(folder, "damaged.keras");
            File.Copy(path, damaged, overwrite: true);
            ReplaceConfig(damaged, _ => text);
            try
            {
                _ = Model.Load(damaged);
            }
            catch (ModelFormatException error)
            {
                Assert.DoesNotContain('\n', error.Message);
            }
        }
    }

    private string Save()
    {
        var model = new Sequential
        {
            new Input(8, 8, 1), new Conv2D(4, 3, activation: Activation.Relu), new MaxPooling2D(2), new Flatten(), new Dense(3, Activation.Softmax),
        };
        model.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
        var path = Path.Combine(folder, "model.keras");
        model.Save(path);
        return path;
    }

    private static string ReadConfig(string path)
    {
        using var zip = ZipFile.OpenRead(path);
        using var reader = new StreamReader(zip.GetEntry("config.json")!.Open());
        return reader.ReadToEnd();
    }

    private static void ReplaceConfig(string path, Func<string, string> change)
    {
        var changed = change(ReadConfig(path));
        using var zip = ZipFile.Open(path, ZipArchiveMode.Update);
        zip.GetEntry("config.json")!.Delete();
        using var writer = new StreamWriter(zip.CreateEntry("config.json").Open());
        writer.Write(changed);
    }
}
