using System.Text.RegularExpressions;

namespace Fovea.Tests;

/// <summary>The folders of src/Fovea have an order: the types of a folder use only types of the folders before it.</summary>
public partial class LibraryArchitectureTests
{
    private static readonly Dictionary<string, string[]> Files = Directory.EnumerateDirectories(Path.Combine(RepositoryFiles.Root, "src", "Fovea"))
        .Select(folder => (Name: Path.GetFileName(folder), Files: Directory.GetFiles(folder, "*.cs", SearchOption.AllDirectories)))
        .Where(folder => folder.Name is not ("bin" or "obj"))
        .ToDictionary(folder => folder.Name, folder => folder.Files);

    /// <summary>Parts of a class may be in several folders, such as Model.Files.cs; the class belongs to the folder of the file with its name.</summary>
    private static readonly Dictionary<string, string> FolderOf = Files
        .SelectMany(folder => folder.Value.SelectMany(
            file => Declaration().Matches(File.ReadAllText(file)), (file, match) => (match.Groups[1].Value, folder.Key, file)))
        .OrderBy(entry => Path.GetFileName(entry.file) == $"{entry.Value}.cs")
        .GroupBy(entry => entry.Value)
        .ToDictionary(group => group.Key, group => group.Last().Key);

    /// <summary>A row for each folder, with the folders whose types it may use.</summary>
    public static TheoryData<string, string[]> Arrows => new()
    {
        { "Config", [] },
        { "Files", ["Config"] },
        { "Progress", [] },
        { "Diagnostics", [] },
        { "Data", ["Config", "Files"] },
        { "Distribution", ["Data"] },
        { "Initializers", ["Config"] },
        { "Regularizers", ["Config"] },
        { "Constraints", ["Config"] },
        { "Layers", ["Config", "Progress", "Data", "Initializers", "Regularizers", "Constraints"] },
        { "Models", ["Config", "Progress", "Diagnostics", "Data", "Distribution", "Layers"] },
        { "Training", ["Config", "Files", "Progress", "Diagnostics", "Data", "Distribution", "Regularizers", "Constraints", "Layers", "Models"] },
        { "Formats", ["Config", "Files", "Diagnostics", "Data", "Initializers", "Regularizers", "Constraints", "Layers", "Models", "Training"] },
        { "Explain", ["Data", "Layers", "Models"] },
        { "Applications", ["Config", "Data", "Initializers", "Layers", "Models"] },
        { "Measuring", ["Data", "Layers", "Models", "Training"] },
    };

    [Theory]
    [MemberData(nameof(Arrows))]
    public void A_folder_of_the_library_uses_only_those_before_it(string folder, string[] allowed)
    {
        var found =
            from file in Files[folder]
            from name in TypesIn(File.ReadAllText(file))
            let home = FolderOf.GetValueOrDefault(name, folder)
            where home != folder && !allowed.Contains(home)
            select $"{Path.GetFileName(file)} uses {name} of {home}";
        Assert.Empty(found.Distinct());
    }

    [Fact]
    public void Every_folder_of_the_library_has_a_row() =>
        Assert.Equal(Files.Keys.Order(), Arrows.Select(row => row.Data.Item1).Order());

    [Fact]
    public void A_use_of_a_type_is_found_and_the_name_of_a_member_is_not()
    {
        const string Code = """
            /// <summary>Uses <see cref="Adam"/>.</summary>
            public Loss Find(Model model) => model.Weight("Dense", new Conv2D(1), $"{Activation.Relu} and Flatten");
            public float Weight { get; set; }
            """;
        Assert.Equal(["Loss", "Model", "Conv2D", "Activation"], TypesIn(Code).Where(FolderOf.ContainsKey));
    }

    /// <summary>The names that may be types: in code, not behind a dot, and not the names of members that are called or that the file declares.</summary>
    private static IEnumerable<string> TypesIn(string source)
    {
        var code = Literal().Replace(Comment().Replace(source, ""), match => string.Join(' ', Hole().Matches(match.Value).Select(hole => hole.Value)));
        var members = Member().Matches(code).Where(match => match.Groups[1].Value != match.Groups[2].Value).Select(match => match.Groups[2].Value).ToHashSet();
        return TypeName().Matches(code).Select(match => match.Value).Where(name => !members.Contains(name));
    }

    [GeneratedRegex(
        @"^(?:(?:public|internal|file|abstract|sealed|static|partial|readonly|ref|unsafe) )+"
        + @"(?:class|record struct|record|struct|enum|interface|delegate [\w<>?]+) (\w+)",
        RegexOptions.Multiline)]
    private static partial Regex Declaration();

    [GeneratedRegex(@"//[^\n]*")]
    private static partial Regex Comment();

    [GeneratedRegex(@"""{3}[\s\S]*?""{3}|\$?""(?:\\.|[^""\\\n])*""|'(?:\\.|[^'\\])'")]
    private static partial Regex Literal();

    [GeneratedRegex(@"(?<=\{)[^{}:]*(?=[:}])")]
    private static partial Regex Hole();

    /// <summary>A property, field or parameter, by its type and its name.</summary>
    [GeneratedRegex(@"\b(?!(?:new|is|not|and|or|return|throw|case|in|as) )([A-Za-z]\w*)(?:<[^>;]*>)?[?\[\]]* ([A-Z]\w*)\s*(?:\{\s*get|=>|;|,|\)|=(?!=))")]
    private static partial Regex Member();

    [GeneratedRegex(
        @"(?<![\w.])(?:(?<=new |: )[A-Z]\w*(?=\()|(?<!^\s*)[A-Z]\w*(?!\w|\s*(?:=|\(|\{))|(?<=^\s*)[A-Z]\w*(?=[.<?\[]| \w))", RegexOptions.Multiline)]
    private static partial Regex TypeName();
}
