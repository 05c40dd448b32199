using System.IO.Compression;
using System.Text;

namespace Fovea.Tests.Formats;

/// <summary>Files that people take for models: each is called what it is, with what to do.</summary>
public sealed class ForeignFilesTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("empty.keras", "", "the file is empty.")]
    [InlineData("zeros.h5", "00 00 00 00 00 00", "the file begins with zeros")]
    [InlineData(
        "model.keras", "'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
        "it is a Git LFS pointer to a large file that was not downloaded; run 'git lfs pull'")]
    [InlineData("model.onnx", "'version https://git-lfs.github.com/spec/v1\n", "it is a Git LFS pointer")]
    [InlineData("model.h5", "'\n\n<!DOCTYPE html>\n<html lang=\"en\">", "it is a web page (HTML), not a model")]
    [InlineData("model.safetensors", "'<html><head>", "it is a web page (HTML), not a model")]
    [InlineData("error.onnx", "'<?xml version=\"1.0\"?><Error><Code>AccessDenied", "it is XML")]
    [InlineData("old.pt", "80 02 8A 0A 6C FC 9C 46 F9 20 6A A8 50 19 2E", "it is a Python pickle, as PyTorch before version 1.6")]
    [InlineData("forest.pkl", "80 04 95 10 00 00 00 00", "it is a Python pickle")]
    [InlineData("model.h5.gz", "1F 8B 08 00 00", "it is compressed with gzip; unpack it first")]
    [InlineData("weights.npy", "93 4E 55 4D 50 59 01 00", "it is an array of NumPy")]
    [InlineData("photo.keras", "89 50 4E 47 0D 0A 1A 0A", "it is an image (PNG)")]
    [InlineData("saved_model.pb", "08 01 12 5C", "it is a TensorFlow graph (.pb)")]
    [InlineData("frozen.pb", "0A 10 0A 05", "it is a TensorFlow graph (.pb)")]
    [InlineData("net.caffemodel", "0A 07", "it is a model of Caffe")]
    [InlineData("yolo.weights", "00 00 00 00 02 00 00 00 00 00 00 00", "it looks like the weights or the description of a Darknet network")]
    [InlineData("net.mlmodel", "08 04 12", "it is a Core ML model")]
    [InlineData("model.ckpt.index", "57 FB 80 8B", "it is part of a checkpoint of TensorFlow")]
    [InlineData("net.params", "12 01 00 00", "it is a file of MXNet")]
    [InlineData("train.py", "'import keras", "it is the source of a program")]
    [InlineData("net.bin", "'what is this", "expected a model file; its first bytes match none of Keras 3 (.keras)")]
    public void A_file_by_its_first_bytes_or_its_name(string name, string content, string sentence)
    {
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(
            path, content.StartsWith('\'')
            ? Encoding.UTF8.GetBytes(content[1..])
            : [.. content.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => Convert.ToByte(pair, 16))]);
        Assert.StartsWith($"'{name}': {sentence}", Fails(path), StringComparison.Ordinal);
        Assert.DoesNotContain('\n', Fails(path));
    }

    [Theory]
    [InlineData(
        "net.pth", "archive/data.pkl archive/data/0 archive/version",
        "it is a file of PyTorch (torch.save), a zip of Python pickles, which are programs and are not run; export the model with torch.onnx.export")]
    [InlineData("net.pt", "net/data.pkl net/code/__torch__.py net/constants.pkl", "it is a TorchScript program of PyTorch")]
    [InlineData("weights.npz", "a.npy b.npy", "it has arrays of NumPy (.npz)")]
    [InlineData("download.zip", "__MACOSX/x models/cats.h5", "it is a zip with 'models/cats.h5' in it; unpack it first.")]
    [InlineData("saved.zip", "m/saved_model.pb m/variables/variables.index", "it is a zip of a SavedModel of TensorFlow")]
    [InlineData("other.keras", "config.json weights", "expected the member 'metadata.json' of a .keras file")]
    public void A_zip_by_its_members(string name, string members, string sentence)
    {
        var path = Path.Combine(folder, name);
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
            foreach (var member in members.Split(' ')) zip.CreateEntry(member).Open().Dispose();
        Assert.StartsWith($"'{name}': {sentence}", Fails(path), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "saved_model.pb", "it is a TensorFlow SavedModel, a folder; load it in Python with Keras and save it with model.save('model.keras'), or convert it "
        + "to ONNX (python -m tf2onnx.convert --saved-model).")]
    [InlineData("model.json", "it is a folder; expected the file model.json in it.")]
    [InlineData("checkpoint", "it is a folder with a checkpoint of TensorFlow; load it in Python with Keras and save it with model.save('model.keras').")]
    [InlineData("model.safetensors", "it is a folder; expected a file in it, such as model.safetensors.")]
    [InlineData("notes.txt", "it is a folder; expected a model file such as .keras, .h5 or .onnx.")]
    public void A_folder_by_what_is_in_it(string member, string sentence)
    {
        File.WriteAllText(Path.Combine(folder, member), "x");
        Assert.Equal($"'{Path.GetFileName(folder)}': {sentence}", Fails(folder));
    }

    /// <summary>The length of a safetensors file's header may be the first bytes of anything.</summary>
    [Theory]
    [InlineData(0x0280)]
    [InlineData(0x8B1F)]
    [InlineData(0x4D42)]
    public void A_safetensors_file_is_none_of_them(int header)
    {
        var path = Path.Combine(folder, "m.safetensors");
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)header), .. Encoding.UTF8.GetBytes("{}".PadRight(header))]);
        Assert.StartsWith(
            "'m.safetensors': it has weights only", Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message, StringComparison.Ordinal);
    }

    /// <summary>Loading weights says the same as loading a model.</summary>
    private static string Fails(string path)
    {
        var message = Assert.Throws<ModelFormatException>(() => Model.Load(path)).Message;
        if (message.Contains("first bytes", StringComparison.Ordinal) || message.Contains(".keras file", StringComparison.Ordinal)) return message;
        Assert.Equal(message, Assert.Throws<ModelFormatException>(() => new Sequential { new Input(2), new Dense(1) }.LoadWeights(path)).Message);
        return message;
    }
}
