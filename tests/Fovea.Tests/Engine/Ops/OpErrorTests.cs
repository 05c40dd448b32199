using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Tests.Engine.Ops;

/// <summary>The errors of ops that are applied to shapes that do not fit.</summary>
public class OpErrorTests
{
    private static readonly Node Scalar = Input(Shape.Scalar);
    private static readonly Node Vector = Input([3]);
    private static readonly Node Matrix = Input([4, 3]);
    private static readonly Node Image = Input([2, 5, 4, 3]);

    public static IEnumerable<TheoryDataRow<string, Func<object>>> Cases =>
    [
        new("Add: the shapes (4, 3) and (4, 2) do not broadcast: 3 and 2 differ and neither is 1.", () => Matrix + Input([4, 2])),
        new("Broadcast: (4, 3) does not broadcast to (3).", () => Matrix.BroadcastTo([3])),
        new("Reshape: (4, 3) has 12 elements; (5, 2) has 10.", () => Matrix.Reshape([5, 2])),
        new("Glu: expected an even number of positions in dimension 1; received (4, 3).", () => Matrix.Glu(1)),
        new("Sum: the axes 1 to 2 are not all in the shape (4, 3).", () => Matrix.SumRange(1, 2)),
        new("Sum: expected a dimension of (4, 3), from -2 to 1; received 2.", () => Matrix.Sum(2)),
        new("Max: expected each dimension of (4, 3) once; received 1 twice.", () => Matrix.Max(1, -1)),
        new("ExpandDims: expected a position from -3 to 2 for (4, 3); received 3.", () => Matrix.ExpandDims(3)),
        new("Slice: the index 4 is outside dimension 0 of size 4; expected 0 to 3, or ^4 to ^1.", () => Matrix[4]),
        new("Slice: expected at most 2 indices, one for each dimension; received 3.", () => Matrix[.., .., 0]),
        new("Softmax: expected at least one dimension; received a scalar.", () => Scalar.Softmax()),
        new("GatherRows: expected a table (rows, columns); received (2, 5, 4, 3).", () => Image.Rows(Vector)),
        new("ScatterRows: expected an index for each row of (4, 3); received (3).", () => new Node(new ScatterRowsOp(5), Matrix, Vector)),
        new("Slice: expected a dimension of (4, 3); received 2.", () => Matrix.Slice(2, 0, 1)),
        new("Slice: expected a start and a length within dimension 1 of (4, 3); received the start 1 and the length 3.", () => Matrix.Slice(1, 1, 3)),
        new("Embed: expected a dimension of (4, 3); received 2.", () => new Node(new EmbedOp(2, 0, 4), Matrix)),
        new("Embed: expected a start at which 3 positions fit into a dimension of 4; received 2.", () => new Node(new EmbedOp(1, 2, 4), Matrix)),
        new("Concatenate: expected a dimension of (4, 3); received 2.", () => Concatenation.Concatenate(2, Matrix)),
        new(
            "Concatenate: expected shapes that are equal except in dimension 0; received (4, 3) and (4, 2).",
            () => Concatenation.Concatenate(0, Matrix, Input([4, 2]))),
        new("NormalizeRows: expected 1 to 2 innermost dimensions of (4, 3); received 3.", () => Matrix.NormalizeRows(3, 1e-3f)),
        new("NormalizeRows: expected 1 to 2 innermost dimensions of (4, 3); received 0.", () => Matrix.NormalizeRows(0, 1e-3f)),
        new("NormalizeRows: expected rows of 5 values; received (4, 3).", () => new Node(new NormalizeRowsOp(5, 1e-3f), Matrix)),
        new(
            "BatchNormalization: expected moments (6), gamma and beta (3) for the input (4, 3); received (6), (2) and (3).",
            () => Matrix.BatchNormalization(Input([2]), Vector, 1e-3f)),
        new("Transpose: expected each of the dimensions 0 to 1 of (4, 3) once; received (0, 0).", () => Matrix.Transpose(0, 0)),
        new("Pad: expected an image (batch, height, width, channels); received (4, 3).", () => Matrix.Pad(1, 1, 1, 1)),
        new("Pad: expected margins of at least 0; received top -1, bottom 0, left 0, right 0.", () => Image.Pad(-1, 0, 0, 0)),
        new(
            "Crop: expected an image larger than its margins, 2 + 3 rows and 0 + 0 columns; received (2, 5, 4, 3).",
            () => Image.Crop(2, 3, 0, 0)),
        new("Photometric: expected images (batch, height, width, channels); received (3).", () => new Node(new PhotometricOp(0, 1), Vector, Vector)),
        new("Photometric: expected a kind and two amounts for each image; received (3).", () => new Node(new PhotometricOp(0, 1), Image, Vector)),
        new("RandomUniform: expected a key of shape (10); received (3).", () => new Node(new RandomUniformOp([2], 0), Vector)),
        new(
            "AffineTransform: expected images (batch, height, width, channels); received (4, 3).",
            () => Matrix.AffineTransform(Vector, FillMode.Wrap, Interpolation.Nearest)),
        new(
            "AffineTransform: expected parameters (2, 6) for the images (2, 5, 4, 3); received (3).",
            () => Image.AffineTransform(Vector, FillMode.Wrap, Interpolation.Nearest)),
        new(
            "SeparableFilter: expected images (batch, height, width, channels); received (4, 3).",
            () => Matrix.SeparableFilter(Matrix, Matrix, FillMode.Reflect)),
        new(
            "SeparableFilter: expected an odd number of weights for each of 2 images; received (2, 4).",
            () => Image.SeparableFilter(Input([2, 3]), Input([2, 4]), FillMode.Reflect)),
        new("AdjustColor: expected images (batch, height, width, 3); received (4, 3).", () => new Node(new AdjustColorOp(0, 1), Matrix, Matrix)),
        new("AdjustColor: expected parameters (2, 2); received (4, 3).", () => new Node(new AdjustColorOp(0, 1), Image, Matrix)),
        new("ColorMatrix: expected images (batch, height, width, 3); received (4, 3).", () => new Node(new ColorMatrixOp(), Matrix, Matrix)),
        new("ColorMatrix: expected matrices (2, 3, 3); received (4, 3).", () => new Node(new ColorMatrixOp(), Image, Matrix)),
        new("ChannelExtrema: expected images (batch, height, width, channels); received (4, 3).", () => new Node(new ChannelExtremaOp(), Matrix)),
        new("Equalize: expected images (batch, height, width, channels); received (4, 3).", () => new Node(new EqualizeOp(256), Matrix)),
        new("TileEqualize: expected images (batch, height, width, channels); received (4, 3).", () => new Node(new TileEqualizeOp(8, 8, 4), Matrix)),
        new("Jpeg: expected images (batch, height, width, 1 or 3); received (2, 5, 4, 2).", () => new Node(new JpegOp(), Input([2, 5, 4, 2]), Vector)),
        new("Jpeg: expected qualities (2, 1); received (3).", () => new Node(new JpegOp(), Image, Vector)),
        new("Resize: expected an image (batch, height, width, channels); received (4, 3).", () => Matrix.Resize(2, 2)),
        new("Resize: expected a size of at least 1 in both directions; received (0, 2).", () => Image.Resize(0, 2)),
        new("AdaptiveAveragePool2D: expected a size of at least 1 in both directions; received (0, 2).", () => Image.AdaptiveAveragePool2D((0, 2))),
        new("AdaptiveMaxPool2D: expected a size of at least 1 in both directions; received (1, -2).", () => Image.AdaptiveMaxPool2D((1, -2))),
        new("gradient: expected a scalar loss; received the shape (4, 3). Sum or average it first.", () => Differentiation.Gradients(Matrix, [Matrix])),
    ];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_shape_that_does_not_fit_is_refused(string message, Func<object> build) =>
        Assert.Equal(message, Assert.Throws<ShapeException>(build).Message);

    private static Node Input(Shape shape) => new(new InputOp("input", shape));
}
