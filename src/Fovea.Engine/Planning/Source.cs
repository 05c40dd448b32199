using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>Whose memory an operand of a step lies in. A program names sources; a plan has their buffers.</summary>
internal abstract record Source
{
    private Source()
    {
    }

    /// <summary>What is used again within a run: activations, gradients, scratch.</summary>
    public sealed record Arena : Source
    {
        public static readonly Arena Instance = new();
    }

    /// <summary>The numbers known when the graph was built.</summary>
    public sealed record Constants : Source
    {
        public static readonly Constants Instance = new();
    }

    /// <summary>A variable, where it lies.</summary>
    public sealed record OfVariable(Variable Variable) : Source;

    /// <summary>What the caller supplies.</summary>
    public sealed record Input(InputOp Op) : Source;

    /// <summary>A value that depends on variables alone, by its number in the program.</summary>
    public sealed record Cached(int Index) : Source;
}

/// <summary>Where an operand begins, in floats behind the beginning of its source.</summary>
internal readonly record struct Operand(Source Source, long Offset);

/// <summary>An address of a program that leads into a source, and how many floats behind its beginning.</summary>
internal readonly record struct SourceUse(int Address, long Offset);
