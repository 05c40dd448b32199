using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

public partial class ImagePageTests
{
    [Fact]
    public void The_code_of_the_page_on_images_compiles_here()
    {
        var page = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "docs/reading-images.md"));
        var code = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "tests/Fovea.PublicApi.Tests/ImagePage.cs"));
        var quoted = Block().Matches(page).SelectMany(block => block.Groups[1].Value.Trim().Split('\n'))
            .Concat(Call().Matches(page).Select(match => match.Groups[1].Value).Where(span => !span.Contains("model.ImageInput", StringComparison.Ordinal)))
            .ToList();
        Assert.InRange(quoted.Count, 15, 60);
        Assert.All(quoted, line => Assert.Contains(line, code, StringComparison.Ordinal));
    }

    [GeneratedRegex(@"```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    /// <summary>Calls of methods of Fovea.Imaging, and new objects.</summary>
    [GeneratedRegex("`((?:(?:Image|Mask)[A-Za-z]+\\.[A-Za-z]+\\(|new )[^`]+)`")]
    private static partial Regex Call();
}
