using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/distributed.md shows code that compiles and runs, and options and names that are there.</summary>
[Collection(WorkingFolder.Collection)]
public partial class DistributedPageTests
{
    private static readonly string Page = Read("docs", "distributed.md");

    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        var lines = Read("tests", "Fovea.PublicApi.Tests", "DistributedPage.cs").Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(Page).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.Equal(7, shown.Count);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void A_program_joins_a_group_of_one_process_and_opens_a_file_of_the_first()
    {
        var model = Digits();
        Assert.Equal(1, DistributedPage.Join(model));
        Assert.Equal(8, model.Distribution!.Shards);
        using var folder = new WorkingFolder();
        model.Save("best.keras");
        Assert.Equal(model.Weights[0].Values, DistributedPage.Reopen(model).Weights[0].Values);
        Assert.ThrowsAny<IOException>(() => DistributedPage.Parts(model, new ImageInput(28, 28)).Count);
    }

    [Fact]
    public void Every_option_of_the_command_line_is_there()
    {
        var command = Read("src", "Fovea.Cli", "Commands", "TrainCommand.cs") + Read("src", "Fovea.Cli", "Commands", "CommandOptions.cs")
            + Read("src", "Fovea.Cli", "Commands", "FoldOptions.cs");
        var options = Command().Matches(Page).SelectMany(line => Option().Matches(line.Groups[1].Value)).Select(match => match.Value).Distinct().ToList();
        Assert.Contains("--shards", options);
        Assert.All(options, option => Assert.Contains($"\"{option}\"", command, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_row_about_Fovea_names_members_that_are_there()
    {
        var known = typeof(Model).Assembly.GetExportedTypes().Concat(typeof(Mpi.MpiProcesses).Assembly.GetExportedTypes())
            .SelectMany(type => type.GetMembers().Select(member => member.Name).Append(type.Name)).ToHashSet();
        var named = Page.Split('\n').Where(line => line.StartsWith('|')).SelectMany(line => Name().Matches(line)).Select(match => match.Groups[1].Value);
        Assert.All(named.SelectMany(name => name.Split('.')).Where(word => char.IsUpper(word[0])), word => Assert.Contains(word, known));
    }

    private static Sequential Digits() => new() { new Input(28, 28, 1), new Flatten(), new Dense(10, Activation.Softmax) };

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"fovea train(.*)$", RegexOptions.Multiline)]
    private static partial Regex Command();

    [GeneratedRegex("--[a-z][a-z-]+")]
    private static partial Regex Option();

    [GeneratedRegex(@"`([A-Za-z]\w*(?:\.[A-Z]\w*)?)`")]
    private static partial Regex Name();
}
