using Fovea.Benchmarks;
using Spectre.Console;

namespace Fovea.Tests.Benchmarks;

public sealed class BenchmarkCommandTests
{
    [Theory]
    [InlineData("augmentation --threads 1 2 --pairs 3 --seconds 1 --only flip blur")]
    [InlineData("policies --only AugMix --pairs 3")]
    [InlineData("feeding --data data --pieces --only flowers")]
    [InlineData("kernels --batch-size 8 --only 3x3")]
    public void Options_of_the_benchmarks_are_understood(string arguments)
    {
        var (console, _) = Create();
        Assert.Empty(new BenchmarkCommand(console).Parse(arguments.Split(' ')).Errors);
    }

    [Theory]
    [InlineData("augmentation", "flip; affine; brightness; color jitter; blur; ")]
    [InlineData("policies", "the book's recipe; AutoAugment; ")]
    public void An_unknown_row_is_refused_with_the_names_of_all(string command, string names)
    {
        var (console, output) = Create();
        Assert.Equal(1, new BenchmarkCommand(console).Parse([command, "--only", "blurr"]).Invoke());
        Assert.StartsWith($"no row contains blurr; there are: {names}", output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_row_of_policies_creates_its_layers() => Assert.All(AugmentedTrainingBenchmark.Rows, row =>
    {
        var images = new Input(150, 150, 3).Output;
        Assert.Equal(images.Shape, AugmentedTrainingBenchmark.LayersOf(row).Aggregate(images, (image, layer) => layer.Call(image)).Shape);
    });

    private static (IAnsiConsole Console, StringWriter Output) Create()
    {
        var output = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(output) });
        console.Profile.Width = 1000;
        return (console, output);
    }
}
