using System.Globalization;

namespace Fovea.Cli;

/// <summary>What a model's classes are called.</summary>
internal static class ClassLabels
{
    /// <summary>The names by class number; the numbers themselves where the model does not carry names.</summary>
    public static IReadOnlyList<string> Of(Model model)
    {
        var count = Math.Max(2, model.OutputShape.Count);
        return model.ClassNames.Count == count ? model.ClassNames : [.. Enumerable.Range(0, count).Select(label => label.ToString(CultureInfo.InvariantCulture))];
    }
}
