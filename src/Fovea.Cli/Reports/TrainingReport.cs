using Spectre.Console;

namespace Fovea.Cli;

/// <summary>The report on a trained model, in addition to its accuracy and its training curves.</summary>
internal abstract class TrainingReport
{
    /// <summary>The files of figures, each with its meaning.</summary>
    public abstract IReadOnlyList<(string Path, string Meaning)> Files { get; }

    /// <summary>Whether the model can be trained for more epochs; not the mean of several.</summary>
    public bool CanContinue { get; set; } = true;

    /// <summary>Commands to try next, each with its meaning.</summary>
    public abstract IReadOnlyList<(string Line, string Meaning)> NextSteps { get; }

    /// <summary>Writes the figures.</summary>
    public abstract void Save();

    /// <summary>Shows a part of the report at the terminal, below an empty line.</summary>
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
        ($"fovea predict {ShellText.Quoted(files.Model)} photo.jpg", "classify a digit that you wrote"),
        ($"fovea explain conv {ShellText.Quoted(files.Model)} photo.jpg", "see each step of a convolution on it"),
        dataName == "mnist"
            ? ($"fovea evaluate {ShellText.Quoted(files.Model)}", "test the model on drawn digits")
            : ("fovea train --data mnist --epochs 5", "train on real handwriting, to the book's 99.1 %"),
    ];

    public override void Save() => examples.SaveSheet(files.Predictions);

    public override void Show(IAnsiConsole console)
    {
        console.WriteLine();
        examples.Show(console);
    }
}
