using System.Diagnostics;
using System.Globalization;

namespace Fovea.Tests.Formats.TensorFlowJs;

/// <summary>
/// Models that TensorFlow.js itself makes and reads, where it is installed: <c>npm install @tensorflow/tfjs</c> in the folder that <c>FOVEA_TFJS</c> names.
/// </summary>
public sealed class TensorFlowJsTests : IDisposable
{
    private const string Script = """
        const tf = require(process.env.FOVEA_TFJS + '/node_modules/@tensorflow/tfjs');
        const fs = require('fs');
        const [, folder] = process.argv;
        const print = tensor => console.log(`= ${Array.from(tensor.dataSync()).join(' ')}`);

        async function save(model, name) {
          await model.save(tf.io.withSaveHandler(async parts => {
            fs.writeFileSync(`${folder}/${name}.weights.bin`, Buffer.from(parts.weightData));
            fs.writeFileSync(`${folder}/${name}.json`, JSON.stringify({
              modelTopology: parts.modelTopology, format: parts.format, generatedBy: parts.generatedBy, convertedBy: parts.convertedBy,
              weightsManifest: [{paths: [`./${name}.weights.bin`], weights: parts.weightSpecs}]}));
            return {modelArtifactsInfo: {dateSaved: new Date(), modelTopologyType: 'JSON'}};
          }));
        }

        async function load(file) {
          const json = JSON.parse(fs.readFileSync(file));
          const data = Buffer.concat(json.weightsManifest[0].paths.map(path => fs.readFileSync(require('path').dirname(file) + '/' + path)));
          return await tf.loadLayersModel({load: async () => ({
            modelTopology: json.modelTopology, weightSpecs: json.weightsManifest[0].weights,
            weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length)})});
        }

        function makers() {
          const l = tf.layers;
          const sequential = tf.sequential({layers: [
            l.conv2d({inputShape: [12, 10, 3], filters: 4, kernelSize: 3, activation: 'relu'}), l.batchNormalization(),
            l.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2}),
            l.maxPooling2d({poolSize: 2}), l.separableConv2d({filters: 5, kernelSize: 2}), l.dropout({rate: 0.3}),
            l.flatten(), l.dense({units: 4, activation: 'softmax'})]});
          const input = tf.input({shape: [8, 8, 2]});
          const inner = tf.sequential({layers: [l.conv2d({inputShape: [8, 8, 2], filters: 3, kernelSize: 3, padding: 'same'}), l.leakyReLU({alpha: 0.1})]});
          let x = inner.apply(input);
          x = l.add().apply([x, l.conv2d({filters: 3, kernelSize: 1, useBias: false, name: 'shortcut'}).apply(input)]);
          x = l.concatenate().apply([l.globalAveragePooling2d({}).apply(x), l.globalMaxPooling2d({}).apply(l.reLU({maxValue: 6}).apply(x))]);
          const functional = tf.model({inputs: input, outputs: l.dense({units: 2, activation: 'sigmoid'}).apply(l.layerNormalization().apply(x))});
          return {sequential, functional};
        }

        (async () => {
          await tf.setBackend('cpu');
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TensorFlow_js_models_compute_the_same_and_go_back()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("FOVEA_TFJS") is null, "set FOVEA_TFJS to a folder with @tensorflow/tfjs to run it.");
        var numbers = Run("""
              for (const [name, model] of Object.entries(makers())) {
                model.setWeights(model.getWeights().map(
                  w => w.rank === 1 ? tf.randomUniform(w.shape, 0.5, 1.5, 'float32', 1) : tf.randomNormal(w.shape, 0, 0.3, 'float32', 2)));
                await save(model, name);
                const x = tf.randomNormal([1, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 3);
                print(x);
                print(model.predict(x));
              }
            })();
            """);
        string[] names = ["sequential", "functional"];
        foreach (var (index, name) in names.Index())
        {
            var model = Model.Load(Path.Combine(folder, $"{name}.json"), out var report);
            Assert.All(report.Tensors, tensor => Assert.Equal(TensorOutcome.Loaded, tensor.Outcome));
            Equal(numbers[(2 * index) + 1], model.Predict(new Tensor(model.InputShape.Prepend(1), numbers[2 * index])).Values);
            model.Save(Path.Combine(folder, $"{name}-back.json"));
        }

        LayersModelTests.Branched().Save(Path.Combine(folder, "model.json"));
        var back = Run("""
              for (const file of ['sequential-back.json', 'functional-back.json', 'model.json']) {
                const model = await load(`${folder}/${file}`);
                const x = tf.randomNormal([1, ...model.inputs[0].shape.slice(1)], 0, 1, 'float32', 5);
                print(x);
                print(model.predict(x));
              }
            })();
            """);
        foreach (var (index, file) in ((string[])["sequential-back.json", "functional-back.json", "model.json"]).Index())
        {
            var model = Model.Load(Path.Combine(folder, file));
            Equal(back[(2 * index) + 1], model.Predict(new Tensor(model.InputShape.Prepend(1), back[2 * index])).Values);
        }
    }

    /// <summary>
    /// Every layer in every row of the tables, every activation and penalty: written, it is computed by TensorFlow.js as here, or it is refused.
    /// </summary>
    [Fact]
    public void Whatever_is_written_is_read_by_TensorFlow_js_and_computes_the_same()
    {
        Assert.SkipWhen(Environment.GetEnvironmentVariable("FOVEA_TFJS") is null, "set FOVEA_TFJS to a folder with @tensorflow/tfjs to run it.");
        var models = new List<(string Name, Model Model)>();
        foreach (var row in Fovea.Tests.Layers.LayerCases.All.Where(row => row.Create() is not Input && row.Input.Rank > 0))
        {
            SymbolicTensor[] inputs = [.. Enumerable.Range(0, row.Inputs).Select(_ => new Input(row.Input.Dimensions).Output)];
            models.Add((row.Name, new Model(inputs, [row.Create().Call(inputs)])));
        }

        foreach (var activation in Fovea.Tests.Layers.ActivationTests.Names.Select(row => row.Data).Where(name => name != "gelu_tanh")
            .Select(name => ActivationCatalog.FromName(name)).Append(Activation.OlderHardSigmoid))
            models.Add((activation.Name, new Sequential { new Input(4), new ActivationLayer(activation), new Dense(4, activation) }));
        foreach (var regularizer in (Regularizer[])[new L1(0.1f), new L2(0.1f), new L1L2(0.1f, 0.2f)])
            models.Add(
                ($"{regularizer}",
                new Sequential { new Input(4, 4, 1),
                new Conv2D(
                2, 2) { KernelRegularizer = regularizer, BiasRegularizer = regularizer, KernelConstraint = new MaxNorm(2),
                KernelInitializer = Initializer.LecunNormal } }));
        var (written, refused) = (new List<(string Name, Model Model, string File)>(), new List<string>());
        foreach (var (name, model) in models)
        {
            var file = $"m{written.Count}.json";
            try
            {
                model.Save(Path.Combine(folder, file));
                written.Add((name, model, file));
            }
            catch (NotSupportedException error)
            {
                refused.Add($"{name}: {error.Message}");
            }
        }

        File.WriteAllLines(Path.Combine(folder, "files.txt"), written.Select(entry => entry.File));
        var numbers = Run("""
              for (const file of fs.readFileSync(`${folder}/files.txt`, 'utf8').trim().split('\n')) {
                try {
                  const model = await load(`${folder}/${file}`);
                  const x = model.inputs.map((input, i) => tf.randomNormal([2, ...input.shape.slice(1)], 0, 1, 'float32', 5 + i));
                  const y = model.predict(x.length === 1 ? x[0] : x);
                  for (const one of x) print(one);
                  print(y);
                } catch (error) { console.log(`# ${file} ${error.message.split('\n')[0]}`); }
              }
            })();
            """, out var failures);
        Assert.True(
            failures.Count == 0,
            string.Join('\n', failures.Select(failure => $"{written[int.Parse(failure.Split(' ')[1][1..^5], CultureInfo.InvariantCulture)].Name}: {failure}")));
        var next = 0;
        var wrong = new List<string>();
        foreach (var (name, model, _) in written)
        {
            var inputs = model.Inputs.Select(input => new Tensor(input.Shape.Prepend(2), numbers[next++])).ToList();
            var (expected, actual) = (numbers[next++], model.Predict(inputs)[0].Values);
            var scale = Math.Max(1e-3f, expected.Max(Math.Abs));
            if (expected.Length != actual.Length || expected.Zip(actual).Any(pair => !(Math.Abs(pair.First - pair.Second) <= 1e-5f * scale))) wrong.Add(name);
        }

        Assert.True(wrong.Count == 0, string.Join(", ", wrong));
        TestContext.Current.SendDiagnosticMessage("{0} written, refused: {1}", written.Count, string.Join('\n', refused));
        Assert.True(written.Count > 100 && refused.Count > 0);
    }

    private float[][] Run(string script) => Run(script, out _);

    private float[][] Run(string script, out List<string> failures)
    {
        using var process = Process.Start(
            new ProcessStartInfo("node", ["-e", $"{Script}\n{script}", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        failures = [.. output.Split('\n').Where(line => line.StartsWith('#'))];
        return [.. output.Split('\n').Where(line => line.StartsWith("= ", StringComparison.Ordinal))
            .Select(line => line[2..].Split(' ').Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray())];
    }

    private static void Equal(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3f, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f * scale);
    }
}
