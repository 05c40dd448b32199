using System.Text.RegularExpressions;

namespace Fovea.PublicApi.Tests;

/// <summary>docs/data.md shows code that compiles and runs.</summary>
public partial class DataPageTests
{
    private static readonly string Page = Read("docs", "data.md");

    private static readonly string Code = Read("tests", "Fovea.PublicApi.Tests", "DataPage.cs");

    [Fact]
    public void Every_line_of_code_is_compiled()
    {
        var lines = Code.Split('\n').Select(line => line.Trim()).ToHashSet();
        var shown = Block().Matches(Page).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).ToList();
        Assert.InRange(shown.Count, 25, 100);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public void Every_row_of_the_table_is_compiled()
    {
        var cells = Page.Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => line.Split(" | ")[1]);
        var calls = cells.SelectMany(cell => Backticks().Matches(cell)).Select(match => match.Groups[1].Value).ToList();
        Assert.InRange(calls.Count, 20, 60);
        Assert.All(calls, call => Assert.Contains(call, Code, StringComparison.Ordinal));
    }

    [Fact]
    public void The_code_of_the_page_runs()
    {
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var (train, test) = (new DrawnDigits(120), new DrawnDigits(40, seed: 2));
            var (x, y) = train.Batches(120).Single();
            var npz = Path.Combine(folder, "data.npz");
            NumpyArchive.Save(npz, ("x_train", x), ("y_train", y), ("x_test", x), ("y_test", y), ("images", x), ("labels", y));
            var model = Classifier();
            var two = train.SelectTarget(label => (float)label % 2);
            DataPage.Table(two, new DrawnDigits(120, seed: 3).SelectTarget(label => (float)label % 2), test, x, y, new float[120], model, folder, npz);
            Assert.True(double.IsFinite(DataPage.Loop(model, train)));
            var shapes = DataPage.FromFunction([new float[784], new float[784]], [0, 1]);
            Assert.Equal("square", shapes.ClassNames[(int)(float)shapes[^1].Target]);
            Assert.Equal(2, DataPage.TrainOnStream(Regression()).Epochs);
            for (var part = 0; part < 4; part++)
            {
                var (images, labels) = new DrawnDigits(9 + part, seed: part).Batches(20).Single();
                NumpyArchive.Save(
                    Path.Combine(folder, $"part{part}.npz"), ("x_train", images), ("y_train", labels), ("x_test", images), ("y_test", labels));
            }

            Assert.Equal(2, DataPage.TrainOnParts(Classifier(Loss.CategoricalCrossentropy), folder).Epochs);
            Assert.Equal(1, Regression().Fit(new DataPage.Circle(20)).Epochs);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Sequential Classifier(Loss? loss = null)
    {
        var model = new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(10, Activation.Softmax) };
        model.Compile(new RmsProp(), loss ?? Loss.SparseCategoricalCrossentropy, new Accuracy());
        return model;
    }

    private static Sequential Regression()
    {
        var model = new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(1) };
        model.Compile(new Sgd(1e-4), Loss.MeanSquaredError);
        return model;
    }

    private static string Read(params string[] path) => File.ReadAllText(Path.Combine([ReadmeTests.Root(), .. path]));

    [GeneratedRegex("```csharp\n(.*?)\n```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Backticks();
}
