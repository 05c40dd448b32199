// The comparison for inference: ONNX Runtime with its CPU provider, all graph optimizations, random data.
// Usage: OnnxRuntimePeer MODEL.onnx BATCH THREADS SECONDS
//        OnnxRuntimePeer MODEL.onnx serve CALLERS SECONDS: one session for all callers, one image per request; the session chooses its threads
using System.Globalization;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

var isServing = args[1] == "serve";
var batch = isServing ? 1 : int.Parse(args[1], CultureInfo.InvariantCulture);
var threads = int.Parse(args[2], CultureInfo.InvariantCulture);
var seconds = double.Parse(args[3], CultureInfo.InvariantCulture);
var options = new SessionOptions { GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL };
if (!isServing) options.IntraOpNumThreads = threads;
using var session = new InferenceSession(args[0], options);
var (name, metadata) = session.InputMetadata.First();
var shape = metadata.Dimensions.ToArray();
shape[0] = batch;

var version = typeof(InferenceSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
var peer = $"ONNX Runtime {OrtEnv.Instance().GetVersionString() ?? version}";
if (isServing)
{
    var (perSecond, slowest, bytes) = ServeMeasurement.Run(threads, seconds, Request);
    Console.WriteLine(FormattableString.Invariant($"{perSecond:R} {slowest:R} {bytes:R}"));
}
else
{
    Measurement.Print(peer, batch, seconds, Request());
}

Action Request()
{
    var random = new Random(1);
    var values = new float[shape.Aggregate(1, (a, b) => a * b)];
    for (var i = 0; i < values.Length; i++) values[i] = random.NextSingle();
    NamedOnnxValue[] inputs = [NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(values, shape))];
    return () =>
    {
        using var outputs = session.Run(inputs);
    };
}
