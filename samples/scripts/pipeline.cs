#!/usr/bin/env dotnet
// A network in a pipeline of ML.NET: the first run trains and saves, the next ones load.   dotnet run pipeline.cs
#:package Fovea.ML@*
#:property PublishAot=false
using Fovea;
using Fovea.ML;
using Microsoft.ML;
using Microsoft.ML.Data;

const string Path = "digits.zip";
var mlContext = new MLContext(seed: 1);
if (!File.Exists(Path))
{
    var network = new Sequential("digits", seed: 1)
    {
        new Input(28, 28, 1),
        new Conv2D(16, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Conv2D(32, 3, activation: Activation.Relu),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(10, Activation.Softmax),
    };
    var pipeline = mlContext.Transforms.Conversion.MapValueToKey("Label")
        .Append(mlContext.MulticlassClassification.Trainers.FoveaNetwork(network, epochs: 5))
        .Append(mlContext.Transforms.Conversion.MapKeyToValue("Name", "PredictedLabel"));
    var train = Digits(2_000, seed: 1);
    var trained = pipeline.Fit(train);
    mlContext.Model.Save(trained, train.Schema, Path);
    Console.WriteLine($"trained: {mlContext.MulticlassClassification.Evaluate(trained.Transform(Digits(500, seed: 2))).MicroAccuracy:P1}");
    return;
}

var loaded = mlContext.Model.Load(Path, out _);
Console.WriteLine($"loaded: {mlContext.MulticlassClassification.Evaluate(loaded.Transform(Digits(500, seed: 2))).MicroAccuracy:P1}");

IDataView Digits(int count, long seed)
{
    var digits = new DrawnDigits(count, seed);
    return mlContext.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i =>
    {
        var (pixels, label) = (new float[28 * 28], new float[1]);
        digits.Read(i, pixels, label);
        return new Digit { Features = pixels, Label = $"{label[0]}" };
    }));
}

internal sealed class Digit
{
    [VectorType(28 * 28)]
    public float[] Features { get; set; } = [];

    public string Label { get; set; } = "";
}
