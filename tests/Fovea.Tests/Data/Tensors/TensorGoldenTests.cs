namespace Fovea.Tests.Data.Tensors;

/// <summary>Operations of tensors compared with NumPy's.</summary>
public class TensorGoldenTests
{
    private static readonly Tensor A = NumpyValues.Input("a");
    private static readonly Tensor B = NumpyValues.Input("b");
    private static readonly Tensor Row = NumpyValues.Input("row");
    private static readonly Tensor Nans = NumpyValues.Input("nans");
    private static readonly Tensor Ties = NumpyValues.Input("ties");
    private static readonly Tensor Halves = NumpyValues.Input("halves");

    private static readonly Dictionary<string, Func<Tensor>> Operations = new()
    {
        ["add"] = () => A + B,
        ["add row"] = () => A + Row,
        ["subtract"] = () => A - B,
        ["multiply"] = () => A * B,
        ["divide"] = () => A / B,
        ["subtract from 1"] = () => 1 - A,
        ["negate"] = () => -A,
        ["greater"] = () => A > B,
        ["less"] = () => A < Row,
        ["greater or equal"] = () => A >= 0.5,
        ["less or equal"] = () => A <= A[..],
        ["equal"] = () => A.Round().EqualTo(Row.Round()),
        ["not equal"] = () => A.Round().NotEqualTo(Row.Round()),
        ["where"] = () => Tensor.Where(A > 0, A, Row),
        ["maximum"] = () => Nans.Maximum(B),
        ["minimum"] = () => Nans.Minimum(B),
        ["greater nan"] = () => Nans > 0,
        ["clip"] = () => Nans.Clip(-1, 1.5f),
        ["abs"] = () => Nans.Abs(),
        ["exp"] = () => A.Exp(),
        ["log"] = () => A.Log(),
        ["sqrt"] = () => A.Sqrt(),
        ["square"] = () => A.Square(),
        ["power"] = () => NumpyValues.Input("positive").Power(Row),
        ["tanh"] = () => A.Tanh(),
        ["floor"] = () => Nans.Floor(),
        ["ceiling"] = () => Nans.Ceiling(),
        ["round"] = () => Halves.Round(),
        ["round 2"] = () => Halves.Round(2),
        ["sum"] = () => A.Sum(),
        ["sum -1"] = () => A.Sum(-1),
        ["sum 0 keep"] = () => A.Sum(0, keepDims: true),
        ["sum 0 2"] = () => A.Sum([0, 2]),
        ["sum all keep"] = () => A.Sum([0, 1, 2], keepDims: true),
        ["sum none"] = () => A.Sum([]),
        ["sum nan"] = () => Nans.Sum(1),
        ["mean"] = () => A.Mean(),
        ["mean 1"] = () => A.Mean(1),
        ["mean 0 1"] = () => A.Mean([1, 0]),
        ["var"] = () => A.Var(),
        ["var 1"] = () => A.Var(1),
        ["var far"] = () => ((A * 1e-3f) + 1000).Var(-1),
        ["std"] = () => A.Std(),
        ["std -2"] = () => A.Std(-2),
        ["std 0 1"] = () => A.Std([0, 1], keepDims: true),
        ["std nan"] = () => Nans.Std(0),
        ["max"] = () => A.Max(),
        ["max nan"] = () => Nans.Max(1),
        ["max 0 2"] = () => A.Max([0, -1]),
        ["min"] = () => A.Min(),
        ["min nan"] = () => Nans.Min(-1, keepDims: true),
        ["min 0 1"] = () => A.Min([0, 1]),
        ["argmax"] = () => A.ArgMax(),
        ["argmax 1"] = () => A.ArgMax(1),
        ["argmax ties"] = () => Ties.ArgMax(-1),
        ["argmax ties 0"] = () => Ties.ArgMax(0),
        ["argmin"] = () => A.ArgMin(),
        ["argmin ties"] = () => Ties.ArgMin(-1),
        ["argmin keep"] = () => A.ArgMin(2, keepDims: true),
        ["reshape"] = () => A.Reshape(4, -1),
        ["transpose"] = () => A.Transpose(),
        ["transpose 1 2 0"] = () => A.Transpose(1, 2, 0),
        ["transpose 0 -1 1"] = () => A.Transpose(0, -1, 1),
        ["expand 1"] = () => A.ExpandDims(1),
        ["expand -1"] = () => A.ExpandDims(-1),
        ["squeeze"] = () => B.Squeeze(),
        ["squeeze 1"] = () => B.Squeeze(1),
        ["concat 0"] = () => Tensor.Concat([A, A[..1]]),
        ["concat -1"] = () => Tensor.Concat([A, A[.., .., ..2], A], -1),
        ["concat 1"] = () => Tensor.Concat([A[.., 1..], A], axis: 1),
        ["stack 0"] = () => Tensor.Stack([A, A * 2]),
        ["stack -1"] = () => Tensor.Stack([Row, Row * 2, Row * 3], -1),
        ["stack 1"] = () => Tensor.Stack([A, A * 2], 1),
        ["broadcast"] = () => B.BroadcastTo([2, 3, 4]),
        ["arange"] = () => Tensor.Arange(2, 11, 3),
        ["arange down"] = () => Tensor.Arange(1, 0, -0.25),
        ["linspace"] = () => Tensor.Linspace(-1, 2, 7),
        ["softmax"] = () => (A * 60).Softmax(1),
        ["sigmoid"] = () => A.Sigmoid(),
    };

    public static TheoryData<string> Names => [.. NumpyValues.Cases];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_value_is_NumPys(string name)
    {
        var (expected, actual) = (NumpyValues.Expected(name), Operations[name]());
        Assert.Equal(expected.Shape, actual.Shape);
        for (var i = 0; i < expected.Values.Length; i++) AssertClose(expected.Values[i], actual.Values[i], 1e-6, i);
    }

    [Fact]
    public void Every_operation_is_compared() => Assert.Equal(NumpyValues.Cases.Order(), Operations.Keys.Order());

    private static void AssertClose(float expected, float actual, double tolerance, int index)
    {
        var isClose = expected.Equals(actual) || Math.Abs(expected - actual) <= tolerance * Math.Max(1e-3, Math.Abs(expected));
        Assert.True(isClose, $"value {index}: expected {expected:R}, received {actual:R}");
    }
}
