// Deep Learning with Python, third edition, chapter 12: Object detection, the part "Training a YOLO model from scratch".
//   dotnet run samples/book/3e-12-object-detection.cs
// [n] is the number of the cell in the notebook. COCO's photographs are replaced by scenes of one digit that Fovea draws, with the bounds of the digit.
// What does not port: the pretrained RetinaNet of [38]–[41] and the names of COCO's classes.
#:project ../../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

using Fovea;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Imaging;

// [10]–[17] A scene has one digit; its box is (x, y, width, height) as parts of the image.
const int ImageSize = 64, GridSize = 6, Labels = 11;  // label 0 is the background, as in COCO
var scenes = new DrawnScenes(BookData.IsWhole ? 10_000 : 2_000, seed: 1, ImageSize);
float[] BoxOf(int index)
{
    var (top, left, height, width) = scenes.DigitBounds(index);
    return [left / (float)ImageSize, top / (float)ImageSize, width / (float)ImageSize, height / (float)ImageSize];
}

// [23] The slices of the output are layers that files can hold.
var inputs = new Input(ImageSize, ImageSize, 3);
SymbolicTensor x = inputs;
foreach (var filters in (int[])[32, 64, 128])  // in place of ResNet-50
{
    x = new Conv2D(filters, 3, padding: Padding.Same, activation: Activation.Relu).Call(x);
    x = new MaxPooling2D(2).Call(x);
}

x = new Conv2D(64, 3, strides: 2).Call(x);
x = new Flatten().Call(x);
x = new Dense(512, Activation.Relu).Call(x);
x = new Dropout(0.5).Call(x);
x = new Dense(GridSize * GridSize * (Labels + 5)).Call(x);
x = new Reshape(GridSize, GridSize, Labels + 5).Call(x);
var boxes = x[TensorIndex.Ellipsis, ..5];
var classes = new ActivationLayer(Activation.Softmax).Call(x[TensorIndex.Ellipsis, 5..]);
var model = new Model([inputs], [boxes, classes]);

// [24]
Console.WriteLine(model.Summary());

// [26]
((int X, int Y) Cell, float[] Box) ToGrid(float[] box)
{
    var (cx, cy) = ((box[0] + (box[2] / 2)) * GridSize, (box[1] + (box[3] / 2)) * GridSize);
    var (ix, iy) = ((int)cx, (int)cy);
    return ((ix, iy), [cx - ix, cy - iy, box[2], box[3]]);
}

float[] FromGrid(int xi, int yi, Tensor box)
{
    var (x, y, w, h) = ((float)box[0], (float)box[1], (float)box[2], (float)box[3]);
    return [((xi + x) / GridSize) - (w / 2), ((yi + y) / GridSize) - (h / 2), w, h];
}

// [27]
var boxArray = Tensor.Zeros([scenes.Count, GridSize, GridSize, 5]);
var classArray = Tensor.Zeros([scenes.Count, GridSize, GridSize]);
for (var index = 0; index < scenes.Count; index++)
{
    var (_, label) = scenes[index];
    var box = BoxOf(index);
    var (left, right) = ((int)(box[0] * GridSize), (int)MathF.Ceiling((box[0] + box[2]) * GridSize));
    var (top, bottom) = ((int)(box[1] * GridSize), (int)MathF.Ceiling((box[1] + box[3]) * GridSize));
    classArray[index, top..bottom, left..right] = label + 1;
    var ((xi, yi), gridBox) = ToGrid(box);
    boxArray[index, yi, xi] = new float[] { gridBox[0], gridBox[1], gridBox[2], gridBox[3], 1 };
}

// [29]
var images = Tensor.Stack([.. scenes.Select(sample => sample.Input)]);
Dataset dataset = new TensorDataset([images], [boxArray, classArray]);
var (validation, train) = (dataset.Take(100), dataset.Skip(100));

// [31]
Node Intersection(Node a, Node b)
{
    var (cx1, cy1, w1, h1) = Unpack(a);
    var (cx2, cy2, w2, h2) = Unpack(b);
    var left = (cx1 - (w1 / 2)).Maximum(cx2 - (w2 / 2));
    var bottom = (cy1 - (h1 / 2)).Maximum(cy2 - (h2 / 2));
    var right = (cx1 + (w1 / 2)).Minimum(cx2 + (w2 / 2));
    var top = (cy1 + (h1 / 2)).Minimum(cy2 + (h2 / 2));
    return (right - left).Maximum(0) * (top - bottom).Maximum(0);
}

Node IntersectionOverUnion(Node a, Node b)
{
    var (_, _, w1, h1) = Unpack(a);
    var (_, _, w2, h2) = Unpack(b);
    var intersection = Intersection(a, b);
    var union = (w1.Maximum(0) * h1.Maximum(0)) + (w2.Maximum(0) * h2.Maximum(0)) - intersection;
    return intersection / union.Maximum(1e-7f);
}

(Node X, Node Y, Node Width, Node Height) Unpack(Node box) => (box[.., .., .., 0], box[.., .., .., 1], box[.., .., .., 2], box[.., .., .., 3]);

// [32] The parameters are in Keras' order: expected, predicted.
Node SignedSqrt(Node x) => x.Sign() * (x.Abs() + 1e-7f).Sqrt();

Node BoxLoss(Node expected, Node predicted)
{
    var (xyTrue, whTrue, confTrue) = (expected[.., .., .., ..2], expected[.., .., .., 2..4], expected[.., .., .., 4..]);
    var (xyPred, whPred, confPred) = (predicted[.., .., .., ..2], predicted[.., .., .., 2..4], predicted[.., .., .., 4..]);
    var noObject = confTrue.EqualTo(0);
    var xyError = (xyTrue - xyPred).Square();
    var whError = (SignedSqrt(whTrue) - SignedSqrt(whPred)).Square();
    var iou = IntersectionOverUnion(expected, predicted);
    var confTarget = noObject.Where(0, iou.ExpandDims(-1));
    var confError = (confTarget - confPred).Square();
    return (noObject.Where(0, xyError * 5).Sum(-1) + noObject.Where(0, whError * 5).Sum(-1) + noObject.Where(confError * 0.5f, confError).Sum(-1)).Sum(1, 2);
}

// [33]
Objective[] objectives =
[
    new(boxes.Layer.Name, Loss.From(BoxLoss, "box_loss")), new(classes.Layer.Name, Loss.SparseCategoricalCrossentropy),
];
model.Compile(new Adam(2e-4), objectives);
model.Fit(train, BookData.Epochs(30, few: 12), batchSize: 16, validation: validation);

// [34] and [35] as text: the most confident box of an image that the network has not seen
var predictions = model.PredictAll(validation);
var confidence = predictions[0][0, .., .., 4].Reshape(-1);
var best = confidence.ArgMax();
var (row, column) = (best / GridSize, best % GridSize);
var found = FromGrid(column, row, predictions[0][0, row, column]);
var digit = predictions[1][0, row, column, 1..].ArgMax();
string Print(float[] box) => $"({string.Join(", ", box.Select(value => $"{value:0.00}"))})";
Console.WriteLine($"The most confident box: a {digit} at {Print(found)}. The digit is a {(float)scenes[0].Target} at {Print(BoxOf(0))}.");
