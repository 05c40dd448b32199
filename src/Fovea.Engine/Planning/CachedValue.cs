using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// A value that depends on variables only, such as a folded, packed or transformed kernel: its definition (an op and its inputs), and its elements once a plan
/// has computed them. The lock of the <see cref="ValueCache"/> guards everything but the definition.
/// </summary>
internal sealed class CachedValue : IEquatable<CachedValue>
{
    private readonly Op op;
    private readonly CachedValue[] inputs;
    private readonly Variable[] variables;
    private readonly long[] versions;
    private readonly int count;

    public CachedValue(Node node, CachedValue[] inputs)
    {
        op = node.Op;
        count = node.Shape.Count;
        this.inputs = inputs;
        variables = op is VariableOp { Variable: var variable } ? [variable] : [.. inputs.SelectMany(input => input.variables).Distinct()];
        versions = new long[variables.Length];
    }

    public IReadOnlyList<CachedValue> Inputs => inputs;

    /// <summary>The number of plans and values that refer to it.</summary>
    public int Users { get; set; }

    /// <summary>The elements; null before they are first computed.</summary>
    public AlignedBuffer? Buffer { get; private set; }

    public bool IsComputed { get; private set; }

    /// <summary>Whether it must be computed: it never was, or a variable was written since.</summary>
    public bool IsStale
    {
        get
        {
            if (!IsComputed) return true;
            for (var i = 0; i < variables.Length; i++)
            {
                if (variables[i].Version != versions[i]) return true;
            }

            return false;
        }
    }

    /// <summary>Prepares a computation.</summary>
    /// <param name="elsewhere">Whether the old elements may still be read.</param>
    public void Begin(bool elsewhere)
    {
        IsComputed = false;
        if (elsewhere || Buffer is null) Buffer = new AlignedBuffer(count);

        // Stored before the variables are read, so that later writes make the value stale again.
        for (var i = 0; i < variables.Length; i++) versions[i] = variables[i].Version;
    }

    public void End() => IsComputed = true;

    public bool Equals(CachedValue? other) => other is not null && SameOp(op, other.op) && inputs.AsSpan().SequenceEqual(other.inputs, ByReference.Instance);

    public override bool Equals(object? obj) => Equals(obj as CachedValue);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.Add(op is VariableOp { Variable: { IsConstant: true } constant } ? constant.Shape.Count : op.GetHashCode());
        foreach (var input in inputs) hash.Add(ByReference.Instance.GetHashCode(input));
        return hash.ToHashCode();
    }

    private static bool SameOp(Op x, Op y) => x.Equals(y)
        || (x is VariableOp { Variable: { IsConstant: true } one } && y is VariableOp { Variable: { IsConstant: true } other }
            && one.Values.SequenceEqual(other.Values));

    /// <summary>Compares by reference, since equal inputs are one object in the cache.</summary>
    private sealed class ByReference : IEqualityComparer<CachedValue>
    {
        public static readonly ByReference Instance = new();

        public bool Equals(CachedValue? x, CachedValue? y) => ReferenceEquals(x, y);

        public int GetHashCode(CachedValue value) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
    }
}
