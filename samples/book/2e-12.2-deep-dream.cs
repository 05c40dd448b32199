// Deep Learning with Python, second edition, chapter 12, part 2: DeepDream. The first edition has it in notebook 8.2.
//   dotnet run samples/book/2e-12.2-deep-dream.cs
// [n] is the number of the cell in the notebook.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Explain;
using Fovea.Imaging;

// [4]
var baseImagePath = BookData.Photo("Indian_elephant");

// [6] MobileNet instead of InceptionV3
if (BookData.ConvBase() is not { } model) return;

// [8]
var layerSettings = new Dictionary<string, float> { ["conv_pw_4_relu"] = 1, ["conv_pw_6_relu"] = 1.5f, ["conv_pw_8_relu"] = 2 };

// [10] and [12] The loss and its gradient for one size of the image
(Node Loss, Node Gradient, ModelGraph Graph) Dream(int height, int width)
{
    var graph = new ModelGraph(model.WithInput(height, width, 3));
    var loss = layerSettings.Select(setting => setting.Value * graph[setting.Key].Node[.., 2..^2, 2..^2].Square().Mean()).Aggregate((sum, next) => sum + next);
    return (loss, Differentiation.Gradients(loss, [graph.Input])[0], graph);
}

Tensor GradientAscentLoop(Tensor image, int iterations, float learningRate, float maxLoss)
{
    var (loss, gradient, graph) = Dream(image.Shape[1], image.Shape[2]);
    var run = graph.Compile(loss, gradient);
    for (var i = 0; i < iterations; i++)
    {
        var values = run.Run(image);
        if ((float)values[0] > maxLoss) break;
        image += learningRate * values[1] / MathF.Sqrt((values[1] * values[1]).Sum());
        if (i % 10 == 0) Console.WriteLine($"... Loss value at step {i}: {(float)values[0]:0.00}");
    }

    return image;
}

// [13]
const float Step = 20, OctaveScale = 1.4f, MaxLoss = 15;
const int Octaves = 3;
var iterations = BookData.Epochs(30, few: 8);

// [15] preprocess_input and back
var originalImage = ImageFile.Read(baseImagePath, 224, 224, 3, PixelRange.MinusOneToOne);
Tensor Deprocess(Tensor image) => ((image[0] / 2) + 0.5f).Clip(0, 1);
Tensor Resize(Tensor image, int height, int width) => new Resizing(height, width).Apply(image);

// [17]
var shapes = Enumerable.Range(0, Octaves).Select(i => (int)(224 / MathF.Pow(OctaveScale, i))).Reverse().ToList();
var shrunkOriginal = Resize(originalImage, shapes[0], shapes[0]);
var dream = originalImage;
foreach (var (i, shape) in shapes.Index())
{
    Console.WriteLine($"Processing octave {i} with shape ({shape}, {shape})");
    dream = GradientAscentLoop(Resize(dream, shape, shape), iterations, Step, MaxLoss);
    var upscaledShrunkOriginal = Resize(shrunkOriginal, shape, shape);
    var sameSizeOriginal = Resize(originalImage, shape, shape);
    dream += sameSizeOriginal - upscaledShrunkOriginal;
    shrunkOriginal = sameSizeOriginal;
}

ImageFile.Save(Deprocess(dream), BookData.Artifact("dream.png"));
