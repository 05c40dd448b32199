using System.Globalization;
using Fovea.Engine;

namespace Fovea.Formats.Keras;

/// <summary>
/// The variables of a layer, of a part of a layer, or of the optimizer, in their order. In the file they are the arrays <c>0</c>, <c>1</c>, … of the
/// group <c>PATH/vars</c>.
/// </summary>
/// <param name="Path">The path, as in <c>layers/conv2d</c> or <c>optimizer</c>; empty for the model itself.</param>
/// <param name="Name">
/// The name of the layer or optimizer, which may differ from the path. Null if the file does not have it: Keras 3.14 writes it, Keras 3.3 does not.
/// </param>
/// <param name="Variables">The variables in their order.</param>
internal sealed record WeightGroup(string Path, string? Name, IReadOnlyList<StoredArray> Variables)
{
    /// <summary>A variable as an entry of a group, named by its index.</summary>
    public static StoredArray Entry(int index, Variable variable) => StoredArray.From(index.ToString(CultureInfo.InvariantCulture), variable);
}
