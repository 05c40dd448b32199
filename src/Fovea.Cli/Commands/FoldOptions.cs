using System.CommandLine;

namespace Fovea.Cli;

/// <summary>The options of <c>fovea train</c> for cross-validation.</summary>
internal sealed class FoldOptions
{
    private readonly Option<int?> folds = CommandOptions.OptionalNumber(
        "--folds", "Cross-validation: divide the images, except those for testing, into this number of folds. Each fold is validated by a model that is "
            + "trained on all others; the saved model is the mean of these models. Takes this number of trainings, which the processes of mpirun share "
            + "[default: one training, validated on a part of the images]",
        minimum: 2);

    private readonly Option<string?> foldsOut = new("--folds-out")
    {
        Description = "With --folds: a folder that keeps the model of each fold, fold-1.keras and so on [default: only their mean is kept]",
        HelpName = "FOLDER",
    };

    public void AddTo(Command command) => command.Add(folds);

    /// <summary>Adds the option that few people need, after the others.</summary>
    public void AddDetailsTo(Command command) => command.Add(foldsOut);

    /// <summary>The number of folds; null for one training.</summary>
    public int? Folds(ParseResult parsed) => parsed.GetValue(folds);

    /// <summary>The folder of the folds' models; null to keep only their mean.</summary>
    public string? Folder(ParseResult parsed) => parsed.GetValue(foldsOut);
}
