using Fovea.Imaging;

namespace Fovea.Tests.Cli;

/// <summary>The program that <c>fovea train --show-code</c> prints in <see cref="AutoTrainingTests"/>.</summary>
internal static class ShownProgram
{
    public static (double Accuracy, double Loss) Run(string folder, string file)
    {
        // begin
        var input = new ImageInput(24, 24, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        if (train.Count > 16)
        {
            var order = Enumerable.Range(0, train.Count).ToArray();
            new Fovea.Engine.Ops.RandomNumbers(0, stream: 0).Shuffle<int>(order);
            train = train.Subset([.. order[..16].Order()]);
        }

        var model = SmallNetworks.ResNet(
            [24, 24, 3], classes: 3, widths: [4, 8], blocks: [1, 1], dropout: 0.3,
            classifierActivation: Activation.Softmax, seed: 0);
        model.Augmentation = new Pipeline(
            new RandomGeometry(flip: FlipMode.Horizontal, rotation: 10, scale: (0.35, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            new RandomBrightness(0.2),
            new RandomContrast(0.25));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            new AdamW(0.00012, weightDecay: 0.05) { UseEma = true, EmaMomentum = 0.8, ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new CategoricalCrossentropy { LabelSmoothing = 0.1 }, new Accuracy());
        // The targets become rows of zeros with a one at the class, which the loss smooths.
        model.FitOneCycle(
            train.OneHot(3), epochs: 2, maxLearningRate: 0.003, batchSize: 8, validation: validation.OneHot(3), momentums: (0.9, 0.9, 0.9));
        model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image
        TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities
        model.Save(file);

        model.Compile(new RmsProp(0), new SparseCategoricalCrossentropy(), new Accuracy());
        Console.WriteLine(model.Evaluate(test));
        // end
        return (model.Evaluate(test).Accuracy, model.Evaluate(test).Loss);
    }
}
