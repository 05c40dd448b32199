using System.Globalization;

namespace Fovea.Tests.Formats.Tflite;

/// <summary>
/// Single operators in files by Google's FlatBuffers, compared with their definitions in float64: TensorFlow's documentation and
/// tensorflow/lite/kernels/internal/reference.
/// </summary>
public sealed class OperatorTests : IDisposable
{
    private const int Height = 4;
    private const int Width = 6;
    private const int Channels = 5;
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    /// <summary>
    /// On images of 4 × 6 × 5: what, operator, settings, constants (<c>w</c> random with a shape, <c>p</c> likewise above ½, <c>i</c> whole, <c>f</c> numbers,
    /// <c>x</c> where the image comes among them), the shape of what comes out and its formula.
    /// </summary>
    private static readonly Dictionary<string,
        (int Code, string Options, string Constants, int[] Shape, Func<Grid, Grid[], int[], double> Formula)> Operators = new()
        {
            ["CONV_2D same, strides 2, relu6"] =
            (3, "1 0b0 1i2 2i2 3b3", "x w:3,3,3,5 w:3", [2, 3, 3], (x, c, o) => Relu6(Convolved(x, c, o, (2, 2), (1, 1), (0, 0)))),
            ["CONV_2D valid, dilated, relu"] =
            (3, "1 0b1 1i1 2i1 3b1 4i2 5i1", "x w:3,2,3,5 w:3", [3, 2, 3], (x, c, o) => Math.Max(0, Convolved(x, c, o, (1, 1), (1, 2), (0, 0)))),
            ["CONV_2D without bias"] = (3, "1 0b1 1i3 2i1", "x w:2,1,1,5", [4, 2, 2], (x, c, o) => Convolved(x, c, o, (1, 3), (1, 1), (0, 0))),
            ["DEPTHWISE_CONV_2D same, two for each channel"] =
            (4, "2 0b0 1i1 2i1 3i2 4b0", "x w:1,3,3,10 w:10", [4, 6, 10], (x, c, o) => Depthwise(x, c, o, (1, 1), (1, 1), (1, 1), 2)),
            ["DEPTHWISE_CONV_2D, strides that differ"] =
            (4, "2 0b1 1i2 2i1 3i1", "x w:1,2,2,5 w:5", [3, 3, 5], (x, c, o) => Depthwise(x, c, o, (1, 2), (1, 1), (0, 0), 1)),
            ["DEPTHWISE_CONV_2D dilated"] =
            (4, "2 0b1 1i1 2i1 3i1 5i2 6i2", "x w:1,2,2,5 w:5", [2, 4, 5], (x, c, o) => Depthwise(x, c, o, (1, 1), (2, 2), (0, 0), 1)),
            ["TRANSPOSE_CONV same"] = (67, "49 0b0 1i2 2i2", "i:1,8,12,3 w:3,3,3,5 x w:3", [8, 12, 3], (x, c, o) => Transposed(x, c[1], o, 2, 0) + c[2][o[3]]),
            ["TRANSPOSE_CONV same, to an odd size"] = (67, "49 0b0 1i2 2i2", "i:1,7,11,3 w:3,3,3,5 x", [7, 11, 3], (x, c, o) => Transposed(x, c[1], o, 2, 1)),
            ["TRANSPOSE_CONV valid"] = (67, "49 0b1 1i2 2i2", "i:1,9,13,3 w:3,3,3,5 x", [9, 13, 3], (x, c, o) => Transposed(x, c[1], o, 2, 0)),
            ["FULLY_CONNECTED of all"] =
            (9, "8 0b1", "x w:4,120 w:4", [4], (x, c, o) => Math.Max(0, c[1][o[1]] + Grid.Sum([120], k => x.As(2, 120)[o[0], k[0]] * c[0][o[1], k[0]]))),
            ["FULLY_CONNECTED of each pixel"] =
            (9, "8 2b1 3b1", "x w:4,5", [4, 6, 4], (x, c, o) => Grid.Sum([5], k => x[o[0], o[1], o[2], k[0]] * c[0][o[3], k[0]])),
            ["BATCH_MATMUL by a matrix"] = (126, "101", "x w:5,3", [4, 6, 3], (x, c, o) => Grid.Sum([5], k => x[o[0], o[1], o[2], k[0]] * c[0][k[0], o[3]])),
            ["ADD of one for each channel, relu"] = (0, "11 0b1 1b0", "x w:5", [4, 6, 5], (x, c, o) => Math.Max(0, x[o] + c[0][o[3]])),
            ["ADD of one for each place"] = (0, "11", "x w:1,4,6,5", [4, 6, 5], (x, c, o) => x[o] + c[0][0, o[1], o[2], o[3]]),
            ["SUB from one for each column"] = (41, "28", "w:6,1 x", [4, 6, 5], (x, c, o) => c[0][o[2], 0] - x[o]),
            ["SUB of a number"] = (41, "28 0b2", "x f:0.3", [4, 6, 5], (x, c, o) => Math.Clamp(x[o] - 0.3f, -1, 1)),
            ["MUL by one for each channel"] = (18, "21 0b3", "x w:1,1,1,5", [4, 6, 5], (x, c, o) => Relu6(x[o] * c[0][0, 0, 0, o[3]])),
            ["MUL of itself"] = (18, "21", "x x", [4, 6, 5], (x, c, o) => x[o] * x[o]),
            ["DIV by a number"] = (42, "29", "x p:1", [4, 6, 5], (x, c, o) => x[o] / c[0][0]),
            ["MAXIMUM"] = (55, "39", "x f:0.1", [4, 6, 5], (x, c, o) => Math.Max(x[o], 0.1f)),
            ["MINIMUM"] = (57, "39", "x f:0.1", [4, 6, 5], (x, c, o) => Math.Min(x[o], 0.1f)),
            ["SQUARED_DIFFERENCE"] = (99, "76", "x w:5", [4, 6, 5], (x, c, o) => Math.Pow(x[o] - c[0][o[3]], 2)),
            ["POW"] = (78, "56", "x f:2", [4, 6, 5], (x, c, o) => x[o] * x[o]),
            ["AVERAGE_POOL_2D same"] = (1, "5 0b0 1i2 2i2 3i3 4i3", "x", [2, 3, 5], (x, c, o) => Pooled(x, o, 3, 2, (0, 0), window => window.Average())),
            ["AVERAGE_POOL_2D valid, relu"] =
            (1, "5 0b1 1i1 2i1 3i2 4i2 5b1", "x", [3, 5, 5], (x, c, o) => Math.Max(0, Pooled(x, o, 2, 1, (0, 0), window => window.Average()))),
            ["MAX_POOL_2D same"] = (17, "5 0b0 1i2 2i2 3i3 4i3", "x", [2, 3, 5], (x, c, o) => Pooled(x, o, 3, 2, (0, 0), window => window.Max())),
            ["L2_POOL_2D"] =
            (12, "5 0b1 1i2 2i2 3i2 4i2", "x", [2, 3, 5], (x, c, o) => Pooled(x, o, 2, 2, (0, 0), window => Math.Sqrt(window.Average(value => value * value)))),
            ["MEAN of both dimensions"] = (40, "27", "x i:1,2", [5], (x, c, o) => Grid.Sum([4, 6], k => x[o[0], k[0], k[1], o[1]]) / 24),
            ["MEAN of both dimensions, kept"] = (40, "27 0b1", "x i:-3,-2", [1, 1, 5], (x, c, o) => Grid.Sum([4, 6], k => x[o[0], k[0], k[1], o[3]]) / 24),
            ["MEAN of channels"] = (40, "27 0b1", "x i:3", [4, 6, 1], (x, c, o) => Grid.Sum([5], k => x[o[0], o[1], o[2], k[0]]) / 5),
            ["SUM of columns"] = (74, "27", "x i:2", [4, 5], (x, c, o) => Grid.Sum([6], k => x[o[0], o[1], k[0], o[2]])),
            ["SUM of both"] = (74, "27", "x i:1,2", [5], (x, c, o) => Grid.Sum([4, 6], k => x[o[0], k[0], k[1], o[1]])),
            ["REDUCE_MAX of rows and channels"] = (82, "27", "x i:1,3", [6], (x, c, o) => Grid.Of([4, 5], k => x[o[0], k[0], o[1], k[1]]).Values.Max()),
            ["REDUCE_MIN of both"] = (89, "27", "x i:1,2", [5], (x, c, o) => Grid.Of([4, 6], k => x[o[0], k[0], k[1], o[1]]).Values.Min()),
            ["SOFTMAX"] = (25, "9 0f0.5", "x", [4, 6, 5], (x, c, o) => Math.Exp(0.5 * x[o]) / Grid.Sum([5], k => Math.Exp(0.5 * x[o[0], o[1], o[2], k[0]]))),
            ["LOG_SOFTMAX"] = (50, "36", "x", [4, 6, 5], (x, c, o) => x[o] - Math.Log(Grid.Sum([5], k => Math.Exp(x[o[0], o[1], o[2], k[0]])))),
            ["LOGISTIC"] = (14, "", "x", [4, 6, 5], (x, c, o) => 1 / (1 + Math.Exp(-x[o]))),
            ["TANH"] = (28, "", "x", [4, 6, 5], (x, c, o) => Math.Tanh(x[o])),
            ["RELU"] = (19, "", "x", [4, 6, 5], (x, c, o) => Math.Max(0, x[o])),
            ["RELU6"] = (21, "", "x", [4, 6, 5], (x, c, o) => Relu6(x[o])),
            ["RELU_N1_TO_1"] = (20, "", "x", [4, 6, 5], (x, c, o) => Math.Clamp(x[o], -1, 1)),
            ["RELU_0_TO_1"] = (152, "", "x", [4, 6, 5], (x, c, o) => Math.Clamp(x[o], 0, 1)),
            ["LEAKY_RELU"] = (98, "75 0f0.25", "x", [4, 6, 5], (x, c, o) => x[o] > 0 ? x[o] : 0.25 * x[o]),
            ["PRELU"] = (54, "", "x w:1,1,5", [4, 6, 5], (x, c, o) => x[o] > 0 ? x[o] : c[0][0, 0, o[3]] * x[o]),
            ["PRELU of each place"] = (54, "", "x w:4,6,5", [4, 6, 5], (x, c, o) => x[o] > 0 ? x[o] : c[0][o[1], o[2], o[3]] * x[o]),
            ["ELU"] = (111, "", "x", [4, 6, 5], (x, c, o) => x[o] > 0 ? x[o] : Math.Exp(x[o]) - 1),
            ["HARD_SWISH"] = (117, "91", "x", [4, 6, 5], (x, c, o) => x[o] * Relu6(x[o] + 3) / 6),
            ["GELU approximated"] =
            (150, "116 0b1", "x", [4, 6, 5], (x, c, o) => 0.5 * x[o] * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x[o] + (0.044715 * Math.Pow(x[o], 3)))))),
            ["EXP"] = (47, "33", "x", [4, 6, 5], (x, c, o) => Math.Exp(x[o])),
            ["SQUARE"] = (92, "66", "x", [4, 6, 5], (x, c, o) => x[o] * x[o]),
            ["ABS"] = (101, "78", "x", [4, 6, 5], (x, c, o) => Math.Abs(x[o])),
            ["NEG"] = (59, "42", "x", [4, 6, 5], (x, c, o) => -x[o]),
            ["SIN"] = (66, "", "x", [4, 6, 5], (x, c, o) => Math.Sin(x[o])),
            ["COS"] = (108, "84", "x", [4, 6, 5], (x, c, o) => Math.Cos(x[o])),
            ["FLOOR"] = (8, "", "x", [4, 6, 5], (x, c, o) => Math.Floor(x[o])),
            ["CEIL"] = (104, "", "x", [4, 6, 5], (x, c, o) => Math.Ceiling(x[o])),
            ["ROUND"] = (116, "", "x", [4, 6, 5], (x, c, o) => Math.Round(x[o], MidpointRounding.ToEven)),
            ["RESHAPE by a setting"] = (22, "17 0l1,8,15", "x", [8, 15], (x, c, o) => x.As(2, 8, 15)[o]),
            ["RESHAPE by a tensor"] = (22, "", "x i:-1,120", [120], (x, c, o) => x.As(2, 120)[o]),
            ["RESHAPE with what is left"] = (22, "17 0l1,24,-1", "x i:1,24,-1", [24, 5], (x, c, o) => x.As(2, 24, 5)[o]),
            ["EXPAND_DIMS"] = (70, "52", "x i:-1", [4, 6, 5, 1], (x, c, o) => x[o[0], o[1], o[2], o[3]]),
            ["TRANSPOSE"] = (39, "26", "x i:0,3,1,2", [5, 4, 6], (x, c, o) => x[o[0], o[2], o[3], o[1]]),
            ["CONCATENATION"] = (2, "10 0i-2", "x x", [4, 12, 5], (x, c, o) => x[o[0], o[1], o[2] % 6, o[3]]),
            ["PACK"] = (83, "59 0i2 1i1", "x x", [2, 4, 6, 5], (x, c, o) => x[o[0], o[2], o[3], o[4]]),
            ["SLICE"] = (65, "48", "x i:0,1,2,1 i:-1,2,-1,3", [2, 4, 3], (x, c, o) => x[o[0], o[1] + 1, o[2] + 2, o[3] + 1]),
            ["STRIDED_SLICE"] = (45, "32 0i1 1i9", "x i:0,1,1,-4 i:0,3,6,0 i:1,1,2,1", [2, 3, 4], (x, c, o) => x[o[0], o[1] + 1, 1 + (2 * o[2]), o[3] + 1]),
            ["STRIDED_SLICE that drops a dimension"] = (45, "32 0i1 1i1 4i4", "x i:0,0,-2 i:0,4,0 i:1,2,1", [2, 5], (x, c, o) => x[o[0], 2 * o[1], 4, o[2]]),
            ["STRIDED_SLICE backwards"] = (45, "32 0i15 1i15", "x i:0,0,0,0 i:0,0,0,0 i:1,1,1,-1", [4, 6, 5], (x, c, o) => x[o[0], o[1], o[2], 4 - o[3]]),
            ["GATHER"] = (36, "23 0i3", "x i:4,0,0", [4, 6, 3], (x, c, o) => x[o[0], o[1], o[2], o[3] == 0 ? 4 : 0]),
            ["REVERSE_V2"] = (105, "81", "x i:2", [4, 6, 5], (x, c, o) => x[o[0], o[1], 5 - o[2], o[3]]),
            ["TILE"] = (69, "51", "x i:1,1,2,3", [4, 12, 15], (x, c, o) => x[o[0], o[1], o[2] % 6, o[3] % 5]),
            ["PAD"] = (34, "22", "x i:0,0,1,2,0,1,0,0", [7, 7, 5], (x, c, o) => x[o[0], o[1] - 1, o[2], o[3]]),
            ["PAD of channels"] = (34, "22", "x i:0,0,0,0,0,1,2,1", [4, 7, 8], (x, c, o) => x[o[0], o[1], o[2], o[3] - 2]),
            ["PADV2"] = (60, "43", "x i:0,0,1,0,0,2,0,0 f:-2.5", [5, 8, 5], (x, c, o) => o[1] < 1 || o[2] >= 6 ? -2.5 : x[o[0], o[1] - 1, o[2], o[3]]),
            ["MIRROR_PAD reflecting"] =
            (100, "77 0b0", "x i:0,0,2,1,1,2,0,0", [7, 9, 5], (x, c, o) => x[o[0], Mirror(o[1] - 2, 4, 1), Mirror(o[2] - 1, 6, 1), o[3]]),
            ["MIRROR_PAD symmetric"] =
            (100, "77 0b1", "x i:0,0,2,1,1,2,0,0", [7, 9, 5], (x, c, o) => x[o[0], Mirror(o[1] - 2, 4, 0), Mirror(o[2] - 1, 6, 0), o[3]]),
            ["RESIZE_BILINEAR from corners"] = (23, "15", "x i:7,9", [7, 9, 5], (x, c, o) => Between(x, o, o[1] * 4 / 7.0, o[2] * 6 / 9.0)),
            ["RESIZE_BILINEAR, corners aligned"] = (23, "15 2b1", "x i:7,9", [7, 9, 5], (x, c, o) => Between(x, o, o[1] * 3 / 6.0, o[2] * 5 / 8.0)),
            ["RESIZE_BILINEAR from centres"] =
            (23, "15 3b1", "x i:8,9", [8, 9, 5], (x, c, o) => Between(x, o, ((o[1] + 0.5) / 2) - 0.5, ((o[2] + 0.5) * 6 / 9) - 0.5)),
            ["RESIZE_BILINEAR by two, from corners"] = (23, "15", "x i:8,12", [8, 12, 5], (x, c, o) => Between(x, o, o[1] / 2.0, o[2] / 2.0)),
            ["RESIZE_NEAREST_NEIGHBOR"] = (97, "74", "x i:7,9", [7, 9, 5], (x, c, o) => x[o[0], o[1] * 4 / 7, o[2] * 6 / 9, o[3]]),
            ["RESIZE_NEAREST_NEIGHBOR by two"] = (97, "74", "x i:8,12", [8, 12, 5], (x, c, o) => x[o[0], o[1] / 2, o[2] / 2, o[3]]),
            ["RESIZE_NEAREST_NEIGHBOR, corners aligned"] =
            (97, "74 0b1", "x i:7,9", [7, 9, 5], (x, c, o) => x[o[0], (int)Math.Floor((o[1] * 3 / 6.0) + 0.5), (int)Math.Floor((o[2] * 5 / 8.0) + 0.5), o[3]]),
            ["RESIZE_NEAREST_NEIGHBOR from centres"] =
            (97, "74 1b1", "x i:7,9", [7, 9, 5], (x, c, o) => x[o[0], (int)Math.Floor((o[1] + 0.5) * 4 / 7), (int)Math.Floor((o[2] + 0.5) * 6 / 9), o[3]]),
            ["SPACE_TO_DEPTH"] = (26, "19 0i2", "x", [2, 3, 20], (x, c, o) => x[o[0], (2 * o[1]) + (o[3] / 10), (2 * o[2]) + (o[3] / 5 % 2), o[3] % 5]),
            ["L2_NORMALIZATION"] = (11, "12", "x", [4, 6, 5], (x, c, o) => x[o] / Math.Sqrt(Grid.Sum([5], k => Math.Pow(x[o[0], o[1], o[2], k[0]], 2)))),
            ["LOCAL_RESPONSE_NORMALIZATION"] =
            (13, "13 0i1 1f1.5 2f0.2 3f0.75", "x", [4, 6, 5],
            (x, c, o) => x[o] / Math.Pow(1.5 + (0.2 * Grid.Sum([3], k => Math.Pow(x[o[0], o[1], o[2], o[3] + k[0] - 1], 2))), 0.75)),
            ["DIV of two values"] = (42, "29", "x x", [4, 6, 5], (x, c, o) => 1),
            ["DIV of a number by a value"] = (42, "29", "f:2.5 x", [4, 6, 5], (x, c, o) => 2.5 / x[o]),
            ["MAXIMUM of one for each channel"] = (55, "39", "x w:5", [4, 6, 5], (x, c, o) => Math.Max(x[o], c[0][o[3]])),
            ["ADD_N"] = (106, "82", "x x x", [4, 6, 5], (x, c, o) => 3 * x[o]),
            ["FAKE_QUANT"] = (80, "58 0f-0.5 1f1.5 2i8", "x", [4, 6, 5], (x, c, o) => Math.Clamp(x[o], -0.5, 1.5)),
            ["CAST"] = (53, "37 0b0 1b0", "x", [4, 6, 5], (x, c, o) => x[o]),
        };

    public static TheoryData<string> Names => [.. Operators.Keys];

    /// <summary>What is refused, and in which words.</summary>
    public static TheoryData<int, string, string, string> Refusals => new()
    {
        { 118, "", "x", "the operator IF of 'y' is not supported." },
        { 142, "", "x", "the operator VAR_HANDLE of 'y' is not supported." },
        { 48, "34", "x i:2", "the operator TOPK_V2 of 'y' is not supported." },
        { 999, "", "x", "the operator number 999 of 'y' is not supported." },
        { 3, "1 0b0 1i1 2i1 3b5", "x w:3,3,3,5", "the operator CONV_2D of 'y' cannot be read: its activation, number 5, is not supported." },
        { 3, "1 0b0 1i1 2i1 7i1", "x w:3,3,3,5", "the operator CONV_2D of 'y' has the option 7, which is not known." },
        { 3, "2 0b0 1i1 2i1", "x w:3,3,3,5", "the operator CONV_2D of 'y' has options of an unexpected type, number 2." },
        { 3, "1 0b0 1i0 2i1", "x w:3,3,3,5", "the operator CONV_2D of 'y' has the strides (1, 0)." },
        { 3, "1 0b0 1i1 2i1", "x w:3,3,3,2", "the operator CONV_2D of 'y' has a kernel of the shape (3, 3, 3, 2); its input has 5 channels." },
        { 9, "8 1b1", "x w:4,120", "the operator FULLY_CONNECTED of 'y' has its weights shuffled, which is not supported." },
        { 9, "8", "x w:4,5", "the operator FULLY_CONNECTED of 'y' makes several rows of each sample of (None, 4, 6, 5) by a matrix of the shape (4, 5), which "
            + "is not supported." },
        { 39, "26", "x i:1,0,2,3", "the operator TRANSPOSE of 'y' moves the batch, which is not supported." },
        { 43, "30", "x", "the operator SQUEEZE of 'y' removes all dimensions of 1, which can include the batch and is not supported." },
        { 2, "10 0i0", "x x", "the operator CONCATENATION of 'y' works along the batch, which is not supported." },
        { 25, "9", "x", "the operator SOFTMAX of 'y' has the factor 0; expected one above zero." },
        { 38, "25", "x i:2,2 i:0,0,0,0", "the output 'y' is within a dilated convolution." },
        { 22, "17 0l-1,5", "x", "the operator RESHAPE of 'y' changes the shape (None, 4, 6, 5) to (-1, 5), where the batch is not the first dimension." },
    };

    private string Saved => Path.Combine(folder, "model.tflite");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void An_operator_gives_what_its_definition_says(string name)
    {
        var (code, options, texts, shape, formula) = Operators[name];
        var constants = Write(code, options, texts, [1, .. shape]);
        var random = new Random(9);
        var x = Grid.Of([2, Height, Width, Channels], _ => (float)((random.NextDouble() * 4) - 2));
        var expected = Grid.Of([2, .. shape], index => formula(x, constants, index));
        var model = Model.Load(Saved);
        Assert.Equal(new Shape(shape), model.OutputShape);
        var received = model.Predict(new Tensor([2, Height, Width, Channels], Array.ConvertAll(x.Values, value => (float)value))).Values.ToArray();
        var worst = expected.Values.Zip(received, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(
            worst < 2e-6 * Math.Max(1, expected.Values.Max(Math.Abs)) * Math.Sqrt(texts.Contains("120", StringComparison.Ordinal) ? 120 : 16),
            $"{name}: the worst difference is {worst:G3}");
    }

    [Theory]
    [MemberData(nameof(Refusals))]
    public void What_is_not_supported_is_refused_by_name(int code, string options, string constants, string sentence)
    {
        Write(code, options, constants, [1, 1]);
        Assert.Equal($"'model.tflite': {sentence}", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    /// <summary>Writes a file of one operator and gives its constants.</summary>
    private Grid[] Write(int code, string options, string texts, int[] output)
    {
        var (file, random) = (new TfliteFile { HasNewCodes = code > 127 }, new Random(5));
        var (inputs, constants) = (new List<int>(), new List<Grid>());
        var image = file.Tensor("x", 0, [1, Height, Width, Channels]);
        foreach (var text in texts.Split(' '))
        {
            string[] words = text.Length < 2 ? [] : text[2..].Split(',');
            if (text == "x")
            {
                inputs.Add(image);
            }
            else if (text[0] == 'i')
            {
                int[] numbers = [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
                inputs.Add(file.Whole($"c{inputs.Count}", numbers));
                constants.Add(new Grid([numbers.Length], Array.ConvertAll(numbers, number => (double)number)));
            }
            else
            {
                int[] shape = text[0] == 'f' ? [] : [.. words.Select(word => int.Parse(word, CultureInfo.InvariantCulture))];
                var grid = text[0] == 'f' ? new Grid([], [float.Parse(words[0], CultureInfo.InvariantCulture)])
                    : Grid.Of(shape, _ => (float)(text[0] == 'p' ? 0.5 + random.NextDouble() : (random.NextDouble() * 2) - 1));
                inputs.Add(file.Floats($"c{inputs.Count}", shape, Array.ConvertAll(grid.Values, value => (float)value)));
                constants.Add(grid);
            }
        }

        var y = file.Tensor("y", 0, output);
        file.Operator(code, [.. inputs], [y], options);
        File.WriteAllBytes(Saved, file.Build([image], [y]));
        return [.. constants];
    }

    private static double Relu6(double value) => Math.Clamp(value, 0, 6);

    private static double Convolved(Grid x, Grid[] c, int[] o, (int Y, int X) strides, (int Y, int X) dilation, (int Y, int X) pad) =>
        (c.Length > 1 ? c[1][o[3]] : 0)
            + Grid.Sum(
            c[0].Shape[1..], k =>
            x[o[0], (o[1] * strides.Y) + (k[0] * dilation.Y) - pad.Y, (o[2] * strides.X) + (k[1] * dilation.X) - pad.X, k[2]] * c[0][o[3], k[0], k[1], k[2]]);

    private static double Depthwise(Grid x, Grid[] c, int[] o, (int Y, int X) strides, (int Y, int X) dilation, (int Y, int X) pad, int each) =>
        c[1][o[3]]
            + Grid.Sum(
            c[0].Shape[1..3], k =>
            x[o[0], (o[1] * strides.Y) + (k[0] * dilation.Y) - pad.Y, (o[2] * strides.X) + (k[1] * dilation.X) - pad.X, o[3] / each] * c[0][0, k[0],
            k[1], o[3]]);

    /// <summary>Each input is spread over the outputs under the kernel: output = input · stride + tap − pad.</summary>
    private static double Transposed(Grid x, Grid kernel, int[] o, int stride, int pad) => Grid.Sum([kernel.Shape[1], kernel.Shape[2], x.Shape[3]], k =>
    {
        var (row, column) = (o[1] + pad - k[0], o[2] + pad - k[1]);
        return row % stride != 0 || column % stride != 0 ? 0 : x[o[0], row / stride, column / stride, k[2]] * kernel[o[3], k[0], k[1], k[2]];
    });

    private static double Pooled(Grid x, int[] o, int size, int stride, (int Y, int X) pad, Func<IEnumerable<double>, double> function) =>
        function(
            from row in Enumerable.Range((o[1] * stride) - pad.Y, size)
            from column in Enumerable.Range((o[2] * stride) - pad.X, size)
            where row >= 0
            && row < Height && column >= 0 && column < Width
            select x[o[0], row, column, o[3]]);

    private static int Mirror(int place, int size, int skip) => place < 0 ? -place - 1 + skip : place >= size ? (2 * size) - 1 - skip - place : place;

    private static double Between(Grid x, int[] o, double row, double column)
    {
        (row, column) = (Math.Max(row, 0), Math.Max(column, 0));
        var (top, left) = (Math.Min((int)row, Height - 1), Math.Min((int)column, Width - 1));
        var (bottom, right) = (Math.Min(top + 1, Height - 1), Math.Min(left + 1, Width - 1));
        var (down, across) = (Math.Min(row, Height - 1) - top, Math.Min(column, Width - 1) - left);
        return ((1 - down) * (((1 - across) * x[o[0], top, left, o[3]]) + (across * x[o[0], top, right, o[3]])))
            + (down * (((1 - across) * x[o[0], bottom, left, o[3]]) + (across * x[o[0], bottom, right, o[3]])));
    }
}
