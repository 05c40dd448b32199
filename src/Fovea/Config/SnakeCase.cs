using System.Text.RegularExpressions;

namespace Fovea.Extending;

/// <summary>Converts class names to snake case as Keras does for paths and default names (<c>to_snake_case</c>).</summary>
internal static partial class SnakeCase
{
    /// <summary>The name of a class in snake case: <c>GlobalAveragePooling2D</c> becomes <c>global_average_pooling2d</c>.</summary>
    public static string Of(string className)
    {
        var name = NonWord().Replace(className, "");
        name = WordStart().Replace(name, "$1_$2");
        return LowerUpper().Replace(name, "$1_$2").ToLowerInvariant();
    }

    [GeneratedRegex(@"\W+")]
    private static partial Regex NonWord();

    [GeneratedRegex("(.)([A-Z][a-z]+)")]
    private static partial Regex WordStart();

    [GeneratedRegex("([a-z])([A-Z])")]
    private static partial Regex LowerUpper();
}
