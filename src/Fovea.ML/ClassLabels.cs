using Microsoft.ML;
using Microsoft.ML.Data;

namespace Fovea.ML;

/// <summary>The column of the classes, a key: value k is the class k − 1, and 0 means that the class is missing.</summary>
internal sealed class ClassLabels
{
    private readonly string column;

    private ClassLabels(string column, IReadOnlyList<string> names) => (this.column, Names) = (column, names);

    /// <summary>The names of the classes, or their numbers.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <exception cref="ArgumentException">The column is missing or no key, or it has more or fewer classes than the network.</exception>
    public static ClassLabels Of(DataViewSchema schema, string label, int classes, string step)
    {
        if (schema.GetColumnOrNull(label) is not { } column)
            throw new ArgumentException($"{step}: expected a column '{label}'; the data have {string.Join(", ", schema.Select(found => $"'{found.Name}'"))}.");
        if (column.Type is not KeyDataViewType key || key.RawType != typeof(uint))
            throw new ArgumentException(
                $"{step}: expected '{label}' to be a key; it is {column.Type}. Append mlContext.Transforms.Conversion.MapValueToKey(\"{label}\") first.");
        if (key.Count != (ulong)classes)
            throw new ArgumentException($"{step}: expected '{label}' to have the {classes} classes of the network; it has {key.Count}.");
        return new ClassLabels(label, NamesOf(column, classes));
    }

    /// <summary>Reads the samples; rows without a class are left out.</summary>
    public ArrayDataset Read(IDataView data, string features, Shape input)
    {
        var (inputs, targets) = (new List<float>(), new List<float>());
        var (featureColumn, labelColumn) = (data.Schema[features], data.Schema[column]);
        using var cursor = data.GetRowCursor([featureColumn, labelColumn]);
        var (readFeatures, readLabel) = (cursor.GetGetter<VBuffer<float>>(featureColumn), cursor.GetGetter<uint>(labelColumn));
        var (row, label) = (default(VBuffer<float>), 0u);
        while (cursor.MoveNext())
        {
            readLabel(ref label);
            if (label == 0) continue;
            readFeatures(ref row);
            if (row.Length != input.Count)
                throw new ArgumentException($"{nameof(FoveaCatalog.FoveaNetwork)}: expected rows of {input.Count} values; received one of {row.Length}.");
            inputs.AddRange(row.DenseValues());
            targets.Add(label - 1);
        }

        return new ArrayDataset([.. inputs], input, [.. targets], Shape.Scalar, Names);
    }

    private static IReadOnlyList<string> NamesOf(DataViewSchema.Column column, int classes)
    {
        if (column.Annotations.Schema.GetColumnOrNull("KeyValues")?.Type is VectorDataViewType { ItemType: TextDataViewType })
        {
            VBuffer<ReadOnlyMemory<char>> names = default;
            column.GetKeyValues(ref names);
            return [.. names.DenseValues().Select(name => name.ToString())];
        }

        return [.. Enumerable.Range(0, classes).Select(number => $"{number}")];
    }
}
