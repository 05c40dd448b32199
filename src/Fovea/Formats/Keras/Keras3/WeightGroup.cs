using System.Globalization;
using Fovea.Engine;

namespace Fovea.Formats.Keras;

/// <summary>
/// The variables of one part of a model, in their order: a layer, a part of a layer, or the optimizer. In the file it is the
/// group <c>PATH/vars</c> with the arrays <c>0</c>, <c>1</c>, …
/// </summary>
/// <param name="Path">Where it lies, as in <c>layers/conv2d</c> or <c>optimizer</c>; empty for the model itself.</param>
/// <param name="Name">The name of the layer or optimizer, where the file says it (files by Keras 3.14 do, by 3.3 do not); it may differ from the path.</param>
/// <param name="Variables">The variables in their order.</param>
internal sealed record WeightGroup(string Path, string? Name, IReadOnlyList<StoredArray> Variables)
{
    /// <summary>A variable as an entry of a group, named by its index.</summary>
    public static StoredArray Entry(int index, Variable variable) => StoredArray.From(index.ToString(CultureInfo.InvariantCulture), variable);
}
