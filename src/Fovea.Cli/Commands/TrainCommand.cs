using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea train</c>: its options.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandOutput output)
    {
        var data = CommandOptions.Data(
            "The training data: digits (drawn by fovea), mnist (downloaded once, 11 MB), or a folder, a .zip or .tar file with images, which is not "
                + "unpacked. They have one folder per class, or folders such as train, validation and test with these; parts that are missing are "
                + "chosen at random, a fifth of the images each. Or a list of images (.csv, .tsv, .jsonl) with the columns file, label and optionally "
                + "split; with several labels in a column, as in cat;outdoor, or columns of 0 and 1; or with numbers. Or folders of images and of masks of the "
                    + "same names, for segmentation. Or a folder with IDX files like MNIST's, gzipped or not");
        var samples = CommandOptions.OptionalNumber("--samples", "The number of training samples [default: 20000 drawn digits; all of other data]");
        var model = new Option<string?>("--model")
        {
            Description = "The network to train. auto: a small residual network, sized to the number and the size of the images; resnet-small: the same, "
                + "of the given size; unet: a U-Net for images and masks; book-catsdogs, mini-xception, book-mnist: networks of the book \"Deep Learning with "
                    + "Python\"; or a model file to "
                + "continue with [default: auto for images, which is unet if there are masks; book-mnist for digits]",
            HelpName = "auto|NETWORK|FILE",
        };
        var pretrained = new Option<string?>("--base")
        {
            Description = "A pretrained network for images, to learn from few images: one that 'fovea models' lists, such as mobilenet_v2, or a "
                + "model file such as .keras, .h5 or .onnx. Its features "
                + "of all images are computed once, and a new head is trained on them. --scale sets the pixel values that it expects, if "
                + "neither the model nor its layers define them [default: -1..1, as for MobileNet]",
            HelpName = "NAME|FILE",
        };
        var fineTune = new Option<string?>("--fine-tune-from")
        {
            Description = "With --base: afterwards also train the layers of the base from this one on, except batch normalizations, with a "
                + "hundredth of the learning rate",
            HelpName = "LAYER",
        };
        var fineTuneEpochs = CommandOptions.OptionalNumber("--fine-tune-epochs", "The number of epochs of fine-tuning [default: 5]");
        var recipe = new RecipeOptions();
        var segmentation = new SegmentationOptions();
        var targets = new TargetOptions();
        var epochs = CommandOptions.OptionalNumber(
            "--epochs", "The number of epochs [default: for auto 20 to 200, fewer for more images; 3 for digits; 100 for other networks; "
                + "with --base until the validation loss has not "
                + "fallen for 20 epochs, at most 200]");
        var batchSize = CommandOptions.OptionalNumber(
            "--batch-size", "The number of samples in a training step [default: 32 for images; 64 for digits; with auto "
                + "16 for fewer than 600 images, 64 for more than 20,000]");
        var optimizer = new Option<string?>("--optimizer")
        {
            Description = $"The optimizer: {string.Join(", ", Optimizer.Names)} [default: adamw for auto; rmsprop for networks of "
                + "the book and --base; that of the model file]",
            HelpName = "NAME",
        };
        optimizer.AcceptOnlyFromAmong([.. Optimizer.Names]);
        var learningRate = CommandOptions.Positive(
            "--learning-rate", "The learning rate, or the highest of one cycle [default: 0.001; 0.003 for unet; 0.01 for "
                + "sgd; that of the model file]");
        var find = new Option<bool>("--find-learning-rate")
        {
            Description = "Do not train. Try learning rates from 0.000001 to 10, one batch each, plot the loss against the learning rate, and "
                + "suggest one",
        };
        var seed = CommandOptions.OptionalNumber(
            "--seed", "The seed of all random numbers: the same seed gives bit-identical weights [default: 0]", minimum: 0);
        var images = new ImageOptions();
        var folds = new FoldOptions();
        var inputShape = CommandOptions.InputShape(
            "Height, width and channels of the images, as in 128,128,3, for auto and for models that leave sizes open [default: for auto 144 × 144 pixels, or "
                + "the next smaller size of a list that the images have; one channel if all are grey]");
        var threads = CommandOptions.Threads();
        var shards = new Option<int?>("--shards")
        {
            Description = "Divide each batch into this number of shards, a power of two, and the shards among the processes that mpirun starts. The weights "
                + "depend on it, as on the batch size, but not on the number of processes. Small images need 16 or more in a shard [default: no shards]",
            HelpName = "N",
        }.Whole(1, 65536);
        var file = new Option<string?>(
            "--out")
        {
            Description = "The .keras file to write; figures are written next to it [default: the network's name, or FILE-trained.keras]",
            HelpName = "FILE"
        };
        var backup = new Option<string?>("--backup")
        {
            Description = "Save the state of the training to this file after every hundred batches and every epoch. After a crash or a power "
                + "failure, the same command resumes from it and gives bit-identical weights. With --folds, a file for each fold",
            HelpName = "NAME|FILE",
        };
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "train",
            "Train a convolutional network: show its layers, train it, evaluate it on held-out data, and save it with a plot of its "
                + "training curves. Of images, auto keeps the averages of the weights at the end, another network the epoch with the lowest "
                + "validation loss; a confusion matrix and the worst mistakes are drawn. A report (.html, and the same as .json) tells all of it. "
                + "Ctrl-C stops after the current batch and keeps the model.",
            new("fovea train", "drawn digits, no download, less than a minute"),
            new("fovea train --data mnist --epochs 5", "the book's experiment: about 99.1 % on MNIST's test images"),
            new("fovea train --data flowers", "a folder of images with one folder for each class, or with train/… and validation/…"),
            new("fovea train --data flowers --time 10m", "the best classifier that ten minutes allow"),
            new("fovea train --data flowers --folds 5", "five trainings: a result with its deviation, and the mean of the five models"),
            new("fovea train --data flowers --show-code", "the same training as a C# program"),
            new("fovea train --data pets --class-names pet,background,border", "images and masks: the class of each pixel"),
            new("fovea train --data planet.csv", "a list: one class, several labels or numbers for each image"),
            new("fovea train --data cats-vs-dogs --model book-catsdogs", "the book's experiment: about 85 %"),
            new("fovea train --data cats-vs-dogs --base mobilenet.h5", "feature extraction: a new head on a pretrained network"),
            new("fovea train --find-learning-rate", "which learning rate to train with, in a few seconds"),
            new("fovea train --model book-mnist.keras --epochs 2", "two more epochs for a saved model"),
            new("mpirun -n 4 --bind-to none fovea train --data flowers --folds 4", "each process trains a fold"),
            new("mpirun -n 8 --bind-to none fovea train --shards 16 --batch-size 512", "eight processes, on one machine or several"),
            new("fovea train --seed 1 --json | tail -1", "one line of JSON for scripts"))
        {
            data, model,
        };
        segmentation.AddTo(command);
        targets.AddTo(command);
        recipe.AddTo(command);
        folds.AddTo(command);
        foreach (var option in (Option[])[file, backup, json, pretrained, fineTune, fineTuneEpochs, samples, epochs, batchSize, optimizer, learningRate, find,
            seed, inputShape, threads, shards])
            command.Add(option);
        recipe.AddDetailsTo(command);
        segmentation.AddDetailsTo(command);
        images.AddTo(command);
        folds.AddDetailsTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var request = new TrainRequest(parsed.GetValue(data)!)
            {
                Samples = parsed.GetValue(samples),
                Model = parsed.GetValue(model),
                Base = parsed.GetValue(pretrained),
                FineTuneFrom = parsed.GetValue(fineTune),
                FineTuneEpochs = parsed.GetValue(fineTuneEpochs),
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                Optimizer = parsed.GetValue(optimizer),
                LearningRate = parsed.GetValue(learningRate),
                FindLearningRate = parsed.GetValue(find),
                Seed = parsed.GetValue(seed),
                Images = images.Read(parsed),
                Shards = parsed.GetValue(shards),
                Folds = folds.Folds(parsed),
                FoldsOut = folds.Folder(parsed),
                InputShape = parsed.GetValue(inputShape),
                Out = parsed.GetValue(file),
                Backup = parsed.GetValue(backup),
                Json = parsed.GetValue(json),
                CommandLine = $"fovea {string.Join(' ', parsed.Tokens.Select(token => ShellText.Quoted(token.Value)))}",
            };
            request = targets.Read(parsed, segmentation.Read(parsed, recipe.Read(parsed, request)));
            return Task.FromResult(new TrainingRun(request, request.Json ? output.ForScripts() : output, cancellationToken).Run());
        });
        return command;
    }
}
