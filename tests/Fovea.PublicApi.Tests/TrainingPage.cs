using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The code of docs/training.md on cross-validation, which <see cref="TrainingPageTests"/> compares and runs.</summary>
internal static class TrainingPage
{
    public static (CrossValidationResults Results, Model Ensemble) CrossValidation(Dataset data, string folder)
    {
        var (models, predictions) = (new List<Model>(), new List<ClassPredictions>());
        foreach (var (training, validation) in data.Folds(3, seed: 1, stratified: true, groups: data.GroupsOfEqualInputs()))
        {
            var model = SmallNetworks.ResNet(data.InputShape, classes: 10, widths: [4, 8], blocks: [1, 1], seed: models.Count);
            model.Compile(new AdamW(weightDecay: 0.05), Loss.SparseCategoricalCrossentropy, new Accuracy());
            model.FitOneCycle(training, epochs: 2, maxLearningRate: 3e-3, validation: validation);
            models.Add(model);
            predictions.Add(ClassPredictions.Of(model, validation));
        }

        var results = new CrossValidationResults(predictions);
        Console.WriteLine($"{results.FoldScores[0].Mean:0.000} ± {results.FoldScores[0].Deviation:0.000}. {results.Summary}");
        var ensemble = Ensemble.Average(models);
        ensemble.Save(Path.Combine(folder, "ensemble.keras"));
        return (results, ensemble);
    }
}
