using Microsoft.ML;

namespace Fovea.ML;

/// <summary>Fovea's steps in the catalogs of an <see cref="MLContext"/>.</summary>
public static class FoveaCatalog
{
    /// <summary>
    /// Applies a network to a column. Adds the scores and, for a classifier, <c>PredictedLabel</c>: a key whose values are the names of the classes.
    /// The network is saved with the pipeline and takes part as it is now; later training of the model does not change the step.
    /// </summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="model">The network. It has one input and one output.</param>
    /// <param name="outputColumnName">The new column: a vector with the probability of each class, or with the outputs of other networks.</param>
    /// <param name="inputColumnName">
    /// A vector of <see cref="float"/> with as many values as an input of the network; images row by row, the channels of each pixel together.
    /// </param>
    /// <exception cref="ArgumentException">The network has several inputs or outputs, or an output of more than 1,048,576 values.</exception>
    public static NetworkScoringEstimator ApplyFoveaModel(
        this TransformsCatalog catalog, Model model, string outputColumnName = "Score", string inputColumnName = "Features")
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new NetworkScoringEstimator(model, outputColumnName, inputColumnName);
    }

    /// <summary>Applies a network from a file in any format that Fovea reads.</summary>
    /// <param name="catalog">The catalog: <c>mlContext.Transforms</c>.</param>
    /// <param name="path">The file.</param>
    /// <param name="outputColumnName">The new column.</param>
    /// <param name="inputColumnName">A vector of <see cref="float"/>.</param>
    /// <inheritdoc cref="ApplyFoveaModel(TransformsCatalog, Model, string, string)"/>
    public static NetworkScoringEstimator ApplyFoveaModel(
        this TransformsCatalog catalog, string path, string outputColumnName = "Score", string inputColumnName = "Features") =>
        catalog.ApplyFoveaModel(Model.Load(path), outputColumnName, inputColumnName);

    /// <summary>
    /// Trains a network to classify. Each call of <c>Fit</c> trains a copy of the network, so that the folds of a cross-validation are independent.
    /// </summary>
    /// <param name="trainers">The catalog: <c>mlContext.MulticlassClassification.Trainers</c>.</param>
    /// <param name="network">
    /// The network, with an output for each class or a single one for two classes. If it is compiled, its optimizer, loss and metrics are used; otherwise
    /// <see cref="Adam"/> and the cross-entropy.
    /// </param>
    /// <param name="labelColumnName">The classes, as a key: append <c>Conversion.MapValueToKey</c> first. Rows without a class are left out.</param>
    /// <param name="featureColumnName">A vector of <see cref="float"/> with as many values as an input of the network.</param>
    /// <param name="epochs">The number of passes over the data.</param>
    /// <param name="batchSize">The number of samples per step of the optimizer.</param>
    /// <param name="callbacks">Objects that watch or steer the training, such as <see cref="EarlyStopping"/>.</param>
    /// <exception cref="ArgumentException">The network has several inputs or outputs, or a number is below 1.</exception>
    public static NetworkTrainer FoveaNetwork(
        this MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers, Model network, string labelColumnName = "Label",
        string featureColumnName = "Features", int epochs = 10, int batchSize = 32, IReadOnlyList<Callback>? callbacks = null)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        return new NetworkTrainer(network, labelColumnName, featureColumnName, epochs, batchSize, callbacks ?? []);
    }
}
