using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>A task whose models can be validated in folds (<c>--folds</c>): their outputs have a mean.</summary>
internal interface IFoldedTask
{
    /// <summary>
    /// Measures the model of each fold on its fold. It may correct all of them by what the predictions of all folds tell: one temperature, and the thresholds
    /// of labels.
    /// </summary>
    /// <param name="folds">The model and the data of each fold.</param>
    /// <param name="images">The images of all folds, one fold after the other.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>The results of each fold, and of all together.</returns>
    (IReadOnlyList<TaskResults> Folds, TaskResults Pooled) MeasureFolds(
        IReadOnlyList<(Model Model, Dataset Data)> folds, Dataset images, CancellationToken cancellationToken);

    /// <summary>The results of a corrected model on test data.</summary>
    TaskResults ResultsOf(Model model, Dataset test, CancellationToken cancellationToken);
}
