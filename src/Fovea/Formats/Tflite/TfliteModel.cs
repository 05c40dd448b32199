using Fovea.Formats.FlatBuffers;

namespace Fovea.Formats.Tflite;

/// <summary>The content of a TFLite file.</summary>
/// <param name="Tensors">The values of the graph, including constants.</param>
/// <param name="Operators">The operators in the order in which they run.</param>
/// <param name="Inputs">The indices of the input tensors.</param>
/// <param name="Outputs">The indices of the output tensors.</param>
internal sealed record TfliteModel(
    IReadOnlyList<TfliteTensor> Tensors, IReadOnlyList<TfliteOperator> Operators, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs)
{
    /// <summary>The name of the graph.</summary>
    public string Name { get; init; } = "";

    /// <summary>The description in the file, usually the name of the converter.</summary>
    public string Description { get; init; } = "";

    /// <summary>The metadata of the file by name, with their positions and lengths.</summary>
    public IReadOnlyDictionary<string, (long Position, long Length)> Metadata { get; init; } = new Dictionary<string, (long, long)>();
}

/// <summary>One tensor.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="Type">The data type.</param>
/// <param name="Shape">The sizes; empty for a scalar.</param>
/// <param name="Signature">The sizes with −1 for open ones, if the file has them; else as <paramref name="Shape"/>.</param>
/// <param name="Quantization">The quantization; null for none.</param>
internal sealed record TfliteTensor(string Name, TfliteType Type, int[] Shape, int[] Signature, TfliteQuantization? Quantization)
{
    /// <summary>The position and length of the values in the file; null for a computed tensor.</summary>
    public (long Position, long Length)? Data { get; init; }

    /// <summary>A phrase about a property of the tensor that is not supported; null for none.</summary>
    public string? Trouble { get; init; }

    /// <summary>The smallest and the largest value of a tensor quantized to 8 or 16 bits; null for any other tensor.</summary>
    public (float Min, float Max)? Range => Quantization is not { Scales: [var scale], Zeros: [var zero] } ? null : Type switch
    {
        TfliteType.UInt8 => (scale * (0 - zero), scale * (255 - zero)),
        TfliteType.Int8 => (scale * (-128 - zero), scale * (127 - zero)),
        TfliteType.Int16 => (scale * (-32768 - zero), scale * (32767 - zero)),
        _ => null,
    };
}

/// <summary>One operator.</summary>
/// <param name="Code">The number of the operator in the schema.</param>
/// <param name="Custom">The name of a custom operator; null for one of the schema.</param>
/// <param name="Inputs">The indices of the tensors that it reads; −1 for an input that is left out.</param>
/// <param name="Outputs">The indices of the tensors that it writes.</param>
/// <param name="OptionsType">The number of the type of its options in the schema; 0 for none.</param>
/// <param name="Options">The options; null for none.</param>
internal sealed record TfliteOperator(int Code, string? Custom, int[] Inputs, int[] Outputs, int OptionsType, FlatTable? Options)
{
    /// <summary>Whether the operator has options of the second kind, like the operators of StableHLO.</summary>
    public bool HasOtherOptions { get; init; }

    /// <summary>Whether the operator modifies one of its inputs.</summary>
    public bool Mutates { get; init; }
}
