using System.Text;
using Fovea.Formats.Onnx;

namespace Fovea.Tests.Formats.Onnx;

/// <summary>Graphs of several nodes: functions that a file defines itself, branches, constants that are computed, and types of inputs.</summary>
public sealed class OnnxGraphTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    private string Saved => Path.Combine(folder, "model.onnx");

    /// <summary>Chains of nodes from x, an image of 2 × 4 × 6 × 5, to y: "y = Type(inputs; attributes)", and the constants.</summary>
    public static TheoryData<string, string, string> Chains => new()
    {
        { "logarithm of what is above 0", "a=Abs(x) b=Add(a,one) y=Log(b)", "one:1" },
        { "root", "a=Abs(x) y=Sqrt(a)", "" },
        { "inverse hyperbolic cosine", "a=Abs(x) b=Add(a,one) y=Acosh(b)", "one:1" },
        { "division of values", "a=Exp(x) y=Div(x,a)", "" },
        { "division of a constant", "a=Exp(x) y=Div(one,a)", "one:1" },
        { "powers of values", "a=Exp(x) y=Pow(a,x)", "" },
        { "powers of a constant", "y=Pow(two,x)", "two:2" },
        { "power of each channel", "a=Abs(x) b=Add(a,one) y=Pow(b,each)", "one:1 each:0.5,2,-1,3@1,4,1,1" },
        { "choice by a comparison", "m=Greater(x,zero) a=Exp(x) y=Where(m,a,x)", "zero:0" },
        { "choice between a value and a constant", "m=Less(x,half) y=Where(m,x,half)", "half:0.5" },
        { "choice by two conditions", "m=GreaterOrEqual(x,zero) n=LessOrEqual(x,half) o=And(m,n) p=Not(o) y=Where(p,x,two)", "zero:0 half:0.5 two:2" },
        { "either", "m=Greater(x,half) n=Less(x,zero) o=Or(m,n) p=Xor(o,m) y=Where(p,zero,x)", "zero:0 half:0.5" },
        { "a truth value as a number", "m=Greater(x,zero) y=Cast(m;to=1)", "zero:0" },
        { "whole numbers", "a=Mul(x,ten) b=Cast(a;to=7) y=Cast(b;to=1)", "ten:10" },
        { "equal whole numbers", "a=Mul(x,two) b=Cast(a;to=7) c=Cast(b;to=1) m=Equal(c,zero) y=Where(m,x,c)", "two:2 zero:0" },
        { "values broadcast with each other", "a=ReduceMean(x;axes=2,3) b=Sub(x,a) y=Mul(b,a)", "" },
        { "a constant that makes the value larger", "a=ReduceMean(x;axes=1) y=Add(a,each)", "each:1,2,3@1,3,1,1" },
        { "exponents written by hand", "a=ReduceMax(x;axes=1) b=Sub(x,a) c=Exp(b) d=ReduceSumSquare(c;axes=1) y=Div(c,d)", "" },
        { "exchanged halves of channels", "a=Gather(x,order;axis=1) y=Relu(a)", "order:i3,2,0,1" },
        { "one row", "y=Gather(x,row;axis=2)", "row:i2@" },
        { "channels last for a while", "a=Transpose(x;perm=0,2,3,1) b=Sin(a) c=ReduceSumSquare(b;axes=-1) y=Cos(c)", "" },
        { "comparison of channels of a transposed image", "a=Transpose(x;perm=0,2,3,1) y=Max(a,each)", "each:0,0.1,-0.1,0.2" },
        { "an expanded mean", "a=ReduceMean(x;axes=2,3) b=Expand(a,shape) y=Sub(x,b)", "shape:i1,4,6,5" },
        { "an expanded row", "a=ReduceMean(x;axes=2) b=Expand(a,shape) y=Sigmoid(b)", "shape:i1,4,3,5" },
        { "folded constants", "a=Mul(two,half) b=Sqrt(a) c=Where(t,b,two) d=Reciprocal(c) e=Neg(d) f=Clip(e) y=Add(x,f)", "two:2 half:0.5 t:i1@" },
        { "folded shapes", "s=Shape(x) h=Gather(s,two;axis=0) w=Gather(s,three;axis=0) p=Mul(h,w) u=Unsqueeze(p,nought) b=Gather(s,nought;axis=0) "
            + "t=Concat(b,four,u;axis=0) y=Reshape(x,t)", "two:i2@ three:i3@ four:i4 nought:i0" },
        { "the first of channels of a mask", "a=ArgMax(x;axis=1,keepdims=0) y=Cast(a;to=1)", "" },
        { "the last minimum of rows", "a=Round(x) b=ArgMin(a;axis=2,select_last_index=1) y=Cast(b;to=1)", "" },
        { "a pooling behind a tanh", "a=Tanh(x) y=MaxPool(a;kernel_shape=3,3,pads=1,1,1,1,strides=2,2)", "" },
        { "minus and a relu", "a=Neg(x) b=Relu(a) y=Neg(b)", "" },
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Chains))]
    public void Several_nodes_give_what_ONNX_Runtime_gives(string what, string nodes, string constants)
    {
        Write(nodes, constants);
        Compare(what);
    }

    /// <summary>As PyTorch 2.1 to 2.4 exported: each module a function, which calls others; attributes refer to those of the call.</summary>
    [Fact]
    public void Functions_of_a_file_are_what_they_are_made_of()
    {
        var scaled =
            Function("own", "Scaled", ["a"], ["b"], ["slope"], [Node("LeakyRelu", ["a"], ["c"], Reference("alpha", "slope")), Node("Add", ["c", "a"], ["b"])]);
        var outer =
            Function(
            "own", "Twice", ["p", "q"], ["r"], [],
            [Node("Scaled", ["p"], ["c"], Real("slope", 0.25f), domain: "own"), Node("Scaled", ["c"], ["d"], Real("slope", 0.5f), domain: "own"),
            Node("Mul", ["d", "q"], ["r"])]);
        byte[] graph =
            [.. Field(1, Node("Twice", ["x", "x"], ["c"], domain: "own")), .. Field(1, Node("Twice", ["c", "x"], ["y"], domain: "own")),
            .. Field(11, Value("x", 2, 3)), .. Field(12, Value("y", 2, 3))];
        File.WriteAllBytes(
            Saved, [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13]), .. Field(8, [.. Field(1, "own"), 0x10, 1]), .. Field(25, scaled),
            .. Field(25, outer)]);
        Compare("functions", [2, 3]);
    }

    [Fact]
    public void A_function_of_itself_ends_in_a_sentence()
    {
        var endless =
            Function("own", "Endless", ["a"], ["b"], [], [Node("Endless", ["a"], ["c"], domain: "own"), Node("Endless", ["c"], ["b"], domain: "own")]);
        byte[] graph = [.. Field(1, Node("Endless", ["x"], ["y"], domain: "own")), .. Field(11, Value("x", 2, 3)), .. Field(12, Value("y", 2, 3))];
        File.WriteAllBytes(Saved, [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13]), .. Field(25, endless)]);
        Assert.Equal(
            "'model.onnx': it is not a sound ONNX file: its functions call each other more than 32 deep.",
            Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void An_If_whose_condition_is_known_is_its_branch(byte condition)
    {
        byte[] then =
            [.. Field(1, Node("Relu", ["a"], ["inner"])), .. Field(1, Node("Add", ["inner", "x"], ["out"])), .. Field(2, "then"),
            .. Field(12, Value("out", 2, 3))];
        byte[] otherwise =
            [.. Field(1, Node("Sin", ["a"], ["inner"])), .. Field(1, Node("Exp", ["inner"], ["out"])), .. Field(2, "else"), .. Field(12, Value("out", 2, 3))];
        byte[] flag = [0x10, 9, .. Field(8, "flag"), .. Field(9, [condition])];
        byte[] graph =
        [
            .. Field(1, Node("Neg", ["x"], ["a"])), .. Field(1, Node("Not", ["flag"], ["no"])), .. Field(1, Node("Not", ["no"], ["yes"])),
            .. Field(
                1, Node("If", ["yes"], ["i"],
                [.. Field(5, [.. Field(1, "then_branch"), .. Field(6, then), 0xA0, 1, 5]),
                .. Field(5, [.. Field(1, "else_branch"), .. Field(6, otherwise), 0xA0, 1, 5])])),
            .. Field(1, Node("Tanh", ["i"], ["y"])), .. Field(5, flag), .. Field(11, Value("x", 2, 3)), .. Field(12, Value("y", 2, 3)),
        ];
        File.WriteAllBytes(Saved, [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13])]);
        Compare("If", [2, 3]);
    }

    [Fact]
    public void Loops_and_conditions_that_depend_on_the_input_are_refused()
    {
        byte[] body = [.. Field(1, Node("Relu", ["x"], ["out"])), .. Field(12, Value("out", 2, 3))];
        foreach (var (node, sentence) in ((byte[], string)[])[
            (Node("Loop", ["", "", "x"], ["y"], Field(5, [.. Field(1, "body"), .. Field(6, body), 0xA0, 1, 5])),
                "the node of 'y' (Loop) is a loop, which is not supported."),
            (Node("If", ["x"], ["y"], Field(5, [.. Field(1, "then_branch"), .. Field(6, body), 0xA0, 1, 5])),
                "the node of 'y' (If) has a condition that depends on the input, which is not supported.")])
        {
            byte[] graph = [.. Field(1, node), .. Field(11, Value("x", 2, 3)), .. Field(12, Value("y", 2, 3))];
            File.WriteAllBytes(Saved, [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13])]);
            Assert.Equal($"'model.onnx': {sentence}", Assert.Throws<ModelFormatException>(() => Model.Load(Saved)).Message);
        }
    }

    /// <summary>16-bit and 64-bit floats become 32-bit ones, whole pixels are numbers.</summary>
    [Theory]
    [InlineData(1, 10)]
    [InlineData(1, 11)]
    [InlineData(1, 16)]
    [InlineData(2, 1)]
    [InlineData(7, 1)]
    public void Inputs_and_constants_of_other_types_are_read(int input, int constant)
    {
        byte[] numbers = constant switch
        {
            10 => [.. ((float[])[0.5f, -1.25f, 3]).SelectMany(value => BitConverter.GetBytes((Half)value))],
            11 => [.. ((float[])[0.5f, -1.25f, 3]).SelectMany(value => BitConverter.GetBytes((double)value))],
            16 => [.. ((float[])[0.5f, -1.25f, 3]).SelectMany(value => BitConverter.GetBytes(value)[2..])],
            _ => [.. ((float[])[0.5f, -1.25f, 3]).SelectMany(BitConverter.GetBytes)],
        };
        byte[] each = [0x08, 3, 0x10, (byte)constant, .. Field(8, "each"), .. Field(9, numbers)];
        byte[] graph =
            [.. Field(1, Node("Cast", ["x"], ["f"], Whole("to", constant))), .. Field(1, Node("Mul", ["f", "each"], ["m"])),
            .. Field(1, Node("Cast", ["m"], ["y"], Whole("to", 1))), .. Field(5, each), .. Field(11, Value("x", 2, 3, input)), .. Field(12, Value("y", 2, 3))];
        File.WriteAllBytes(Saved, [0x08, 8, .. Field(7, graph), .. Field(8, [0x10, 13])]);
        Assert.Equal([2, -6.25f, 18, 3.5f, 0, 3], Model.Load(Saved).Predict(new Tensor([2, 3], [4, 5, 6, 7, 0, 1])).Values.ToArray());
    }

    [Fact]
    public void Sizes_that_are_open_stay_open_or_are_given()
    {
        OnnxWriter.Write(
            new OnnxModel(
            new OnnxGraph(
            "graph",
            [new OnnxNode("MaxPool", ["x"], ["y"]) { Attributes = new Dictionary<string, OnnxAttribute> { ["kernel_shape"] = new() { Integers = [2, 2] } } }],
            [new OnnxValue("x", 1, [null, 3, null, null])], [new OnnxValue("y", 1, [])], new Dictionary<string, StoredArray>()))
            {
                IrVersion = 8,
                Opsets = new Dictionary<string, long> { [""] = 13 },
            }, Saved);
        Assert.Equal("(None, None, None, 3)", Model.Load(Saved).Output.ToString());
        Assert.Equal(new Shape(5, 4, 3), Model.Load(Saved, new Shape(6, 5, 3)).Output.Shape);
    }

    private void Compare(string what, int[]? given = null)
    {
        int[] shape = given ?? [2, 4, 6, 5];
        var random = new Random(3);
        float[] x = [.. Enumerable.Range(0, shape.Aggregate(1, (product, size) => product * size)).Select(_ => (random.NextSingle() * 2) - 1)];
        var expected = OnnxRuntime.Run(Saved, [(shape, x)])[0];
        var model = Model.Load(Saved, out var report);
        var image = shape.Length == 4 ? OnnxConstant.Transpose(x, [.. shape.Select(size => (long)size)], [0, 2, 3, 1]) : x;
        var received = model.Predict(new Tensor(model.InputShape.Prepend(shape[0]), image));
        var output = received.Values.ToArray();
        if (report.Notes.Any(note => note.StartsWith("the output", StringComparison.Ordinal)))
            output = OnnxConstant.Transpose(
                output, [.. received.Shape.Dimensions.ToArray().Select(size => (long)size)], received.Shape.Rank == 4 ? [0, 3, 1, 2] : [0, 2, 1]);
        OnnxRuntime.AssertEqual(expected, output, 256, what);
    }

    private void Write(string nodes, string constants)
    {
        var stored = constants.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text =>
        {
            var (name, rest) = (text[..text.IndexOf(':', StringComparison.Ordinal)], text[(text.IndexOf(':', StringComparison.Ordinal) + 1)..]);
            var (numbers, shape) = rest.Split('@') is [var left, var right]
                ? (left, right.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse).ToArray())
                : (rest, null);
            if (numbers[0] == 'i')
            {
                long[] whole = [.. numbers[1..].Split(',').Select(long.Parse)];
                byte[] bytes = name == "t" ? [.. whole.Select(value => (byte)value)] : [.. whole.SelectMany(BitConverter.GetBytes)];
                return new StoredArray(name, new Shape(shape ?? [whole.Length]), name == "t" ? StoredType.Bool : StoredType.Int64, () => bytes);
            }

            float[] values = [.. numbers.Split(',').Select(number => float.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];
            return StoredArray.From(name, new Shape(shape ?? (values.Length == 1 ? [] : [values.Length])), values);
        });
        var list = nodes.Split(' ').Select(text =>
        {
            var (output, type) =
                (text[..text.IndexOf('=', StringComparison.Ordinal)],
                text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..text.IndexOf('(', StringComparison.Ordinal)]);
            var inside = text[(text.IndexOf('(', StringComparison.Ordinal) + 1)..^1].Split(';');
            var attributes = new Dictionary<string, OnnxAttribute>();
            if (inside.Length > 1)
            {
                foreach (var part in System.Text.RegularExpressions.Regex.Split(inside[1], ",(?=[a-z])"))
                {
                    var (key, value) = (part.Split('=')[0], part.Split('=')[1]);
                    attributes[key] = value.Contains(',', StringComparison.Ordinal) || key == "axes"
                        ? new OnnxAttribute { Integers = [.. value.Split(',').Select(long.Parse)] }
                        : new OnnxAttribute { Integer = long.Parse(value) };
                }
            }

            return new OnnxNode(type, inside[0].Split(','), [output]) { Attributes = attributes };
        });
        OnnxWriter.Write(
            new OnnxModel(
            new OnnxGraph(
            "graph", [.. list], [new OnnxValue("x", 1, [null, 4, 6, 5])], [new OnnxValue("y", 1, [])], stored.ToDictionary(constant => constant.Name)))
            {
                IrVersion = 8,
                Opsets = new Dictionary<string, long> { [""] = 13 },
            }, Saved);
    }

    private static byte[] Node(string type, string[] inputs, string[] outputs, byte[]? attributes = null, string domain = "") =>
        [.. inputs.SelectMany(input => Field(1, input)), .. outputs.SelectMany(output => Field(2, output)), .. Field(4, type), .. attributes
            ?? [], .. domain.Length > 0 ? Field(7, domain) : []];

    private static byte[] Function(string domain, string name, string[] inputs, string[] outputs, string[] attributes, byte[][] nodes) =>
    [
        .. Field(1, name), .. inputs.SelectMany(input => Field(4, input)), .. outputs.SelectMany(output => Field(5, output)),
            .. attributes.SelectMany(attribute => Field(6, attribute)), .. nodes.SelectMany(node => Field(7, node)),
        .. Field(9, [0x10, 13]), .. Field(9, [.. Field(1, "own"), 0x10, 1]), .. Field(10, domain),
    ];

    private static byte[] Reference(string name, string of) => Field(5, [.. Field(1, name), 0xA0, 1, 1, .. Field(21, of)]);

    private static byte[] Real(string name, float value) => Field(5, [.. Field(1, name), 0x15, .. BitConverter.GetBytes(value), 0xA0, 1, 1]);

    private static byte[] Whole(string name, int value) => Field(5, [.. Field(1, name), 0x18, (byte)value, 0xA0, 1, 2]);

    private static byte[] Value(string name, byte rows, byte columns, int type = 1) =>
        [.. Field(1, name), .. Field(2, Field(1, [0x08, (byte)type, .. Field(2, [.. Field(1, [0x08, rows]), .. Field(1, [0x08, columns])])]))];

    private static byte[] Field(int number, string text) => Field(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int number, byte[] value) => [.. Varint((number << 3) | 2), .. Varint(value.Length), .. value];

    private static byte[] Varint(int value) => value < 128 ? [(byte)value] : [(byte)((value & 127) | 128), .. Varint(value >> 7)];
}
