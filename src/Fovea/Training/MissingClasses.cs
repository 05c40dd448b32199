using System.Globalization;

namespace Fovea;

/// <summary>Finds out whether training data lack classes of a classifier, as a part of a folder does that holds the first files alone.</summary>
internal static class MissingClasses
{
    private const int Listed = 5;

    /// <summary>A sentence about classes without samples; null if there are none, or if targets would have to be computed to know.</summary>
    /// <param name="data">The training data.</param>
    /// <param name="loss">The loss of the only output.</param>
    /// <param name="prediction">The shape of the output of a sample.</param>
    /// <param name="classNames">The names of the classes by class number; empty if they are not known.</param>
    public static string? Note(Dataset data, Loss loss, Shape prediction, IReadOnlyList<string> classNames)
    {
        if (data.IsStream || !data.HasTargetsInMemory || data.TargetShapes.Count > 1) return null;
        var classes = loss switch
        {
            Fovea.SparseCategoricalCrossentropy or Fovea.CategoricalCrossentropy or CategoricalFocalCrossentropy when prediction.Rank == 1 => prediction[0],
            Fovea.BinaryCrossentropy or BinaryFocalCrossentropy when prediction.Count == 1 => 2,
            _ => 0,
        };
        if (classes < 2 || Found(data, classes) is not { } found || found.Count == classes) return null;
        var names = found.Order().Select(number => number < classNames.Count ? classNames[number] : number.ToString(CultureInfo.InvariantCulture)).ToList();
        var list = string.Join(", ", names.Take(Listed)) + (names.Count > Listed ? $" and {names.Count - Listed} more" : "");
        return $"the training data have samples of {found.Count} of the model's {classes} classes: {list}. If they are a part of a data set "
            + "in the order of its classes, as a folder is, shuffle it first: data.Shuffle(seed).Take(count).";
    }

    /// <summary>The classes that have samples; null if a target is not a class. It reads until all were found.</summary>
    private static HashSet<int>? Found(Dataset data, int classes)
    {
        var (found, target) = (new HashSet<int>(), new float[data.TargetShape.Count]);
        for (var index = 0; index < data.Count && found.Count < classes; index++)
        {
            data.ReadTarget(index, target);
            var number = target switch
            {
                [var only] => only,
                _ when target.Count(1f) == 1 && target.Count(0f) == target.Length - 1 => Array.IndexOf(target, 1f),
                _ => -1,
            };
            if (!(number >= 0 && number < classes && number == MathF.Floor(number))) return null;
            found.Add((int)number);
        }

        return found;
    }
}
