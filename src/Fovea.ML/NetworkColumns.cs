using Microsoft.ML;
using Microsoft.ML.Data;

namespace Fovea.ML;

/// <summary>The columns that a step reads and adds.</summary>
/// <param name="Input">The features.</param>
/// <param name="Score">The scores.</param>
/// <param name="Count">The number of values that the network takes.</param>
/// <param name="Step">The name of the step, for errors.</param>
internal sealed record NetworkColumns(string Input, string Score, int Count, string Step)
{
    public const string PredictedLabel = nameof(PredictedLabel);

    /// <exception cref="ArgumentException">The input column is missing, or is no vector of as many numbers as the network takes.</exception>
    public void Check(DataViewSchema schema)
    {
        if (schema.GetColumnOrNull(Input) is not { } column)
            throw new ArgumentException($"{Step}: expected a column '{Input}'; the data have {string.Join(", ", schema.Select(found => $"'{found.Name}'"))}.");
        if (column.Type is not VectorDataViewType vector || vector.ItemType != NumberDataViewType.Single)
            throw new ArgumentException(
                $"{Step}: expected '{Input}' to be a vector of Single; it is {column.Type}. Append mlContext.Transforms.Conversion.ConvertType(\"{Input}\") "
                + "for other numbers, or Concatenate to join columns.");
        if (vector.Size != 0 && vector.Size != Count)
            throw new ArgumentException($"{Step}: expected '{Input}' to have the {Count} values of the network's input; it has {vector.Size}.");
    }
}

/// <summary>What a network puts out for a row.</summary>
/// <param name="Count">The number of scores.</param>
/// <param name="HasClasses">Whether they are those of classes.</param>
/// <param name="Names">The names of the classes; their numbers if the network has no names.</param>
internal sealed record NetworkOutput(int Count, bool HasClasses, IReadOnlyList<string> Names)
{
    /// <summary>The scores leave the mapping in a vector of this length, whose other values are dropped; see <see cref="NetworkSteps"/>.</summary>
    public const int Most = 1 << 20;

    /// <exception cref="ArgumentException">The network has several inputs or outputs, or an output of too many values.</exception>
    public static NetworkOutput Of(Model model, string step)
    {
        if (model.Inputs.Count != 1 || model.Outputs.Count != 1)
            throw new ArgumentException(
                $"{step}: expected a network with one input and one output; '{model.Name}' has {model.Inputs.Count} and {model.Outputs.Count}.", nameof(model));
        if (model.OutputShape.Count > Most)
            throw new ArgumentException($"{step}: expected an output of at most {Most} values; '{model.Name}' has {model.OutputShape.Count}.", nameof(model));
        var hasClasses = model.OutputShape.Rank == 1 && (model.OutputKind != OutputKind.Values || (model.OutputShape[0] > 1 && model.ClassNames.Count > 0));
        if (!hasClasses) return new NetworkOutput(model.OutputShape.Count, false, []);
        var count = Math.Max(2, model.OutputShape[0]);
        return new NetworkOutput(count, true, model.ClassNames.Count > 0 ? model.ClassNames : [.. Enumerable.Range(0, count).Select(number => $"{number}")]);
    }
}
