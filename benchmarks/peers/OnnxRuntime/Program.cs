// The peer for inference: ONNX Runtime on its CPU provider, all graph optimizations on, random data.
// Usage: OnnxRuntimePeer MODEL.onnx BATCH THREADS SECONDS
using System.Globalization;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var batch = int.Parse(args[1], CultureInfo.InvariantCulture);
var options = new SessionOptions
{
    IntraOpNumThreads = int.Parse(args[2], CultureInfo.InvariantCulture),
    GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
};
using var session = new InferenceSession(args[0], options);
var (name, metadata) = session.InputMetadata.First();
var shape = metadata.Dimensions.ToArray();
shape[0] = batch;
var random = new Random(1);
var values = new float[shape.Aggregate(1, (a, b) => a * b)];
for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
NamedOnnxValue[] inputs = [NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, shape))];

var version = typeof(InferenceSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
Measurement.Print($"ONNX Runtime {OrtEnv.Instance().GetVersionString() ?? version}", batch, double.Parse(args[3], CultureInfo.InvariantCulture), () =>
{
    using var outputs = session.Run(inputs);
});
