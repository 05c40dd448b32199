using Fovea.Imaging;

namespace Fovea.Tests.Cli;

/// <summary>The programs that <c>fovea train --show-code</c> prints in <see cref="ShownProgramTests"/>.</summary>
internal static class ShownPrograms
{
    /// <summary>Runs a program.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="folder">The data.</param>
    /// <param name="file">The model file to write.</param>
    /// <returns>What it prints.</returns>
    public static Evaluation Run(string name, string folder, string file) => name switch
    {
        nameof(ResNet) => ResNet(folder, file),
        nameof(LargerImages) => LargerImages(folder, file),
        nameof(BookCatsDogs) => BookCatsDogs(folder, file),
        nameof(MiniXception) => MiniXception(folder, file),
        nameof(Labels) => Labels(folder, file),
        nameof(Flags) => Flags(folder, file),
        nameof(Regression) => Regression(folder, file),
        nameof(KeptRegression) => KeptRegression(folder, file),
        _ => UNet(folder, file),
    };

    /// <summary>The folder of the images of a list.</summary>
    private static string Pictures(string list) => Path.Combine(Path.GetDirectoryName(list)!, "pictures");

    private static Evaluation ResNet(string folder, string file)
    {
        // begin ResNet
        var input = new ImageInput(24, 24, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        if (train.Count > 16)
        {
            var order = Enumerable.Range(0, train.Count).ToArray();
            new Fovea.Engine.Ops.RandomNumbers(0, stream: 0).Shuffle<int>(order);
            train = train.Subset([.. order[..16].Order()]);
        }
        Model model = SmallNetworks.ResNet(
            [24, 24, 3], classes: 3, widths: [4, 8], blocks: [1, 1], dropout: 0.3,
            classifierActivation: Activation.Softmax, seed: 0);
        model.Augmentation = new Pipeline(
            new RandomGeometry(flip: FlipMode.Horizontal, rotation: 10, scale: (0.35, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            new RandomBrightness(0.2),
            new RandomContrast(0.25));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            new AdamW(4e-5, weightDecay: 0.05) { UseEma = true, EmaMomentum = 0.8, ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new CategoricalCrossentropy { LabelSmoothing = 0.1 }, new Accuracy());
        // The targets become rows of zeros with a one at the class, which the loss smooths.
        model.FitOneCycle(
            train.OneHot(3), epochs: 2, maxLearningRate: 0.001, batchSize: 8, validation: validation.OneHot(3), momentums: (0.9, 0.9, 0.9));
        model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image
        TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities
        model.Save(file);

        model.Compile(new RmsProp(0), new SparseCategoricalCrossentropy(), new Accuracy());
        Console.WriteLine(model.Evaluate(test));
        // end
        return model.Evaluate(test);
    }

    private static Evaluation LargerImages(string folder, string file)
    {
        // begin LargerImages
        var input = new ImageInput(24, 24, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        train = ImageFolderSplit.Load(folder, input.WithSize(36, 36), validation: 0.2, test: 0.2, seed: 0).Training;  // larger, so that parts of them are sharp
        Model model = SmallNetworks.ResNet(
            [24, 24, 3], classes: 3, widths: [4, 8], blocks: [1, 1], dropout: 0.3,
            classifierActivation: Activation.Softmax, seed: 0);
        ImageAugmentation Varied(int height, int width) => new Pipeline(
            new RandomGeometry(size: (height, width), flip: FlipMode.HorizontalAndVertical, rotation: 15, scale: (0.3, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            new RandomBrightness(0.25),
            new RandomContrast(0.3),
            new RandomSaturation((0.4, 0.6)) { ValueRange = (0, 1) },
            new RandomHue(0.03),
            new RandomErasing((0.25, 0.25), (0.02, 0.2), fillValue: 128),
            new RandomApply(new RandomChoice(new MixUp(0.2), new CutMix((1, 1))), 0.5));
        model.Augmentation = Varied(16, 16);
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            new AdamW(0.001, weightDecay: 0.05) { UseEma = true, EmaMomentum = 0.8, ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new CategoricalCrossentropy { LabelSmoothing = 0.1 }, new Accuracy());
        // The targets become rows of zeros with a one at the class, which the loss smooths.
        model.Fit(
            train.OneHot(3), epochs: 4, batchSize: 8, validation: validation.OneHot(3),
            callbacks:
            [
                new AugmentationSchedule((3, Varied(24, 24))),
                new ValidationAtTrainingSize(),
                new LambdaCallback(onEpochEnd: progress => progress.Stop = progress.Epoch >= 3),
            ]);
        model.UpdateBatchNormalization(train.OneHot(3), 8);
        TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities
        model.Save(file);

        model.Compile(new RmsProp(0), new SparseCategoricalCrossentropy(), new Accuracy());
        Console.WriteLine(model.Evaluate(test));
        // end
        return model.Evaluate(test);
    }

    private static Evaluation BookCatsDogs(string folder, string file)
    {
        // begin BookCatsDogs
        var input = new ImageInput(150, 150, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        if (train.Count > 12)
        {
            var order = Enumerable.Range(0, train.Count).ToArray();
            new Fovea.Engine.Ops.RandomNumbers(0, stream: 0).Shuffle<int>(order);
            train = train.Subset([.. order[..12].Order()]);
        }
        Model model = new Sequential("book-catsdogs", 0)
        {
            new Input(150, 150, 3), new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.1), new RandomTranslation(0.2, 0.2), new RandomZoom(0.2),
            new Rescaling(1.0 / 255),
            new Conv2D(32, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Conv2D(64, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Conv2D(128, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Conv2D(128, 3, activation: Activation.Relu), new MaxPooling2D(2),
            new Flatten(), new Dropout(0.5), new Dense(512, Activation.Relu), new Dense(1, Activation.Sigmoid),
        };
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            Optimizer.FromName("adam", 0.0005),
            new BinaryCrossentropy(), new Accuracy());
        model.Fit(
            train, epochs: 1, batchSize: 6, validation: validation,
            callbacks: [new ModelCheckpoint(file)]);
        model = Model.Load(file);
        TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities
        model.Save(file);

        model.Compile(new RmsProp(0), new BinaryCrossentropy(), new Accuracy());
        Console.WriteLine(model.Evaluate(test));
        // end
        return model.Evaluate(test);
    }

    private static Evaluation MiniXception(string folder, string file)
    {
        // begin MiniXception
        var input = new ImageInput(32, 32, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, validation: 0.2, test: 0.2, seed: 3);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        Model model = SmallNetworks.MiniXception(
            [32, 32, 3], classes: 3, classifierActivation: Activation.Softmax, seed: 3);
        model.Augmentation = new Pipeline(
            new RandomFlip(FlipMode.Horizontal),
            new RandomRotation(0.1),
            new RandomZoom(0.2));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            Optimizer.FromName("rmsprop"),
            new CategoricalCrossentropy { LabelSmoothing = 0.1 }, new Accuracy());
        // The targets become rows of zeros with a one at the class, which the loss smooths.
        model.Fit(
            train.OneHot(3), epochs: 2, batchSize: 8, validation: validation.OneHot(3),
            callbacks: [new ModelCheckpoint(file)]);
        model = Model.Load(file);
        model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image
        TemperatureScaling.Fit(model, validation).ApplyTo(model);  // corrects the probabilities
        model.Save(file);

        model.Compile(new RmsProp(0), new SparseCategoricalCrossentropy(), new Accuracy());
        Console.WriteLine(model.Evaluate(test));
        // end
        return model.Evaluate(test);
    }

    private static Evaluation UNet(string folder, string file)
    {
        // begin UNet
        var input = new ImageInput(16, 16, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = MaskFolderSplit.Load(folder, input, labelOffset: 0, classCount: 2, ignoredLabel: 255, classNames: ["background", "square"],
            validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        Model model = SmallNetworks.UNet(
            [16, 16, 3], classes: 2, widths: [4, 8], dropout: 0.2, seed: 0);
        model.Augmentation = new Pipeline(
            new RandomFlip(FlipMode.Horizontal),
            new RandomGeometry(flip: null, rotation: 15, scale: (0.5, 1.1)) { Ratio = (0.85, 1.18) },
            new RandomBrightness(0.15),
            new RandomContrast(0.25));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            new AdamW(0.00012, weightDecay: 0.05) { ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new SparseCategoricalCrossentropy { IgnoreClass = 255 }, new MeanIoU(2) { Name = "mean_iou", IgnoreClass = 255 });
        model.FitOneCycle(
            train.WithClassWeights(train.BalancedClassWeights(255)), epochs: 2, maxLearningRate: 0.003, batchSize: 4, validation: validation,
            momentums: (0.9, 0.9, 0.9),
            callbacks: [new ModelCheckpoint(file, "val_mean_iou")]);
        model = Model.Load(file);

        model.Compile(new RmsProp(0), new SparseCategoricalCrossentropy { IgnoreClass = 255 }, new MeanIoU(2) { Name = "mean_iou", IgnoreClass = 255 });
        Console.WriteLine(model.Evaluate(test));
        // end
        return model.Evaluate(test);
    }

    private static Evaluation Labels(string folder, string file)
    {
        // begin Labels
        var input = new ImageInput(16, 16, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, new ImageManifestOptions { LabelColumn = "tags", HasSeveralLabels = true, LabelSeparator = ';' },
            validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        if (train.Count > 20)
        {
            var order = Enumerable.Range(0, train.Count).ToArray();
            new Fovea.Engine.Ops.RandomNumbers(0, stream: 0).Shuffle<int>(order);
            train = train.Subset([.. order[..20].Order()]);
        }
        Model model = SmallNetworks.ResNet(
            [16, 16, 3], classes: 2, widths: [4], blocks: [1], dropout: 0.3,
            classifierActivation: Activation.Sigmoid, seed: 0);
        model.Augmentation = new Pipeline(
            new RandomGeometry(flip: FlipMode.Horizontal, rotation: 10, scale: (0.35, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            new RandomBrightness(0.2),
            new RandomContrast(0.25));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            new AdamW(4e-5, weightDecay: 0.05) { UseEma = true, EmaMomentum = 0.8, ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new BinaryCrossentropy(), new F1Score(MetricAverage.Micro, threshold: 0.5));
        model.FitOneCycle(
            train, epochs: 2, maxLearningRate: 0.001, batchSize: 8, validation: validation, momentums: (0.9, 0.9, 0.9));
        model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image
        var predictions = LabelPredictions.Of(model, validation);
        var scaling = TemperatureScaling.Fit(predictions);
        scaling.ApplyTo(model);  // corrects the probabilities
        model.LabelThresholds = scaling.Apply(predictions).BestThresholds();
        model.Save(file);

        Console.WriteLine(new LabelReport(LabelPredictions.Of(model, test), model.LabelThresholds));
        // end
        return EvaluateLabels(model, test);
    }

    private static Evaluation Flags(string folder, string file)
    {
        // begin Flags
        var input = new ImageInput(32, 32, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, new ImageManifestOptions { ImageFolder = Pictures(folder), FlagColumns = ["bright", "wide"] },
            validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        Model model = SmallNetworks.MiniXception(
            [32, 32, 3], classes: 2, classifierActivation: Activation.Sigmoid, seed: 0);
        model.Augmentation = new Pipeline(
            new RandomRotation(0.1),
            new RandomZoom(0.2));
        model.ImageInput = input;
        model.ClassNames = train.ClassNames;
        model.Compile(
            Optimizer.FromName("rmsprop"),
            new BinaryCrossentropy { LabelSmoothing = 0.1 }, new F1Score(MetricAverage.Micro, threshold: 0.5));
        model.Fit(
            train, epochs: 1, batchSize: 32, validation: validation,
            callbacks: [new ModelCheckpoint(file)]);
        model = Model.Load(file);
        var predictions = LabelPredictions.Of(model, validation);
        var scaling = TemperatureScaling.Fit(predictions);
        scaling.ApplyTo(model);  // corrects the probabilities
        model.LabelThresholds = scaling.Apply(predictions).BestThresholds();
        model.Save(file);

        Console.WriteLine(new LabelReport(LabelPredictions.Of(model, test), model.LabelThresholds));
        // end
        return EvaluateLabels(model, test);
    }

    private static Evaluation Regression(string folder, string file)
    {
        // begin Regression
        var input = new ImageInput(16, 16, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, new ImageManifestOptions { ImageFolder = Pictures(folder), TargetColumns = ["level"] },
            validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        Model network = SmallNetworks.ResNet(
            [16, 16, 3], classes: 1, widths: [4], blocks: [1], dropout: 0.3,
            classifierActivation: Activation.Linear, seed: 0);
        network.Augmentation = new Pipeline(
            new RandomGeometry(flip: FlipMode.Horizontal, rotation: 0, scale: (1, 1), pAffine: 1) { Translation = 0.05 },
            new RandomBrightness(0.05),
            new RandomContrast(0.1));
        network.ImageInput = input;
        network.ValueNames = ["level"];
        network.Compile(
            new AdamW(4e-5, weightDecay: 0.05) { UseEma = true, EmaMomentum = 0.8, ExcludeFromWeightDecay = ["bias", "gamma", "beta"] },
            new Huber(), new R2Score());
        var scaling = TargetScaling.Of(train);
        var model = scaling.AddTo(network);  // the same weights; predicts in the unit of the list
        network.FitOneCycle(
            scaling.Standardize(train), epochs: 2, maxLearningRate: 0.001, batchSize: 8, validation: scaling.Standardize(validation),
            momentums: (0.9, 0.9, 0.9));
        model = TestTimeAugmentation.Flip.Of(model);  // the mean for an image and its mirror image
        model.Save(file);

        Console.WriteLine(ValuePredictions.Of(model, test));
        // end
        model.Compile(new RmsProp(0), new Huber(), new R2Score());
        return model.Evaluate(test);
    }

    private static Evaluation KeptRegression(string folder, string file)
    {
        // begin KeptRegression
        var input = new ImageInput(32, 32, 3) { Pixels = PixelScale.ZeroTo255 };
        var data = ImageFolderSplit.Load(folder, input, new ImageManifestOptions { TargetColumns = ["level"] },
            validation: 0.2, test: 0.2, seed: 0);
        Dataset train = data.Training, validation = data.Validation, test = data.Test ?? validation;
        Model network = SmallNetworks.MiniXception(
            [32, 32, 3], classes: 1, classifierActivation: Activation.Linear, seed: 0);
        network.ImageInput = input;
        network.ValueNames = ["level"];
        network.Compile(
            Optimizer.FromName("rmsprop"),
            new MeanSquaredError(), new R2Score());
        var scaling = TargetScaling.Of(train);
        var model = scaling.AddTo(network);  // the same weights; predicts in the unit of the list
        network.Fit(
            scaling.Standardize(train), epochs: 2, batchSize: 8, validation: scaling.Standardize(validation),
            callbacks: [new ModelCheckpoint(file) { Saved = model }]);
        model = Model.Load(file);

        Console.WriteLine(ValuePredictions.Of(model, test));
        // end
        model.Compile(new RmsProp(0), new MeanSquaredError(), new R2Score());
        return model.Evaluate(test);
    }

    private static Evaluation EvaluateLabels(Model model, Dataset test)
    {
        model.Compile(new RmsProp(0), new BinaryCrossentropy(), new F1Score(MetricAverage.Micro, threshold: 0.5));
        return model.Evaluate(test);
    }
}
