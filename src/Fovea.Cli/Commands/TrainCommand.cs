using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea train</c>: its options.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandOutput output)
    {
        var data = CommandOptions.Data(
            "What to learn: digits drawn by fovea itself; MNIST (downloaded once, 11 MB); a folder of pictures, with train, validation and perhaps test, or "
                + "with one folder for each class, of which a fifth is watched and a fifth tested on; or a folder with MNIST's four IDX files or others of "
                + "their kind, gzipped or not");
        var samples = CommandOptions.OptionalNumber("--samples", "Train on this many samples only [default: 20000 drawn digits; all of other data]");
        var model = new Option<string?>("--model")
        {
            Description = "The network to train: the book's convnet for digits or for cats and dogs, or a model file to go on with [default: book-mnist; "
                + "book-catsdogs for pictures]",
            HelpName = "book-mnist|book-catsdogs|FILE",
        };
        var pretrained = new Option<string?>("--base")
        {
            Description = "A pretrained network for pictures, in a model file such as .keras, .h5 or .onnx, to learn from few: what it makes of the pictures is "
                + "computed once, and a new head is trained on that. --scale tells the numbers that it expects, where neither the model nor its layers do "
                + "[default: -1..1, as MobileNet does]",
            HelpName = "FILE",
        };
        var fineTune = new Option<string?>("--fine-tune-from")
        {
            Description = "With --base: then train its layers from this one on too, batch normalizations aside, at a hundredth of the learning rate",
            HelpName = "LAYER",
        };
        var fineTuneEpochs = CommandOptions.OptionalNumber("--fine-tune-epochs", "How often to go through the pictures with these layers [default: 5]");
        var augmentation = new Option<string?>("--augmentation")
        {
            Description = "Whether book-catsdogs flips, turns, moves and zooms the pictures in training, each time anew, and so in fine-tuning [default: on]",
            HelpName = "on|off",
        };
        augmentation.AcceptOnlyFromAmong("on", "off");
        var epochs = CommandOptions.OptionalNumber(
            "--epochs", "How often to go through the data [default: 3; 100 for pictures; a head on a --base learns until its validation loss has not fallen for "
            + "20, at most 200]");
        var batchSize = CommandOptions.OptionalNumber("--batch-size", "How many samples make one step [default: 64; 32 for pictures]");
        var optimizer = new Option<string?>("--optimizer")
        {
            Description = $"How the weights follow their gradients: {string.Join(", ", Optimizer.Names)} [default: rmsprop, adam for book-catsdogs, or that of "
                + "the model file]",
            HelpName = "NAME",
        };
        optimizer.AcceptOnlyFromAmong([.. Optimizer.Names]);
        var learningRate = CommandOptions.Positive(
            "--learning-rate", "The size of the steps [default: 0.001, 0.01 for sgd, 0.0005 for book-catsdogs, or that of the model file]");
        var find = new Option<bool>("--find-learning-rate")
        {
            Description = "Do not train: try learning rates from 0.000001 to 10, a batch each, draw the loss over them and suggest one",
        };
        var seed = CommandOptions.OptionalNumber(
            "--seed", "Where all randomness comes from: the same seed gives the same weights to the last bit [default: 0]", least: 0);
        var images = new ImageOptions();
        var inputShape = CommandOptions.InputShape();
        var threads = CommandOptions.Threads();
        var file = new Option<string?>(
            "--out")
        {
            Description = "The .keras file to write; its pictures stand beside it [default: the network's name, or FILE-trained.keras]",
            HelpName = "FILE"
        };
        var backup = new Option<string?>("--backup")
        {
            Description = "Keep a backup of the training in this file, after every hundred batches and every epoch: the same command goes on from it after the "
                + "process was killed or the power failed, and gives the same weights to the last bit",
            HelpName = "FILE",
        };
        var json = CommandOptions.Json();
        var command = new DocumentedCommand(
            "train",
            "Train a convnet: describe it, train it, evaluate it on data held out, and save it with a picture of its training curves. Of pictures, the epoch "
                + "with the least validation loss is kept, and its confusion matrix and worst mistakes are drawn. Ctrl-C stops after the present batch and "
                + "keeps the model.",
            new("fovea train", "drawn digits, no download, less than a minute"),
            new("fovea train --data mnist --epochs 5", "the book's experiment: about 99.1 % on MNIST's test images"),
            new("fovea train --data cats-vs-dogs", "pictures in train/cats, train/dogs, validation/cats, …"),
            new("fovea train --data cats-vs-dogs --base mobilenet.h5", "feature extraction: a new head on a pretrained network"),
            new("fovea train --find-learning-rate", "which learning rate to train with, in a few seconds"),
            new("fovea train --model book-mnist.keras --epochs 2", "two more epochs for a saved model"),
            new("fovea train --seed 1 --json | tail -1", "one line of JSON for scripts"))
        {
            data, samples, model, pretrained, fineTune, fineTuneEpochs, augmentation, epochs, batchSize, optimizer, learningRate, find, seed, inputShape,
                threads, file, backup, json,
        };
        images.AddTo(command);
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
                Augmentation = parsed.GetValue(augmentation) switch { "on" => true, "off" => false, _ => null },
                Epochs = parsed.GetValue(epochs),
                BatchSize = parsed.GetValue(batchSize),
                Optimizer = parsed.GetValue(optimizer),
                LearningRate = parsed.GetValue(learningRate),
                FindLearningRate = parsed.GetValue(find),
                Seed = parsed.GetValue(seed),
                Images = images.Read(parsed),
                InputShape = parsed.GetValue(inputShape),
                Out = parsed.GetValue(file),
                Backup = parsed.GetValue(backup),
                Json = parsed.GetValue(json),
            };
            return Task.FromResult(new TrainingRun(request, request.Json ? output.ForScripts() : output, cancellationToken).Run());
        });
        return command;
    }
}
