// F#: a network that reads digits, and one with a custom loss.   dotnet fsi digits.fsx
#r "nuget: Fovea"
open Fovea
open Fovea.Engine.Ops

let layers: Layer list =
    [ Input(28, 28, 1)
      Conv2D(32, 3, activation = Activation.Relu)
      MaxPooling2D(2)
      Conv2D(64, 3, activation = Activation.Relu)
      MaxPooling2D(2)
      Flatten()
      Dropout(0.5)
      Dense(10, Activation.Softmax) ]

let model = Sequential("digits", seed = 1L)
layers |> List.iter model.Add
model.Compile(RmsProp(0.001), Loss.SparseCategoricalCrossentropy, Accuracy())

let training = DrawnDigits(3_000, seed = 1L)
let test = DrawnDigits(500, seed = 2L)
let history = model.Fit(training, epochs = 2, batchSize = 64, callbacks = [ EarlyStopping("loss", minDelta = 0.001) ])

printfn "accuracy: %.3f in training, %.3f on digits it has not seen" (Seq.last history["accuracy"]) (model.Evaluate test).Accuracy

// Operators connect layers: a network with a residual connection, trained with a loss that is a formula.
let image = Input(28, 28, 1)
let features = Conv2D(8, 3, strides = 2, padding = Padding.Same, activation = Activation.Relu).Call(image)
let sum = features + Conv2D(8, 3, padding = Padding.Same).Call(features)
let residual = Model(image, Dense(1).Call(GlobalAveragePooling2D().Call(sum)), seed = 1L)

let pseudoHuber = Loss.From(fun expected predicted -> ((predicted - expected).Square() + 1.0).Sqrt() - 1.0)
residual.Compile(Adam(0.01), pseudoHuber)
let losses = residual.Fit(training, epochs = 1, batchSize = 64)
printfn "pseudo-Huber loss of the digit as a number: %.3f" (Seq.last losses["loss"])
