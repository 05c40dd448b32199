// Deep Learning with Python, first edition, notebook 5.1: Introduction to convnets.
//   dotnet run samples/book/1e-5.1-introduction-to-convnets.cs [-- --whole]
// [n] is the number of the cell in the notebook.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;

// [2] Here the shape of the input is a layer.
var model = new Sequential();
model.Add(new Input(28, 28, 1));
model.Add(new Conv2D(32, 3, activation: Activation.Relu));
model.Add(new MaxPooling2D(2));
model.Add(new Conv2D(64, 3, activation: Activation.Relu));
model.Add(new MaxPooling2D(2));
model.Add(new Conv2D(64, 3, activation: Activation.Relu));

// [4]
Console.WriteLine(model.Summary());

// [6]
model.Add(new Flatten());
model.Add(new Dense(64, Activation.Relu));
model.Add(new Dense(10, Activation.Softmax));

// [8]
Console.WriteLine(model.Summary());

// [10] The images are (28, 28, 1) with pixels from 0 to 1 already; to_categorical is OneHot.
var (train, test) = BookData.Mnist();
train = train.OneHot(10);
test = test.OneHot(10);

// [11]
model.Compile(new RmsProp(), Loss.CategoricalCrossentropy, new Accuracy());
model.Fit(train, epochs: BookData.Epochs(5), batchSize: 64);

// [13]
var (testLoss, testAccuracy) = model.Evaluate(test);

// [14]
Console.WriteLine($"test loss {testLoss:0.0000}, test accuracy {testAccuracy:0.0000}");
