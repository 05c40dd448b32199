using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>What the command line, or a model, says about the targets of a list of images.</summary>
/// <param name="Kind">What they are; null to recognize it.</param>
/// <param name="Columns">Their columns; none to recognize them.</param>
internal sealed record TargetChoice(ImageTargetKind? Kind, IReadOnlyList<string> Columns)
{
    public static TargetChoice None { get; } = new(null, []);

    /// <summary>The names of a model's labels or numbers, which columns of a list may have; none for training and for classes.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    /// <summary>The folder that the files of a list are relative to; null for that of the list.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>What a task of <c>--task</c> asks for; null for those that lists do not decide.</summary>
    public static ImageTargetKind? KindOf(string? task) => task switch
    {
        "classify" => ImageTargetKind.Class,
        "labels" => ImageTargetKind.Labels,
        "regression" => ImageTargetKind.Numbers,
        _ => null,
    };

    /// <summary>The targets that a model predicts.</summary>
    /// <param name="model">The model.</param>
    /// <param name="task">The value of <c>--task</c>, for models that do not say what they predict; null for none.</param>
    /// <param name="columns">The columns that are given; none to recognize them.</param>
    public static TargetChoice Of(Model model, string? task, IReadOnlyList<string> columns) =>
        model.LabelThresholds.Count > 0 ? new(ImageTargetKind.Labels, columns) { Names = model.ClassNames }
        : model.ValueNames.Count > 0 ? new(ImageTargetKind.Numbers, columns) { Names = model.ValueNames }
        : new(KindOf(task) ?? (model.ClassNames.Count > 0 ? ImageTargetKind.Class : null), columns) { Names = model.ClassNames };

    /// <summary>Finds the targets of a list.</summary>
    public ImageTargetFinding Find(string path) => ImageTargetFinding.Of(path, Kind, Columns, Names, ImageFolder);
}
