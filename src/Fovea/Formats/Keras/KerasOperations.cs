using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>
/// Converts functions among the layers of a functional model: those of <c>keras.ops</c>, and in Keras 2 a <c>TFOpLambda</c> around a TensorFlow function.
/// Each becomes a layer that computes the same.
/// </summary>
internal static class KerasOperations
{
    /// <summary>The mark that Keras 2 writes in place of the name of a layer if an argument is a constant.</summary>
    public const string ConstantMark = "_CONSTANT_VALUE";

    /// <summary>Whether a layer is a function.</summary>
    public static bool IsOperation(LayerDescription layer) =>
        layer.ClassName is "TFOpLambda" or "SlicingOpLambda" or "TensorFlowOpLayer"
        || layer.Module?.StartsWith("keras.ops", StringComparison.Ordinal) == true
            || layer.Module?.StartsWith("keras.src.ops", StringComparison.Ordinal) == true;

    /// <summary>Creates the layer, and tells whether it works on values with the channels first in Keras and last in Fovea.</summary>
    /// <exception cref="ModelFormatException">No layer computes the same; the message names the function.</exception>
    public static (Layer Layer, bool IsPermuted) Create(LayerDescription layer, IReadOnlyList<KerasValue> inputs)
    {
        var function = layer.ClassName is "TFOpLambda" or "SlicingOpLambda" ? layer.Config.TextOrNull("function") ?? layer.Name : layer.ClassName;
        var call = new Call(layer);
        var created = Create(function[(function.LastIndexOf('.') + 1)..].Replace("_", "", StringComparison.Ordinal).ToLowerInvariant(), call);
        if (created is null || call.HasUnread)
            throw new ModelFormatException(
                $"'{layer.Name}' is the function {function}{call.Describe()}, which no layer of Fovea computes; replace it in Python by a layer, or by one "
                + $"of {Examples}.");
        created.Name = layer.Name;
        return (created, created switch
        {
            Add or Subtract or Multiply or Maximum or Minimum or ReLU or LeakyReLU or Rescaling { Scale.Count: 1, Offset.Count: 1 }
                or ActivationLayer { Activation.IsElementwise: true } =>
                inputs.Any(input => input.IsPermuted) && inputs.All(input => input.Rank == inputs[0].Rank),
            GlobalAveragePooling2D or GlobalMaxPooling2D => call.IsOverChannelsFirstImage,
            _ => false,
        });
    }

    private const string Examples =
        "arithmetic and comparisons with a number or between two layers, a slice, an activation, a mean over rows and columns, concatenate, reshape, clip";

    private static Layer? Create(string function, Call call) => function switch
    {
        "add" or "addv2" or "biasadd" => call.HasTwoTensors ? new Add() : call.Numbers is { } c ? new Rescaling([1], c) : null,
        "sub" or "subtract" => call.HasTwoTensors
            ? new Subtract()
            : call.Numbers is { } c
            ? call.NumbersFirst
            ? new Rescaling([-1], c)
            : new Rescaling([1], [.. c.Select(value => -value)])
            : null,
        "mul" or "multiply" => call.HasTwoTensors ? new Multiply() : call.Numbers is { } c ? new Rescaling(c, [0]) : null,
        "truediv" or "div" or "divide" or "realdiv" or "truedivide" when call.Numbers is { } c && !call.NumbersFirst
            => new Rescaling([.. c.Select(value => 1 / value)], [0]),
        "maximum" => call.HasTwoTensors ? new Maximum() : call.Numbers is [0] ? new ReLU() : null,
        "minimum" => call.HasTwoTensors ? new Minimum() : null,
        "identity" or "stopgradient" or "converttotensor" => new ActivationLayer(Activation.Linear),
        "hardsigmoid of keras 2" => new ActivationLayer(Activation.OlderHardSigmoid),
        "cast" => call.IsToFloat ? new ActivationLayer(Activation.Linear) : null,
        "relu" => new ReLU(call.Number("max_value"), call.Number("negative_slope") ?? call.Number("alpha") ?? 0, call.Number("threshold") ?? 0),
        "relu6" => new ReLU(6),
        "leakyrelu" => new LeakyReLU(call.Number("alpha") ?? call.Number("negative_slope") ?? 0.2f),
        "elu" or "selu" or "sigmoid" or "tanh" or "softmax" or "logsoftmax" or "softplus" or "softsign" or "silu" or "swish" or "hardsigmoid" or "hardsilu"
            or "hardswish" or "exp" or "mish" or "celu" =>
            call.Number("axis") is null or -1
                ? new ActivationLayer(ActivationCatalog.FromName(function switch
                {
                    "logsoftmax" => "log_softmax",
                    "hardsigmoid" => "hard_sigmoid",
                    "hardsilu" or "hardswish" => "hard_silu",
                    "exp" => "exponential",
                    _ => function,
                }))
                : null,
        "clip" or "clipbyvalue" =>
            (call.Number("clip_value_min") ?? call.Number("x_min") ?? call.Positional(1), call.Number("clip_value_max") ?? call.Number("x_max")
            ?? call.Positional(2)) is (0f, { } most) ? new ReLU(most) : null,
        "gelu" => new ActivationLayer(call.Approximates ? Activation.GeluTanh : Activation.Gelu),
        "mean" or "reducemean" when call.IsOverImage || call.IsOverChannelsFirstImage =>
            new GlobalAveragePooling2D(call.Flag("keepdims") || call.Flag("keep_dims")),
        "max" or "reducemax" or "amax" when call.IsOverImage || call.IsOverChannelsFirstImage =>
            new GlobalMaxPooling2D(call.Flag("keepdims") || call.Flag("keep_dims")),
        "concat" or "concatenate" => new Concatenate((int)(call.Number("axis") ?? -1)),
        "flatten" => new Flatten(),
        "getitem" => call.Key is { } key ? new Slice(key.Contains(TensorIndex.Ellipsis) ? key : [.. key, TensorIndex.Ellipsis]) : null,
        "reshape" => (call.Whole("newshape") ?? call.Whole("shape")) is [_, .. var sample] && sample.All(size => size is > 0 or -1)
            ? new Reshape(sample)
            : null,
        _ => KerasFunctions.Create(function, call.Numbers is [var number] ? number : null, call.NumbersFirst, call.HasTwoTensors),
    };

    /// <summary>The arguments of the call of a function.</summary>
    private sealed class Call
    {
        /// <summary>Arguments that do not change the result.</summary>
        private static readonly HashSet<string> WithoutEffect = ["name", "function", "trainable", "training", "mask"];

        private readonly JsonObject named = [];
        private readonly List<JsonNode?> placed = [];
        private readonly HashSet<string> read = new(StringComparer.Ordinal);
        private readonly HashSet<int> readPlaces = [];
        private readonly int tensors;
        private readonly bool isOfKeras3;

        public Call(LayerDescription layer)
        {
            isOfKeras3 = layer.Module is not null && layer.ClassName is not ("TFOpLambda" or "SlicingOpLambda" or "TensorFlowOpLayer");
            foreach (var (key, value) in layer.Config) if (key != "dtype") named[key] = value?.DeepClone();
            if (layer.Nodes.FirstOrDefault() is not { } node) return;
            tensors = node.Inputs.Length;
            foreach (var (key, value) in node.Arguments ?? []) named[key] = value?.DeepClone();
            placed.AddRange(node.Positional?.Select(value => value?.DeepClone()) ?? []);
        }

        public bool HasTwoTensors => tensors == 2;

        /// <summary>Whether the constant is the first operand, as in 1 − x.</summary>
        public bool NumbersFirst => placed.Count > 0 && Read(Placed(0)) is not null;

        /// <summary>The constant operand: one value, or one for each channel.</summary>
        public float[]? Numbers => tensors != 1
            ? null
            : FirstPlaced() ?? Read(Named("y")) ?? Read(Named("x2")) ?? Read(Named("x")) ?? Read(Named("x1")) ?? Read(Named("bias")) ?? Read(Named("value"));

        /// <summary>Whether it reduces rows and columns of an image with the channels last.</summary>
        public bool IsOverImage => Axes is [1, 2] or [-3, -2];

        /// <summary>Whether it reduces rows and columns of an image with the channels first.</summary>
        public bool IsOverChannelsFirstImage => Axes is [2, 3] or [-2, -1];

        public bool IsToFloat =>
            (JsonReading.AsText(Named("dtype")) ?? placed.Index().Select(item => JsonReading.AsText(Placed(item.Index)))
            .FirstOrDefault(text => text is not null)) is null or "float32" or "float16" or "bfloat16" or "float64" or "mixed_float16";

        /// <summary>Whether gelu is approximated by a hyperbolic tangent, the default of keras.ops.</summary>
        public bool Approximates => Named("approximate") is { } said ? JsonReading.AsBool(said) ?? false : isOfKeras3;

        /// <summary>Whether there is an argument that has not been read.</summary>
        public bool HasUnread =>
            named.Any(entry => entry.Value is not null && !read.Contains(entry.Key) && !WithoutEffect.Contains(entry.Key) && !IsTensor(entry.Value))
            || placed.Index().Any(item => item.Item is not null && !readPlaces.Contains(item.Index) && !IsTensor(item.Item));

        private int[]? Axes => (Whole("axis") ?? (placed.Count > 1 ? Whole(Placed(1)) : null))?.Order().ToArray();

        /// <summary>The indices of a slice.</summary>
        public TensorIndex[]? Key => SliceKey.FromJson(AsList(Named("slice_spec") ?? Named("key") ?? (placed.Count > 1 ? Placed(1) : null)));

        public float? Number(string key) => (float?)JsonReading.AsNumber(Named(key));

        public float? Positional(int position) => position < placed.Count ? (float?)JsonReading.AsNumber(Placed(position)) : null;

        public bool Flag(string key) => JsonReading.AsBool(Named(key)) ?? false;

        public int[]? Whole(string key) => Whole(Named(key));

        public string Describe() => placed.Count + named.Count == 0
            ? ""
            : $" of {new JsonArray([.. placed.Select(value => value?.DeepClone())]).ToJsonString()}";

        /// <summary>A key of one index is not in a list.</summary>
        private static JsonNode? AsList(JsonNode? key) => key is JsonArray or null ? key : new JsonArray(key.DeepClone());

        private float[]? FirstPlaced()
        {
            foreach (var (position, value) in placed.Index())
            {
                if (Read(value) is not { } numbers) continue;
                readPlaces.Add(position);
                return numbers;
            }

            return null;
        }

        private JsonNode? Named(string key)
        {
            read.Add(key);
            return named[key];
        }

        private JsonNode? Placed(int position)
        {
            readPlaces.Add(position);
            return placed[position];
        }

        /// <summary>Whether an argument is a value of the network, or a list of them; Keras 2 writes <c>[layer, node, tensor]</c>.</summary>
        private static bool IsTensor(JsonNode value) => value switch
        {
            JsonObject described => described.TextOrNull("class_name") == KerasJson.TensorClass,
            JsonArray list => KerasJson.IsReference(list) || (list.Count > 0 && list.All(item => item is not null && IsTensor(item))),
            _ => false,
        };

        private static int[]? Whole(JsonNode? value) => value switch
        {
            JsonArray list => [.. list.Select(item => JsonReading.AsInteger(item) ?? 0)],
            JsonObject tuple when tuple.ObjectOrNull("config")?["items"] is JsonArray items => Whole(items),
            JsonObject tuple when tuple["items"] is JsonArray items => Whole(items),
            _ => null,
        };

        private static float[]? Read(JsonNode? value)
        {
            if (JsonReading.AsNumber(value) is { } number) return [(float)number];
            if (value is JsonObject array) return array.ObjectOrNull("config")?["value"] is { } inner ? Read(inner) : null;
            if (value is not JsonArray list || list.Count == 0) return null;
            if (list.Count == 1 && list[0] is JsonArray) return Read(list[0]);
            var numbers = list.Select(item => JsonReading.AsNumber(item)).ToArray();
            return numbers.All(item => item is not null) ? [.. numbers.Select(item => (float)item!.Value)] : null;
        }
    }
}
