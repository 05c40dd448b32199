using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>The memory in which an operand of a step is stored. A program refers to sources; a plan has their buffers.</summary>
internal abstract record Source
{
    private Source()
    {
    }

    /// <summary>Memory that is reused within a run: activations, gradients, scratch.</summary>
    public sealed record Arena : Source
    {
        public static readonly Arena Instance = new();
    }

    /// <summary>The constants, known when the graph was built.</summary>
    public sealed record Constants : Source
    {
        public static readonly Constants Instance = new();
    }

    /// <summary>A variable.</summary>
    public sealed record OfVariable(Variable Variable) : Source;

    /// <summary>An input.</summary>
    public sealed record Input(InputOp Op) : Source;

    /// <summary>An output that a run writes into an array of the caller, by its index in the graph.</summary>
    public sealed record LentOutput(int Index) : Source;

    /// <summary>A value that depends on variables only, by its index in the program.</summary>
    public sealed record Cached(int Index) : Source;
}

/// <summary>An operand: its source, and its offset in floats.</summary>
internal readonly record struct Operand(Source Source, long Offset);

/// <summary>An address of a program that points into a source, with the offset in floats.</summary>
internal readonly record struct SourceUse(int Address, long Offset);
