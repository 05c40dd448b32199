using Microsoft.ML.Data;

namespace Fovea.ML;

/// <summary>A network that scores rows, from any number of threads.</summary>
/// <param name="text">The network as a text.</param>
internal sealed class NetworkScorer(ReadOnlyMemory<char> text)
{
    private readonly Lazy<(Model Model, NetworkOutput Output)> network = new(
        () =>
        {
            var model = SavedNetwork.Read(text);
            return (model, NetworkOutput.Of(model, nameof(FoveaCatalog.ApplyFoveaModel)));
        });

    /// <summary>Whether the scorer was made of this text, not of another part of the same memory.</summary>
    public bool IsOf(ReadOnlyMemory<char> other) => text.Equals(other);

    /// <summary>Computes the scores and the name of the most probable class, which is empty for a network without classes.</summary>
    /// <exception cref="InvalidOperationException">The row has more or fewer values than the network takes.</exception>
    public (VBuffer<float> Scores, string Class) Score(in VBuffer<float> features)
    {
        var (model, output) = network.Value;
        if (features.Length != model.InputShape.Count)
            throw new InvalidOperationException(
                $"{nameof(FoveaCatalog.ApplyFoveaModel)}: expected rows of {model.InputShape.Count} values; received one of {features.Length}.");
        var values = features.IsDense ? features.GetValues() : features.DenseValues().ToArray();
        var results = new float[model.OutputShape.Count];
        model.Predict(values, results, trace: false);  // a pipeline asks for one row after the other
        if (output.HasClasses) results = Array.ConvertAll(model.OutputKind.ToProbabilities(results), probability => (float)probability);
        var best = output.HasClasses ? output.Names[Array.IndexOf(results, results.Max())] : "";
        return (new VBuffer<float>(NetworkOutput.Most, results.Length, results, [.. Enumerable.Range(0, results.Length)]), best);
    }
}
