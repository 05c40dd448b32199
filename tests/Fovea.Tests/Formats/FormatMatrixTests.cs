using Fovea.Tests.Layers;

namespace Fovea.Tests.Formats;

/// <summary>
/// Whatever is written is read again and computes the same: every layer and every activation in every format, or a refusal when it is written.
/// </summary>
public sealed class FormatMatrixTests : IDisposable
{
    private const string Onnx = "m.onnx";
    private static readonly string[] Files = ["m.keras", "m.h5", "m.safetensors", "model.json", Onnx];

    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public static IEnumerable<TheoryDataRow<LayerCase>> Layers =>
        LayerCases.All.Where(row => row.Create() is not Input && row.Input.Rank > 0)
            .Select(row => new TheoryDataRow<LayerCase>(row) { TestDisplayName = row.Name });

    public static IEnumerable<TheoryDataRow<string>> Activations =>
        LayerCases.All.Where(row => row.Create() is ActivationLayer).Select(row => ((ActivationLayer)row.Create()).Activation.Name)
        .Append(Activation.OlderHardSigmoid.Name).Distinct().Select(name => new TheoryDataRow<string>(name));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_layer_comes_back_from_every_format_that_takes_it(LayerCase row)
    {
        var inputs = Enumerable.Range(0, row.Inputs).Select(_ => new Input(row.Input.Dimensions)).ToList();
        Check(new Model([.. inputs.Select(input => input.Output)], [row.Create().Call([.. inputs.Select(input => input.Output)])], seed: 7), row.Name, Files);

        // Behind a convolution images have their channels first in ONNX.
        if (row.Input.Rank == 3)
        {
            var convolved = inputs.ConvertAll(input => new Conv2D(row.Input[2], 1).Call(input.Output));
            Check(new Model([.. inputs.Select(input => input.Output)], [row.Create().Call([.. convolved])], seed: 7), row.Name, [Onnx]);
        }
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_layer_comes_back_within_a_model_within_a_model(LayerCase row)
    {
        if (row.Inputs > 1) return;
        var inner = new Sequential("inner") { new Input(row.Input.Dimensions), row.Create() };
        var input = new Input(row.Input.Dimensions);
        Check(new Model(input.Output, inner.Call(input.Output), seed: 7), row.Name, Files);
    }

    [Theory]
    [MemberData(nameof(Layers))]
    public void Every_layers_weights_come_back_alone(LayerCase row)
    {
        var (from, to) = (Build(), Build());
        from.Summary();
        if (from.Weights.Count == 0) return;
        Fill(from, new Random(5));
        foreach (var file in (string[])["w.weights.h5", "w.h5", "w.safetensors"])
        {
            from.SaveWeights(Path.Combine(folder, file));
            Fill(to, new Random(6));
            var report = to.LoadWeights(Path.Combine(folder, file));
            Assert.True(from.Weights.Zip(to.Weights).All(pair => pair.First.Values.SequenceEqual(pair.Second.Values)), $"{file}, {row.Name}: other numbers");
            Assert.Equal(0, report.Count(TensorOutcome.Missing));
        }

        Model Build()
        {
            var inputs = Enumerable.Range(0, row.Inputs).Select(_ => new Input(row.Input.Dimensions)).ToList();
            return new Model([.. inputs.Select(input => input.Output)], [row.Create().Call([.. inputs.Select(input => input.Output)])], seed: 7);
        }
    }

    [Theory]
    [MemberData(nameof(Activations))]
    public void Every_activation_comes_back_from_every_format_that_takes_it(string name)
    {
        var activation = ActivationCatalog.FromName(name);
        Check(new Sequential(seed: 3) { new Input(5, 5, 2), new Conv2D(4, 3, activation: activation), new Flatten(), new Dense(6, activation) }, name, Files);
    }

    /// <summary>Keras 2's hard sigmoid, 0.2 x + 0.5, and Keras 3's, x / 6 + 0.5, at 1: 0.7 and 2/3. The version in the file says which is meant.</summary>
    [Theory]
    [InlineData("hard_sigmoid", 0.6666667f, "3.14.0")]
    [InlineData("hard_sigmoid of Keras 2", 0.7f, "2.15.0")]
    public void The_hard_sigmoid_of_either_Keras_is_named_so_that_Keras_computes_it(string name, float atOne, string version)
    {
        H5py.Require();
        var model = new Sequential { new Input(1), new ActivationLayer(ActivationCatalog.FromName(name)) };
        var path = Path.Combine(folder, "m.h5");
        model.Save(path);
        Assert.Equal(atOne, Model.Load(path).Predict(new Tensor([1, 1], [1])).Values[0], 1e-6f);
        Assert.Equal($"{version} {version} hard_sigmoid\n", H5py.Run("""
            import h5py, json, sys
            f = h5py.File(sys.argv[1], 'r')
            config = json.loads(f.attrs['model_config'])['config']
            print(f.attrs['keras_version'], f['model_weights'].attrs['keras_version'], config['layers'][-1]['config']['activation'])
            """, path));
    }

    [Fact]
    public void Both_hard_sigmoids_do_not_fit_one_file_and_Keras_2s_does_not_fit_Keras_3()
    {
        var both =
            new Sequential { new Input(1), new Dense(1, Activation.HardSigmoid) { Name = "new" }, new Dense(1, Activation.OlderHardSigmoid) { Name = "old" } };
        Assert.Equal(
            "'old' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and 'new' that of Keras 3, x / 6 + 0.5; an .h5 file can have only one of "
            + "them. Save the model as .safetensors.",
            Assert.Throws<NotSupportedException>(() => both.Save(Path.Combine(folder, "m.h5"))).Message);
        Assert.Equal(
            "Dense 'old' has the hard_sigmoid of Keras 2, 0.2 x + 0.5 between 0 and 1, and Keras 3 has no name for it. Save the model as .h5 or .safetensors.",
            Assert.Throws<NotSupportedException>(() => both.Save(Path.Combine(folder, "m.keras"))).Message);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private void Check(Model model, string row, string[] files)
    {
        var random = new Random(5);
        Fill(model, random);
        Tensor[] inputs =
            [.. model.Inputs.Select(
            input => new Tensor(input.Shape.Prepend(2), [.. Enumerable.Range(0, 2 * input.Shape.Count).Select(_ => (2 * random.NextSingle()) - 0.8f)]))];
        var expected = model.Predict(inputs);
        foreach (var file in files)
        {
            try
            {
                model.Save(Path.Combine(folder, file));
            }
            catch (NotSupportedException)
            {
                continue; // refused when it is written
            }

            var problem = ProblemOf(Path.Combine(folder, file), inputs, expected);
            Assert.True(problem is null, $"{file}, {row}: {problem}");
        }
    }

    private static void Fill(Model model, Random random)
    {
        foreach (var weight in model.Weights) weight.Write([.. Enumerable.Range(0, weight.Shape.Count).Select(_ => 0.5f + random.NextSingle())]);
    }

    private static string? ProblemOf(string path, Tensor[] inputs, IReadOnlyList<Tensor> expected)
    {
        IReadOnlyList<Tensor> received;
        try
        {
            received = Model.Load(path).Predict(inputs);
        }
        catch (Exception error) when (error is ModelFormatException or ShapeException)
        {
            return error.Message;
        }

        var isExact = Path.GetExtension(path) is ".keras" or ".h5" or ".safetensors";
        foreach (var (before, after) in expected.Zip(received))
        {
            if (before.Shape != after.Shape) return $"{before.Shape} became {after.Shape}";
            if (isExact && !before.Values.AsSpan().SequenceEqual(after.Values)) return "other numbers";
            var far = before.Values.Zip(after.Values)
                .FirstOrDefault(
                pair => pair.First != pair.Second && !(Math.Abs(pair.First - pair.Second) <= 1e-5f * Math.Max(1, Math.Abs(pair.First)))
                && !(float.IsNaN(pair.First) && float.IsNaN(pair.Second)));
            if (far != default) return $"{far.First} became {far.Second}";
        }

        return null;
    }
}
