using System.CommandLine;

namespace Fovea.Cli;

/// <summary>What <c>fovea train</c> was asked for.</summary>
internal sealed record TrainRequest(
    string Data, int? Samples, string Model, int Epochs, int BatchSize, double? LearningRate, int? Seed, PixelRange Range, string? Out, bool Json);

/// <summary><c>fovea train</c>: its options.</summary>
internal static class TrainCommand
{
    public static Command Create(CommandOutput output)
    {
        var data = CommandOptions.Data(
            "What to learn: digits drawn by fovea itself, MNIST (downloaded once, 11 MB), or a folder with MNIST's four IDX files or others of their kind, gzipped or not");
        var samples = new Option<int?>("--samples") { Description = "Train on this many samples only [default: 20000 drawn digits; all of MNIST or a folder]", HelpName = "N" };
        samples.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 1)
                result.AddError($"--samples: expected a whole number of at least 1; received {token.Value}.");
        });
        var model = new Option<string>("--model")
        {
            Description = "The network to train: the book's convnet for digits, or a model file to go on with",
            HelpName = "book-mnist|FILE",
            DefaultValueFactory = _ => Networks.BookMnist,
        };
        var epochs = CommandOptions.Number("--epochs", "How often to go through the data", 3);
        var batchSize = CommandOptions.Number("--batch-size", "How many samples make one step", 64);
        var learningRate = CommandOptions.Positive("--learning-rate", "The size of the steps [default: 0.001, or that of the model file]");
        var seed = new Option<int?>("--seed") { Description = "Where all randomness comes from: the same seed gives the same weights to the last bit [default: 0]", HelpName = "N" };
        seed.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && int.TryParse(token.Value, out var number) && number < 0)
                result.AddError($"--seed: expected a whole number of at least 0; received {token.Value}.");
        });
        var scale = CommandOptions.Scale();
        var threads = CommandOptions.Threads();
        var file = new Option<string?>("--out") { Description = "The .keras file to write; its pictures stand beside it [default: book-mnist.keras, or FILE-trained.keras]", HelpName = "FILE" };
        var json = CommandOptions.Json();
        var command = new TaughtCommand(
            "train",
            "Train a convnet: describe it, train it, evaluate it on data held out, and save it with a picture of its training curves. Ctrl-C stops after the present batch and keeps the model.",
            new("fovea train", "drawn digits, no download, less than a minute"),
            new("fovea train --data mnist --epochs 5", "the book's experiment: about 99.1 % on MNIST's test images"),
            new("fovea train --model book-mnist.keras --epochs 2", "two more epochs for a saved model"),
            new("fovea train --seed 1 --json | tail -1", "one line of JSON for scripts"))
        {
            data, samples, model, epochs, batchSize, learningRate, seed, scale, threads, file, json,
        };
        command.SetAction((parsed, cancellation) =>
        {
            CommandOptions.UseThreads(parsed.GetValue(threads));
            var request = new TrainRequest(
                parsed.GetValue(data)!, parsed.GetValue(samples), parsed.GetValue(model)!, parsed.GetValue(epochs), parsed.GetValue(batchSize),
                parsed.GetValue(learningRate), parsed.GetValue(seed), CommandOptions.Range(parsed.GetValue(scale)), parsed.GetValue(file), parsed.GetValue(json));
            return Task.FromResult(new TrainingRun(request, request.Json ? output.ForScripts() : output, cancellation).Run());
        });
        return command;
    }
}
