' Visual Basic: the same network in a console project.   dotnet new console -lang VB; dotnet add package Fovea; dotnet run
Imports Fovea

Module Program
    Sub Main()
        Dim model As New Sequential("digits", seed:=1) From {
            New Input(28, 28, 1),
            New Conv2D(16, 3, activation:=Activation.Relu),
            New MaxPooling2D(2),
            New Flatten(),
            New Dense(10, Activation.Softmax)
        }
        model.Compile(New Adam(0.001), Loss.SparseCategoricalCrossentropy, New Accuracy())
        model.Fit(New DrawnDigits(1000, seed:=1), epochs:=3, batchSize:=64)
        Console.WriteLine("accuracy: {0:P1}", model.Evaluate(New DrawnDigits(500, seed:=2)).Accuracy)
    End Sub
End Module
