using System.Globalization;
using System.Numerics.Tensors;

namespace Fovea;

/// <summary>A classifier and the data that it is measured with, after the checks that both fit.</summary>
/// <param name="Model">The model.</param>
/// <param name="Data">The data, whose class numbers are those of the model.</param>
/// <param name="BatchSize">The number of samples computed together.</param>
/// <param name="ClassNames">The names of the classes; their numbers if there are none.</param>
internal sealed record ClassifierPass(Model Model, Dataset Data, int BatchSize, IReadOnlyList<string> ClassNames)
{
    private readonly float threshold = Model.OutputKind == OutputKind.Logits ? 0 : 0.5f;

    /// <summary>Checks that a model can classify data whose classes are known.</summary>
    /// <param name="caller">The name of the class that measures, for messages.</param>
    /// <param name="model">The model.</param>
    /// <param name="data">The data.</param>
    /// <param name="batchSize">The number of samples computed together; null for the usual one.</param>
    /// <exception cref="TrainingException">The data have other classes, or images that were read differently.</exception>
    /// <exception cref="ArgumentException">The targets are not class numbers, or the number of classes does not fit the model's outputs.</exception>
    public static ClassifierPass Of(string caller, Model model, Dataset data, int? batchSize)
    {
        _ = model.Output;
        model.Topology.RequireInputs(data, model.Subject, "the data set");
        var at = model.Topology.At(data.InputShapes);
        var outputs = at.Outputs[0].Count;
        var classes = outputs == 1 ? 2 : outputs;
        if (data.TargetShape.Count != 1)
            throw new ArgumentException($"{caller}: expected class numbers as targets; received targets of {data.TargetShape}.", nameof(data));
        model.RequireSameImageInput(data);
        data = data.NumberedAs(model.ClassNames, areRows: false);
        if (data.ClassNames.Count > 0 && data.ClassNames.Count != classes)
            throw new ArgumentException(
                $"{caller}: expected {classes} classes, as the model's outputs are {outputs}; received {data.ClassNames.Count}.", nameof(data));
        var names = model.ClassNames.Count > 0 ? model.ClassNames : data.ClassNames;
        return new ClassifierPass(
            model, data, at.BatchSizeOr(batchSize),
            names.Count > 0 ? names : [.. Enumerable.Range(0, classes).Select(label => label.ToString(CultureInfo.InvariantCulture))]);
    }

    /// <summary>The predicted class: the argmax of several outputs, or class 1 if a single one is above its threshold.</summary>
    public int ClassOf(ReadOnlySpan<float> outputs) => outputs.Length > 1 ? TensorPrimitives.IndexOfMax(outputs) : outputs[0] > threshold ? 1 : 0;
}
