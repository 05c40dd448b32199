using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary><c>docs/keras.md</c> lists what there is: nothing else, and all of it.</summary>
public partial class KerasPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(ReadmeTests.Root(), "docs", "keras.md"));

    [Fact]
    public void Everything_that_the_page_lists_is_there()
    {
        var types = typeof(Model).Assembly.GetExportedTypes().Select(type => type.Name).ToHashSet();
        foreach (var row in Page.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains('`', StringComparison.Ordinal)))
        {
            foreach (Match name in Name().Matches(row))
                Assert.True(types.Contains(name.Groups[1].Value), $"docs/keras.md lists {name.Groups[1].Value}, which is not there.");
        }
    }

    [Theory]
    [InlineData(typeof(Layer))]
    [InlineData(typeof(Loss))]
    [InlineData(typeof(Metric))]
    [InlineData(typeof(Optimizer))]
    [InlineData(typeof(LearningRateSchedule))]
    [InlineData(typeof(Callback))]
    [InlineData(typeof(Regularizer))]
    [InlineData(typeof(Constraint))]
    public void The_page_lists_everything_that_is_there(Type kind)
    {
        foreach (var type in typeof(Model).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(kind) && !type.IsAbstract))
            Assert.True(Page.Contains($"`{type.Name}`", StringComparison.Ordinal), $"docs/keras.md does not list {type.Name}.");
    }

    [Fact]
    public void The_page_lists_every_activation()
    {
        foreach (var activation in typeof(Activation).GetProperties().Where(property => property.PropertyType == typeof(Activation)))
            Assert.True(Page.Contains($"`{activation.Name}`", StringComparison.Ordinal), $"docs/keras.md does not list the activation {activation.Name}.");
    }

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Name();
}
