using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The code about lists in docs/training.md, which <see cref="ListPageTests"/> compares and runs.</summary>
internal static class ListPage
{
    public static void Labels(string list, string file, string photo)
    {
        var finding = ImageTargetFinding.Of(list);
        Console.WriteLine(finding.Description);
        var data = ImageFolderSplit.Load(list, new ImageInput(64, 64, 3) { Pixels = PixelScale.ZeroTo255 }, finding.Options, test: 0.2);
        var model = SmallNetworks.ResNet([64, 64, 3], finding.Names.Count, classifierActivation: Activation.Sigmoid);
        model.Compile(new AdamW(), new BinaryCrossentropy(), new F1Score(MetricAverage.Micro, threshold: 0.5));
        model.FitOneCycle(data.Training, epochs: 2, maxLearningRate: 3e-3, validation: data.Validation);
        TemperatureScaling.Fit(LabelPredictions.Of(model, data.Validation)).ApplyTo(model);
        model.LabelThresholds = LabelPredictions.Of(model, data.Validation).BestThresholds();
        Console.WriteLine(new LabelReport(LabelPredictions.Of(model, data.Test!), model.LabelThresholds));
        model.Save(file);
        foreach (var label in new ImageClassifier(Model.Load(file)).PredictLabels(photo)) Console.WriteLine(label.Name);
    }

    public static void Numbers(string list, string file, string photo)
    {
        var data = ImageFolderSplit.Load(
            list, new ImageInput(64, 64, 3) { Pixels = PixelScale.ZeroTo255 }, new ImageManifestOptions { TargetColumns = ["age"] }, test: 0.2);
        var network = SmallNetworks.ResNet([64, 64, 3], 1, classifierActivation: Activation.Linear);
        network.Compile(new AdamW(), new MeanSquaredError(), new R2Score());
        var scaling = TargetScaling.Of(data.Training);
        network.FitOneCycle(scaling.Standardize(data.Training), epochs: 2, maxLearningRate: 3e-3, validation: scaling.Standardize(data.Validation));
        network.ValueNames = ["age"];
        var model = scaling.AddTo(network);   // the same weights; predicts in the unit of the list
        Console.WriteLine(ValuePredictions.Of(model, data.Test!));
        model.Save(file);
        Console.WriteLine(new ImageRegressor(Model.Load(file)).Predict(photo)[0]);
    }
}
