#!/usr/bin/env dotnet
// A program of one file, without a project.   dotnet run digits.cs
#:package Fovea@*
#:property PublishAot=false
using Fovea;

var model = new Sequential("digits", seed: 1)
{
    new Input(28, 28, 1),
    new Conv2D(32, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Conv2D(64, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Flatten(),
    new Dropout(0.5),
    new Dense(10, Activation.Softmax),
};
model.Compile(new RmsProp(0.001), Loss.SparseCategoricalCrossentropy, new Accuracy());
model.Fit(new DrawnDigits(3_000, seed: 1), epochs: 2, batchSize: 64);

var (_, accuracy) = model.Evaluate(new DrawnDigits(500, seed: 2));
Console.WriteLine($"accuracy on digits it has not seen: {accuracy:P1}");
model.Save("digits.keras");
