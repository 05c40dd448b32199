using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// A function of two values, element by element, with broadcasting, for which Keras has no layer. The second value may be constants, which are a weight of the
/// layer. Files in Keras' formats name it <c>Combination</c>, which Keras cannot load.
/// </summary>
internal sealed class Combination : Layer
{
    private static readonly Dictionary<string, Func<Node, Node, Node>> Functions = new()
    {
        ["add"] = (x, y) => x + y,
        ["and"] = (x, y) => x.NotEqualTo(0) * y.NotEqualTo(0),
        ["divide"] = (x, y) => x / y,
        ["equal"] = (x, y) => x.EqualTo(y),
        ["greater"] = (x, y) => x > y,
        ["greater_equal"] = (x, y) => x >= y,
        ["mask"] = (x, y) => x.Mask(y.Abs()),
        ["mask_not"] = (x, y) => x.Mask(y.EqualTo(0)),
        ["maximum"] = (x, y) => x.Maximum(y),
        ["minimum"] = (x, y) => x.Minimum(y),
        ["multiply"] = (x, y) => x * y,
        ["or"] = (x, y) => x.NotEqualTo(0).Maximum(y.NotEqualTo(0)),
        ["power"] = (x, y) => x.Power(y),
        ["subtract"] = (x, y) => x - y,
        ["xor"] = (x, y) => x.NotEqualTo(0).NotEqualTo(y.NotEqualTo(0)),
    };

    private readonly int[]? constant;
    private Variable? weight;

    /// <param name="function">The name of the function.</param>
    /// <param name="constant">The shape of the constants, without the batch; null if both operands are inputs.</param>
    /// <param name="constantFirst">Whether the constants are the first operand.</param>
    internal Combination(string function, IReadOnlyList<int>? constant = null, bool constantFirst = false)
    {
        if (!Functions.ContainsKey(function))
            throw ArgumentRules.Wrong(nameof(Combination), nameof(function), $"one of {string.Join(", ", Functions.Keys)}", function);
        (Function, this.constant, ConstantFirst) = (function, constant?.ToArray(), constantFirst);
    }

    /// <summary>The name of the function.</summary>
    public string Function { get; }

    /// <summary>Whether one operand is constant.</summary>
    public bool HasConstants => constant is not null;

    /// <summary>Whether the constants are the first operand.</summary>
    public bool ConstantFirst { get; }

    /// <inheritdoc/>
    protected override void Build(IReadOnlyList<Shape> inputs)
    {
        if (constant is not null) weight = AddWeight("constant", new Shape(constant), Initializer.Ones, trainable: false);
    }

    /// <inheritdoc/>
    protected override Node Call(IReadOnlyList<Node> inputs, CallContext context)
    {
        if (weight is null)
        {
            var both = inputs.ExactlyTwo(Subject).Aligned(Subject);
            return Functions[Function](both[0], both[1]);
        }

        if (inputs.Count != 1) throw new ShapeException(Subject, $"expected one input besides its constants; received {inputs.Count}.");
        if (weight.Shape.Rank > inputs[0].Shape.Rank - 1)
            throw new ShapeException(
                Subject, $"expected inputs of at least {weight.Shape.Rank} dimensions besides the batch; "
                + $"received {SymbolicTensor.Print(inputs[0].Shape[1..])}.");
        return ConstantFirst ? Functions[Function](context.Read(weight), inputs[0]) : Functions[Function](inputs[0], context.Read(weight));
    }

    /// <inheritdoc/>
    protected internal override void WriteConfig(Config config)
    {
        config.Set("function", Function);
        if (constant is null) config.SetNull("constant_shape");
        else config.Set("constant_shape", constant);
        config.Set("constant_first", ConstantFirst);
    }

    internal static Combination FromConfig(Config config) =>
        new(config.GetText("function", ""), config.Json["constant_shape"] is null
        ? null
        : config.GetInts("constant_shape"), config.GetBool("constant_first", false));
}
