using Spectre.Console;

namespace Fovea.Cli;

/// <summary>What is shown of a trained model, beside its accuracy and its training curves.</summary>
internal abstract class TrainingReport
{
    /// <summary>The pictures, each with what it shows.</summary>
    public abstract IReadOnlyList<(string Path, string Meaning)> Files { get; }

    /// <summary>Commands to try next, each with what it does.</summary>
    public abstract IReadOnlyList<(string Line, string Meaning)> NextSteps { get; }

    /// <summary>Writes the pictures.</summary>
    public abstract void Save();

    /// <summary>Shows at the terminal what fits there, below an empty line.</summary>
    public abstract void Show(IAnsiConsole console);
}

/// <summary>The report on a model of digits: the first test images with predictions.</summary>
internal sealed class DigitReport(Model model, TrainingData data, string dataName, OutputFiles files) : TrainingReport
{
    private const int Examples = 40;

    private readonly ExamplePredictions examples = new(model, data.Test, Examples);

    public override IReadOnlyList<(string Path, string Meaning)> Files => [(files.Predictions, "test images with predictions")];

    public override IReadOnlyList<(string Line, string Meaning)> NextSteps =>
    [
        ($"fovea predict {files.Model} photo.jpg", "a digit that you wrote"),
        dataName == "mnist"
            ? ($"fovea evaluate {files.Model}", "the same model on drawn digits")
            : ("fovea train --data mnist --epochs 5", "real handwriting: the book's 99.1 %"),
    ];

    public override void Save() => examples.SaveSheet(files.Predictions);

    public override void Show(IAnsiConsole console)
    {
        console.WriteLine();
        examples.Show(console);
    }
}
