using System.Text.RegularExpressions;

namespace Fovea.Tests;

/// <content>The folders of the library: configurations are at the bottom, and know nothing of what they describe.</content>
public partial class ArchitectureTests
{
    /// <summary>Members of the folders below that have the name of a class in another folder.</summary>
    private static readonly string[] AlsoMembers = ["Average", "Axes"];

    [Theory]
    [InlineData("Config", new string[0])]
    [InlineData("Initializers", new[] { "Config" })]
    [InlineData("Regularizers", new[] { "Config" })]
    [InlineData("Constraints", new[] { "Config" })]
    public void A_folder_at_the_bottom_of_the_library_uses_only_those_below_it(string folder, string[] allowed)
    {
        var code = Sources($"src/Fovea/{folder}").Select(file => CommentOrText().Replace(File.ReadAllText(file), "")).ToList();
        Assert.NotEmpty(code);
        var used =
            from other in Directory.GetDirectories(Path.Combine(Root, "src/Fovea")).Select(path => Path.GetFileName(path))
            where other != folder && !allowed.Contains(other) && other is not ("bin" or "obj")
            from name in Sources($"src/Fovea/{other}").SelectMany(file => TopLevelType().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value))
            where !AlsoMembers.Contains(name)
            where code.Exists(text => Regex.IsMatch(text, $@"(?<![.\w]){name}(?![\w(])|new {name}\("))
            select $"{other}: {name}";
        Assert.Empty(used);
    }

    [GeneratedRegex(
        @"^(?:public|internal) (?:abstract |sealed |static |partial |readonly |ref )*(?:class|record struct|record|struct|interface|enum) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TopLevelType();

    [GeneratedRegex("//.*|\"[^\"\n]*\"")]
    private static partial Regex CommentOrText();
}
