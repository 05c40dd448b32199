using Fovea.Formats.FlatBuffers;

namespace Fovea.Formats.Tflite;

/// <summary>A TFLite file as it stands.</summary>
/// <param name="Tensors">The values of its graph, constants among them.</param>
/// <param name="Operators">In the order in which they run.</param>
/// <param name="Inputs">The tensors that are fed.</param>
/// <param name="Outputs">The tensors that are returned.</param>
internal sealed record TfliteModel(
    IReadOnlyList<TfliteTensor> Tensors, IReadOnlyList<TfliteOperator> Operators, IReadOnlyList<int> Inputs, IReadOnlyList<int> Outputs)
{
    /// <summary>The graph's name.</summary>
    public string Name { get; init; } = "";

    /// <summary>What the file says of itself: above all which converter wrote it.</summary>
    public string Description { get; init; } = "";

    /// <summary>Other parts of the file by name, each with its place and length.</summary>
    public IReadOnlyDictionary<string, (long Place, long Length)> Metadata { get; init; } = new Dictionary<string, (long, long)>();
}

/// <summary>One tensor.</summary>
/// <param name="Name">What the file calls it.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Its sizes; empty for a number alone.</param>
/// <param name="Signature">Its sizes with −1 for those that are open, where the file says so; else as <paramref name="Shape"/>.</param>
/// <param name="Quantization">What its numbers stand for, where they are quantized.</param>
internal sealed record TfliteTensor(string Name, TfliteType Type, int[] Shape, int[] Signature, TfliteQuantization? Quantization)
{
    /// <summary>Where its numbers lie; null for one that is computed.</summary>
    public (long Place, long Length)? Data { get; init; }

    /// <summary>Why its numbers cannot be read, where there is something about it that is not supported.</summary>
    public string? Trouble { get; init; }

    /// <summary>The least and the greatest real number that it can hold, where it is quantized to so few that this matters.</summary>
    public (float Least, float Most)? Range => Quantization is not { Scales: [var scale], Zeros: [var zero] } ? null : Type switch
    {
        TfliteType.UInt8 => (scale * (0 - zero), scale * (255 - zero)),
        TfliteType.Int8 => (scale * (-128 - zero), scale * (127 - zero)),
        TfliteType.Int16 => (scale * (-32768 - zero), scale * (32767 - zero)),
        _ => null,
    };
}

/// <summary>One operator.</summary>
/// <param name="Code">Which, as the schema numbers them.</param>
/// <param name="Custom">The name of one that the schema does not know.</param>
/// <param name="Inputs">The tensors that it reads; −1 for one that is left out.</param>
/// <param name="Outputs">The tensors that it writes.</param>
/// <param name="OptionsType">The table that its settings are, as the schema numbers them; 0 for none.</param>
/// <param name="Options">Its settings.</param>
internal sealed record TfliteOperator(int Code, string? Custom, int[] Inputs, int[] Outputs, int OptionsType, FlatTable? Options)
{
    /// <summary>Whether it has settings of a second kind, which only StableHLO's operators have.</summary>
    public bool HasOtherOptions { get; init; }

    /// <summary>Whether it changes one of its inputs.</summary>
    public bool Mutates { get; init; }
}
