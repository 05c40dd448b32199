using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>An independent reading of ONNX files: Microsoft's ONNX Runtime.</summary>
internal static class OnnxRuntime
{
    /// <summary>The outputs of a file for inputs in the file's own order of dimensions.</summary>
    public static IReadOnlyList<float[]> Run(string path, IReadOnlyList<(int[] Shape, float[] Values)> inputs)
    {
        using var options = new SessionOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR, IntraOpNumThreads = 1 };
        using var session = new InferenceSession(path, options);
        var feeds = session.InputNames.Zip(inputs, (name, input) => NamedOnnxValue.CreateFromTensor(name, new DenseTensor<float>(input.Values, input.Shape)))
            .ToList();
        using var results = session.Run(feeds);
        return [.. results.Select(result => result.AsTensor<float>().ToArray())];
    }

    /// <summary>Fails where the difference is more than rounding explains: 8 ε √K of the output's scale, K being the products of the longest sum.</summary>
    public static void AssertEqual(IReadOnlyList<float> expected, IReadOnlyList<float> received, int products, string what)
    {
        Assert.Equal(expected.Count, received.Count);
        var scale = Math.Max(1e-3, expected.Max(Math.Abs));
        var worst = expected.Zip(received, (left, right) => left.Equals(right) ? 0 : Math.Abs((double)left - right)).Max();
        var bound = 8 * Math.Pow(2, -23) * Math.Sqrt(Math.Max(16, products)) * scale;
        Assert.True(worst <= bound, $"{what}: the worst difference is {worst:E2} of {scale:E2}; at most {bound:E2} is rounding");
    }
}
