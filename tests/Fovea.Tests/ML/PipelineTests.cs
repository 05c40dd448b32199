using System.Reflection;
using Fovea.ML;
using Fovea.Tests.Diagnostics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace Fovea.Tests.ML;

/// <summary>Networks as steps of ML.NET's pipelines.</summary>
public sealed class PipelineTests
{
    private static readonly string[] Names = ["zero", "one", "two"];
    private readonly MLContext mlContext = new(seed: 1);

    [Fact]
    public void A_network_that_a_pipeline_trains_classifies_and_keeps_the_names_of_the_classes()
    {
        var (train, test) = (Digits(300, seed: 1), Digits(90, seed: 2));
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(Compiled(), epochs: 6))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
        var scored = pipeline.Fit(train).Transform(test);
        Assert.Equal(["Features", "Label", "Score", "PredictedLabel", "Name"], scored.Schema.Where(column => !column.IsHidden).Select(column => column.Name));
        Assert.Equal(new VectorDataViewType(NumberDataViewType.Single, 3).ToString(), scored.Schema["Score"].Type.ToString());
        Assert.InRange(mlContext.MulticlassClassification.Evaluate(scored).MicroAccuracy, 0.9, 1);
        Assert.All(scored.GetColumn<string>("Name"), name => Assert.Contains(name, Names));
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores.Sum(), 1e-5f));
    }

    [Fact]
    public void A_saved_pipeline_computes_the_same_bits_after_loading_and_one_row_at_a_time()
    {
        var data = Digits(40, seed: 3);
        var model = Net();
        model.ClassNames = Names;
        var fitted = mlContext.Transforms.ApplyFoveaModel(model).Fit(data);
        var expected = Scores(fitted.Transform(data));
        Assert.Equal(Predicted(model, data), expected);

        using var stream = new MemoryStream();
        mlContext.Model.Save(fitted, data.Schema, stream);
        stream.Position = 0;
        var other = new MLContext();
        var loaded = other.Model.Load(stream, out var schema);
        Assert.Equal(expected, Scores(loaded.Transform(data)));
        Assert.Equal(
            fitted.GetOutputSchema(data.Schema).Select(column => $"{column}"), loaded.GetOutputSchema(schema).Select(column => $"{column}"));
        var engine = other.Model.CreatePredictionEngine<Digit, Prediction>(loaded);
        var rows = mlContext.Data.CreateEnumerable<Digit>(data, reuseRowObject: false);
        Assert.Equal(expected, rows.SelectMany(row => engine.Predict(row).Score));
    }

    [Fact]
    public void The_rows_of_a_pipeline_are_measured_and_are_no_activities()
    {
        var data = Digits(20, seed: 3);
        var model = Net();
        model.Name = "measured-pipeline";
        var fitted = mlContext.Transforms.ApplyFoveaModel(model).Fit(data);
        using var measured = new Measurements(model.Name);
        Scores(fitted.Transform(data));
        Assert.Equal(20, measured.Of("fovea.prediction.samples").Sum());
        Assert.DoesNotContain("fovea.predict", measured.Activities.Select(activity => activity.OperationName));
    }

    [Fact]
    public void A_step_keeps_the_weights_that_the_network_had_when_it_was_made()
    {
        var (data, model) = (Digits(20, seed: 3), Net());
        var fitted = mlContext.Transforms.ApplyFoveaModel(model, "Probabilities").Fit(data);
        var before = fitted.Transform(data).GetColumn<float[]>("Probabilities").SelectMany(scores => scores).ToArray();
        foreach (var weight in model.Weights) weight.Write(new float[weight.Shape.Count]);
        Assert.Equal(before, fitted.Transform(data).GetColumn<float[]>("Probabilities").SelectMany(scores => scores));
    }

    [Fact]
    public void Each_fold_of_a_cross_validation_trains_its_own_copy()
    {
        var network = Compiled();
        var before = network.Weights.SelectMany(weight => weight.Values.ToArray()).ToArray();
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(network, epochs: 6, callbacks: [new EarlyStopping("loss", patience: 3)]));
        var folds = mlContext.MulticlassClassification.CrossValidate(Digits(240, seed: 1), pipeline, numberOfFolds: 2);
        Assert.All(folds, fold => Assert.InRange(fold.Metrics.MicroAccuracy, 0.7, 1));
        Assert.Equal(before, network.Weights.SelectMany(weight => weight.Values.ToArray()));
    }

    [Fact]
    public void A_network_with_one_output_distinguishes_two_classes_and_one_without_classes_gives_its_values()
    {
        var data = Digits(10, seed: 4);
        var binary = new Sequential(seed: 1) { new Input(28, 28, 1), new Flatten(), new Dense(1, Activation.Sigmoid) };
        var scored = mlContext.Transforms.ApplyFoveaModel(binary).Fit(data).Transform(data);
        Assert.All(scored.GetColumn<float[]>("Score"), scores => Assert.Equal(1, scores[0] + scores[1], 1e-6f));
        Assert.Equal(new KeyDataViewType(typeof(uint), 2), scored.Schema["PredictedLabel"].Type);

        var values = new Sequential(seed: 1) { new Input(28, 28, 1), new Flatten(), new Dense(2) };
        values.OutputKind = OutputKind.Values;
        var plain = mlContext.Transforms.ApplyFoveaModel(values).Fit(data).Transform(data);
        Assert.Null(plain.Schema.GetColumnOrNull("PredictedLabel"));
        Assert.Equal(Predicted(values, data), Scores(plain));
    }

    [Fact]
    public void The_schema_of_the_estimator_names_the_columns_of_the_transformer()
    {
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(Net(), epochs: 1));
        var create = typeof(SchemaShape).GetMethod("Create", BindingFlags.NonPublic | BindingFlags.Static)!;  // ML.NET gives no one else a shape
        var shape = pipeline.GetOutputSchema((SchemaShape)create.Invoke(null, [Digits(3, seed: 1).Schema])!);
        Assert.Equal(["Features", "Label", "PredictedLabel", "Score"], shape.Select(column => column.Name).Order());
        Assert.True(shape.Single(column => column.Name == "PredictedLabel").IsKey);
    }

    [Fact]
    public void Columns_that_do_not_fit_are_refused_with_what_to_do()
    {
        var data = Digits(3, seed: 1);
        Refuses(
            "ApplyFoveaModel: expected a column 'Pixels'; the data have 'Features', 'Label'.",
            () => mlContext.Transforms.ApplyFoveaModel(Net(), inputColumnName: "Pixels").Fit(data));
        Refuses(
            "ApplyFoveaModel: expected 'Label' to be a vector of Single; it is String. Append mlContext.Transforms.Conversion.ConvertType(\"Label\") for other "
            + "numbers, or Concatenate to join columns.",
            () => mlContext.Transforms.ApplyFoveaModel(Net(), inputColumnName: "Label").Fit(data));
        var small = new Sequential { new Input(3), new Dense(2, Activation.Softmax) };
        Refuses(
            "ApplyFoveaModel: expected 'Features' to have the 3 values of the network's input; it has 784.",
            () => mlContext.Transforms.ApplyFoveaModel(small).Fit(data));
        Refuses(
            "FoveaNetwork: expected 'Label' to be a key; it is String. Append mlContext.Transforms.Conversion.MapValueToKey(\"Label\") first.",
            () => mlContext.MulticlassClassification.Trainers.FoveaNetwork(Net()).Fit(data));
        var five = new Sequential { new Input(28, 28, 1), new Flatten(), new Dense(5, Activation.Softmax) };
        Refuses(
            "FoveaNetwork: expected 'Label' to have the 5 classes of the network; it has 3.",
            () => mlContext.Transforms.Conversion.MapValueToKey("Label").Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(five)).Fit(data));
    }

    /// <summary>The program in the package's readme.</summary>
    [Fact]
    public void The_program_of_the_readme_runs()
    {
        var folder = Directory.CreateTempSubdirectory("fovea").FullName;
        var data = Digits(30, seed: 5);
        try
        {
            var path = Path.Combine(folder, "digits.zip");
            ITransformer loaded = Readme(data, path);
            Assert.All(loaded.Transform(data).GetColumn<string>("PredictedLabel"), name => Assert.Contains(name, Names));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static ITransformer Readme(IDataView data, string path)
    {
        var mlContext = new MLContext();
        var network = new Sequential
        {
            new Input(28, 28, 1),
            new Conv2D(16, 3, activation: Activation.Relu),
            new MaxPooling2D(2),
            new Flatten(),
            new Dense(3, Activation.Softmax),
        };
        var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
            .Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(network, epochs: 5))
            .Append(mlContext.Transforms.Conversion.MapKeyToValue("PredictedLabel"));
        ITransformer trained = pipeline.Fit(data);
        mlContext.Model.Save(trained, data.Schema, path);
        ITransformer loaded = mlContext.Model.Load(path, out _);
        return loaded;
    }

    private static void Refuses(string message, Action action) => Assert.Equal(message, Assert.Throws<ArgumentException>(action).Message);

    private static Sequential Net() => new("digits", seed: 1)
    {
        new Input(28, 28, 1),
        new Conv2D(4, 3, activation: Activation.Relu),
        new MaxPooling2D(4),
        new Flatten(),
        new Dense(3, Activation.Softmax),
    };

    /// <summary>The settings of <c>Compile</c> go with the copy that is trained.</summary>
    private static Sequential Compiled()
    {
        var network = Net();
        network.Compile(new Adam(0.02), Loss.SparseCategoricalCrossentropy, new Accuracy());
        return network;
    }

    private static float[] Scores(IDataView data) => [.. data.GetColumn<float[]>("Score").SelectMany(scores => scores)];

    private static float[] Predicted(Model model, IDataView data) =>
        [.. data.GetColumn<float[]>("Features").SelectMany(row => model.Predict(new Tensor([1, 28, 28, 1], row)).Values)];

    /// <summary>Drawn zeros, ones and twos.</summary>
    private IDataView Digits(int count, long seed)
    {
        var digits = new DrawnDigits(4 * count, seed);
        var rows = new List<Digit>();
        for (var i = 0; rows.Count < count; i++)
        {
            var (pixels, label) = (new float[28 * 28], new float[1]);
            digits.Read(i, pixels, label);
            if (label[0] < 3) rows.Add(new Digit { Features = pixels, Label = Names[(int)label[0]] });
        }

        return mlContext.Data.LoadFromEnumerable(rows);
    }

    public sealed class Digit
    {
        [VectorType(28 * 28)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }

    public sealed class Prediction
    {
        public float[] Score { get; set; } = [];

        public uint PredictedLabel { get; set; }
    }
}
