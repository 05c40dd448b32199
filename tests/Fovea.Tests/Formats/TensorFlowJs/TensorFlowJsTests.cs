using System.Diagnostics;
using System.Globalization;

namespace Fovea.Tests.Formats.TensorFlowJs;

/// <summary>Models that TensorFlow.js itself makes and reads, where it is installed: <c>npm install @tensorflow/tfjs</c> in the folder that <c>FOVEA_TFJS</c> names.</summary>
public sealed class TensorFlowJsTests : IDisposable
{
    private const string Script = """
        const tf = require(process.env.FOVEA_TFJS + '/node_modules/@tensorflow/tfjs');
        const fs = require('fs');
        const [, folder] = process.argv;
        const print = tensor => console.log(Array.from(tensor.dataSync()).join(' '));

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
            modelTopology: json.modelTopology, weightSpecs: json.weightsManifest[0].weights, weightData: data.buffer.slice(data.byteOffset, data.byteOffset + data.length)})});
        }

        function makers() {
          const l = tf.layers;
          const sequential = tf.sequential({layers: [
            l.conv2d({inputShape: [12, 10, 3], filters: 4, kernelSize: 3, activation: 'relu'}), l.batchNormalization(), l.depthwiseConv2d({kernelSize: 3, depthMultiplier: 2}),
            l.maxPooling2d({poolSize: 2}), l.separableConv2d({filters: 5, kernelSize: 2}), l.dropout({rate: 0.3}), l.flatten(), l.dense({units: 4, activation: 'softmax'})]});
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
                model.setWeights(model.getWeights().map(w => w.rank === 1 ? tf.randomUniform(w.shape, 0.5, 1.5, 'float32', 1) : tf.randomNormal(w.shape, 0, 0.3, 'float32', 2)));
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

    private float[][] Run(string script)
    {
        using var process = Process.Start(new ProcessStartInfo("node", ["-e", $"{Script}\n{script}", folder]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return [.. output.Split('\n').Where(line => line.Length > 0 && (char.IsAsciiDigit(line[0]) || line[0] == '-')).Select(line => line.Split(' ').Select(word => float.Parse(word, CultureInfo.InvariantCulture)).ToArray())];
    }

    private static void Equal(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = Math.Max(1e-3f, expected.Max(Math.Abs));
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f * scale);
    }
}
