using System.Text.RegularExpressions;
using Fovea.Cli;
using Spectre.Console;

namespace Fovea.Tests.Cli;

public sealed class LoadReportTableTests : IDisposable
{
    private readonly Data.TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(30)]
    public void No_line_is_wider_than_the_terminal_and_no_name_is_broken(int width)
    {
        var lines = Print(width);
        Assert.All(lines, line => Assert.True(line.TrimEnd().Length <= width, line));
        foreach (var name in (string[])["kernel", "bias"]) Assert.Equal(2, Regex.Count(string.Join('\n', lines), $"a_layer_with_a_name/{name}"));
    }

    [Fact]
    public void A_narrow_terminal_gets_a_list() =>
        Assert.Equal([" a_layer_with_a_name/kernel (3, 3, 1, 2)", "   → a_layer_with_a_name/kernel"], Print(50)[..2].Select(line => line.TrimEnd()));

    private List<string> Print(int width)
    {
        var path = Path.Combine(folder.Path, "model.json");
        new Sequential { new Input(5, 5, 1), new Conv2D(2, 3) { Name = "a_layer_with_a_name" } }.Save(path);
        Model.Load(path, out var report);
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = width;
        LoadReportTable.Write(console, report);
        return [.. text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries)];
    }
}
