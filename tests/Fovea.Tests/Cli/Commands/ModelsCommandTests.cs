using Fovea.Tests.Data;
using Fovea.Tests.Training;

namespace Fovea.Tests.Cli;

/// <summary><c>fovea models</c>, and networks by their names in other commands.</summary>
[Collection(AloneCollection.Name)]
public sealed class ModelsCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly LocalServer server = new();
    private readonly Dictionary<string, string?> before = [];

    public ModelsCommandTests()
    {
        Set(DownloadCache.Variable, folder.Path);
        Set(Fovea.Applications.MirrorVariable, server.Address);
        Set("KERAS_HOME", Path.Combine(folder.Path, "keras"));
    }

    public void Dispose()
    {
        foreach (var (name, value) in before) Environment.SetEnvironmentVariable(name, value);
        server.Dispose();
        folder.Dispose();
    }

    [Fact]
    public void The_list_has_all_networks_with_their_numbers()
    {
        var models = CommandRunner.Run("models", "--json").Json.GetProperty("models").EnumerateArray().ToList();
        Assert.Equal(Fovea.Applications.Names, models.Select(model => model.GetProperty("name").GetString()));
        var mobile = models.Single(model => model.GetProperty("name").GetString() == "MobileNetV2");
        Assert.Equal((3_538_984, 2_257_984), (mobile.GetProperty("parameters").GetInt64(), mobile.GetProperty("parameters_without_top").GetInt64()));
        Assert.Equal([224, 224, 3], mobile.GetProperty("input").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal("imagenet", mobile.GetProperty("weights").GetString());
        Assert.Equal("Apache 2.0", mobile.GetProperty("license").GetString());
        var text = CommandRunner.Run("models").Output;
        Assert.Contains("MobileNetV2", text);
        Assert.Contains("3,538,984", text);
        Assert.Contains("71.3 %", text);
    }

    [Fact]
    public void Get_downloads_a_file_and_other_commands_use_it_by_name()
    {
        const string Name = "mobilenet_2_5_128_tf.h5";
        var published = folder.Path + "/published.h5";
        Fovea.Applications.MobileNet(new() { Alpha = 0.25, InputShape = [128, 128, 3] }).Save(published);
        server.Put(Name, File.ReadAllBytes(published));
        var get = CommandRunner.Run("models", "get", "mobilenet", "--alpha", "0.25", "--input-shape", "128,128,3", "--json");
        Assert.Equal((0, Path.Combine(folder.Path, "models", Name)), (get.ExitCode, get.Json.GetProperty("file").GetString()));
        Assert.Equal("MobileNet", get.Json.GetProperty("name").GetString());
        Assert.Single(server.Requests);
    }

    [Fact]
    public void A_network_without_a_connection_is_one_sentence()
    {
        server.Dispose();
        Assert.Contains("3538984", CommandRunner.Run("summary", "mobilenet_v2", "--json").Output);
        var outcome = CommandRunner.Run("evaluate", "mobilenet_v2", "--data", "digits");
        Assert.Equal(1, outcome.ExitCode);
        Assert.StartsWith(
            "fovea evaluate: Applications.MobileNetV2: mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224.h5 could not be downloaded", outcome.Error);
        Assert.Single(outcome.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public void An_unknown_name_is_refused()
    {
        var outcome = CommandRunner.Run("models", "get", "mobilenet_v9");
        Assert.Equal(1, outcome.ExitCode);
        Assert.Equal("fovea models get: NAME: expected a network that 'fovea models' lists; received 'mobilenet_v9'.\n", outcome.Error);
    }

    private void Set(string name, string value)
    {
        before[name] = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
    }
}
