// Deep Learning with Python, second edition, chapter 9, part 3: Interpreting what convnets learn.
//   dotnet run samples/book/2e-09.3-interpreting.cs
// [n] is the number of the cell in the notebook. Editions 1 (5.4) and 3 (chapter 10) do the same.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;
using Fovea.Explain;
using Fovea.Imaging;

// [4] The network of chapter 8; without it, a small one on digits.
var file = BookData.Artifact("convnet_from_scratch_with_augmentation.keras");
var model = File.Exists(file) ? Model.Load(file) : Digits();
Console.WriteLine(model.Summary());

// [6] load_img, img_to_array, expand_dims
var (height, width) = (model.InputShape[0], model.InputShape[1]);
var imageTensor = ImageFile.Read(BookData.Photo("Egyptian_cat"), model.ImageInput!);

// [8]
ImageFile.Save(imageTensor[0], BookData.Artifact("2e-09.3-image.png"), model.ImageInput!);

// [10]
var seen = model.Layers.Where(layer => layer is Conv2D or MaxPooling2D).ToList();
var activationModel = new Model([model.Input], [.. seen.Select(model.OutputOf)]);

// [12]
var activations = activationModel.Predict([imageTensor]);

// [13]
var firstLayerActivation = activations[0];
Console.WriteLine(firstLayerActivation.Shape);

// [15]
MatrixPlot.Save(firstLayerActivation[0, .., .., 5], BookData.Artifact("2e-09.3-channel-5.png"));

// [17] Every channel of every layer, each brought to mean 128 and standard deviation 64; the grid has no margins.
foreach (var (layer, activation) in seen.Zip(activations))
{
    var channels = Enumerable.Range(0, activation.Shape[^1]).Select(channel => activation[0, .., .., channel]);
    ContactSheet.Save(
        [.. channels.Select(channel => CaptionedImage.OfMatrix(Visible(channel), range: (0, 255)))], BookData.Artifact($"2e-09.3-{layer.Name}.png"),
        columns: 16, cell: null, spacing: 1, margin: 0);
}

Tensor Visible(Tensor channel) => channel.Max() == channel.Min() ? channel : ((((channel - channel.Mean()) / channel.Std()) * 64) + 128).Clip(0, 255);

// [20] A pretrained network of any input size: MobileNet instead of Xception.
if (BookData.ConvBase() is not { } convBase) return;

// [22]
foreach (var layer in convBase.Layers.Where(layer => layer is Conv2D or SeparableConv2D or DepthwiseConv2D)) Console.WriteLine(layer.Name);

// [24]
const string LayerName = "conv_pw_3";
var featureExtractor = new Model(convBase.Input, convBase.OutputOf(convBase.Layer(LayerName)));

// [26]
var features = featureExtractor.Apply(ImageFile.Read(BookData.Photo("Egyptian_cat"), 224, 224, 3, PixelRange.MinusOneToOne));
Console.WriteLine(features.Shape);

// [27] The mean of a filter's output without its border, as a node. [29] The step of gradient ascent: L2-normalized gradient.
var graph = new ModelGraph(featureExtractor);
GraphRun GradientOf(int filter)
{
    var filterActivation = graph.Output[.., 2..^2, 2..^2, filter];
    return graph.Compile(Differentiation.Gradients(filterActivation.Mean(), [graph.Input])[0]);
}

// [31]
Tensor GenerateFilterPattern(int filter)
{
    var gradient = GradientOf(filter);
    var image = Tensor.RandomUniform([1, 224, 224, 3], low: 0.4, high: 0.6, seed: filter);
    for (var step = 0; step < 30; step++)
    {
        var grads = gradient.Run(image)[0];
        image += 10 * grads / MathF.Sqrt((grads * grads).Sum());
    }

    return image[0];
}

// [33]
Tensor DeprocessImage(Tensor image) => ((((image - image.Mean()) / image.Std()) * 64) + 128).Clip(0, 255)[25..^25, 25..^25];

// [34]
ImageFile.Save(DeprocessImage(GenerateFilterPattern(2)), BookData.Artifact("2e-09.3-filter-2.png"), PixelRange.ZeroTo255);

// [36]
var side = BookData.IsWhole ? 8 : 2;
ContactSheet.Save(
    [.. Enumerable.Range(0, side * side).Select(filter => new CaptionedImage(DeprocessImage(GenerateFilterPattern(filter))) { Range = PixelRange.ZeroTo255 })],
    BookData.Artifact($"filters_for_layer_{LayerName}.png"), columns: side, cell: null, spacing: 5, margin: 0);

// [39]
if (BookData.ImageNetClassifier() is not { } classifier) return;

// [41]
var elephant = BookData.Photo("Indian_elephant");
var imageArray = ImageFile.Read(elephant, 224, 224, 3, PixelRange.MinusOneToOne);

// [42] decode_predictions is ImageClassifier, which also reads the file.
var predictions = classifier.Predict(imageArray);
foreach (var (_, name, probability) in new ImageClassifier(classifier).Predict(elephant).Take(3)) Console.WriteLine($"{name}: {probability:P1}");

// [43]
Console.WriteLine(predictions[0].ArgMax());

// [45]–[53] Grad-CAM is a method.
var cam = GradCam.Explain(classifier, imageArray);
MatrixPlot.Save(cam.Heatmap, BookData.Artifact("2e-09.3-heatmap.png"));

// [55] and the heatmap over the photograph is a figure.
GradCamFigure.Save(cam, ImageFile.ReadToShow(elephant), "elephant", BookData.Artifact("elephant_cam.png"));

// [45]–[53] by hand: the gradient of the class's probability with respect to the layer. The map differs from GradCam's, which uses the score before the
// softmax, as the authors of Grad-CAM do.
var classGraph = new ModelGraph(classifier);
var lastConvolution = classGraph["conv_pw_13_relu"].Node;
var topClassChannel = classGraph.Output[.., predictions[0].ArgMax()];
var both = classGraph.Compute(imageArray, lastConvolution, Differentiation.Gradients(topClassChannel.Sum(), [lastConvolution])[0]);
var pooledGradients = both[1].Mean([0, 1, 2]);
var heatmap = (both[0][0] * pooledGradients).Mean([-1]).Clip(0, float.MaxValue);
MatrixPlot.Save(heatmap / heatmap.Max(), BookData.Artifact("2e-09.3-heatmap-by-hand.png"));

Model Digits()
{
    var net = new Sequential
    {
        new Input(28, 28, 1), new Conv2D(32, 3, activation: Activation.Relu), new MaxPooling2D(2), new Conv2D(64, 3, activation: Activation.Relu),
        new MaxPooling2D(2), new Flatten(), new Dense(10, Activation.Softmax),
    };
    net.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy());
    net.Fit(new DrawnDigits(4_000, seed: 1), epochs: 1);
    return net;
}
