using System.Globalization;

namespace Fovea.Cli;

/// <summary>What a model's classes are called.</summary>
internal static class ClassLabels
{
    /// <summary>The names by class number: the numbers themselves, since models do not carry names.</summary>
    public static IReadOnlyList<string> Of(Model model) =>
        [.. Enumerable.Range(0, Math.Max(2, model.OutputShape.Count)).Select(label => label.ToString(CultureInfo.InvariantCulture))];
}
