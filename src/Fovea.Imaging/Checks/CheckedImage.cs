using System.Globalization;

namespace Fovea.Imaging;

/// <summary>An image of a data set that is checked.</summary>
/// <param name="Path">Its path, by which it is read.</param>
/// <param name="Name">Its path relative to the data set, with <c>/</c> between folders.</param>
/// <param name="Part">Its part; <see cref="DataPart.None"/> if the data are not divided.</param>
/// <param name="Label">The name of its class; null if it has none.</param>
internal sealed record CheckedImage(string Path, string Name, DataPart Part, string? Label)
{
    /// <summary>The line in the list that names it, from 1; 0 if no list does.</summary>
    public int Line { get; init; }

    /// <summary>Its labels, if the images of the list have several; null otherwise.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Its numbers, if the images of the list have some; null for those that are missing. Null as a whole for other data.</summary>
    public IReadOnlyList<double?>? Numbers { get; init; }

    /// <summary>Its class, labels or numbers as a text; null if it has none.</summary>
    public string? Target => Label
        ?? (Labels is not null ? (Labels.Count == 0 ? "(none)" : string.Join("; ", Labels)) : null)
        ?? (Numbers is not null ? string.Join(", ", Numbers.Select(number => number?.ToString("G6", CultureInfo.InvariantCulture) ?? "?")) : null);

    /// <summary>Whether the image is one for training, in data that are divided or not.</summary>
    public bool IsForTraining => Part is DataPart.Training or DataPart.None;
}
