// What a convnet has learned: activations, kernels, the patterns that filters look for, and where it sees its class.
//   dotnet run samples/04-what-it-learned.cs                     the network of sample 03 on images that Fovea draws
//   dotnet run samples/04-what-it-learned.cs MODEL IMAGE         your model, which takes pixels from 0 to 1, on your image
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false
using Fovea;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Explain;
using Fovea.Imaging;

var folder = Directory.CreateDirectory(Path.Combine("artifacts", "learned")).FullName;
var trained = Path.Combine("artifacts", "03-transfer.keras");
var model = args.Length == 2 ? Model.Load(args[0]) : File.Exists(trained) ? Model.Load(trained) : LearnDigits();
var shape = model.InputShape;
var image = args.Length == 2 ? ImageFile.Read(args[1], shape[0], shape[1], shape[2]) : Scene(3);

// 1. The output of every convolution: edges first, then parts. Later layers respond to less and less of the image.
foreach (var activation in LayerActivations.Compute(model, image).Where(activation => activation.Layer is Conv2D))
{
    var name = $"activations-{activation.Layer.Name}.png";
    LayerSheets.SaveActivations(activation, Path.Combine(folder, name));
    var (output, values) = (activation.Values.Shape, activation.Values.Values);
    var positive = values.Count(value => value > 0) / (double)values.Length;
    Console.WriteLine($"{name}: {activation.Path} has {output[3]} channels of {output[1]} × {output[2]}; {positive:P0} of the values are positive");
}

// 2. The kernels of the first convolution, and the patterns that the filters with the strongest response look for, found by gradient ascent.
var graph = new ModelGraph(model);
var convolutions = graph.Layers.Where(value => value.Layer is Conv2D).ToList();
var kernels = convolutions[0].Layer.Weights[0];
LayerSheets.SaveKernels(kernels.ToTensor(), "The first kernels", Path.Combine(folder, "kernels.png"));
foreach (var convolution in convolutions.Skip(1))
{
    var responses = graph.Compute(image, convolution.Node.Sum(0, 1, 2))[0].Values;
    int[] strongestFilters = [.. Enumerable.Range(0, responses.Length).OrderByDescending(filter => responses[filter]).Take(12)];
    var patterns = new FilterMaximization().Compute(model, convolution.Path, strongestFilters);
    LayerSheets.SavePatterns(patterns, $"What filters of {convolution.Layer.Name} look for", Path.Combine(folder, $"filters-{convolution.Layer.Name}.png"));
}

// 3. Grad-CAM: where the network sees its class, also through a model inside the model.
for (var i = 0; i < (args.Length == 2 ? 1 : 4); i++)
{
    if (args.Length == 0) image = Scene(i);
    var seen = GradCam.Explain(model, image);
    var label = model.ClassNames.Count > seen.Class ? model.ClassNames[seen.Class] : $"class {seen.Class}";
    GradCamFigure.Save(seen, image, label, Path.Combine(folder, $"gradcam-{i}.png"));
    Console.WriteLine($"gradcam-{i}.png: {label} with {seen.Score:P1}, computed from {seen.Layer}");
}

// 4. A custom explanation is a few nodes: how much the score changes with each pixel.
var saliency = Differentiation.Gradients(graph.Output.Square().Sum(), [graph.Input])[0];
var strongest = graph.Compute(image, saliency)[0].Values.Select(Math.Abs).Max();
Console.WriteLine($"The gradient with respect to the image reaches {strongest:0.0000}. All figures are in {folder}.");

Tensor Scene(int index)
{
    var scene = new Tensor([1, 64, 64, 3], new float[64 * 64 * 3]);
    new DrawnScenes(10, seed: 20) { Digits = [5, 6, 7, 8, 9] }.Read(index, scene.Values, new float[1]);
    return scene;
}

// If sample 03 has not run yet: a model inside a model, trained for half a minute.
Model LearnDigits()
{
    Sequential inner = [new Input(64, 64, 3), .. from filters in (int[])[16, 32, 64, 64] from layer in Block(filters) select layer];
    var fresh = new Sequential(seed: 2) { inner, new GlobalMaxPooling2D(), new Dense(5, Activation.Softmax) };
    fresh.Compile(new Adam(), Loss.SparseCategoricalCrossentropy, new Accuracy());
    fresh.Fit(new DrawnScenes(4_000, seed: 10) { Digits = [5, 6, 7, 8, 9] }, epochs: 6, batchSize: 16);
    return fresh;
}

Layer[] Block(int filters) => [new Conv2D(filters, 3, padding: Padding.Same, activation: Activation.Relu), new MaxPooling2D(2)];
