using Fovea.Engine.Ops;

namespace Fovea.Engine.Planning;

/// <summary>
/// A value that depends on variables alone, such as a folded, packed or transformed kernel: what is computed (an op and what it is applied to), and its numbers
/// once a plan has computed them. All but the definition is guarded by the <see cref="ValueCache"/>.
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

    /// <summary>How many plans and other values refer to it.</summary>
    public int Users { get; set; }

    /// <summary>The numbers; none before they are first computed.</summary>
    public AlignedBuffer? Buffer { get; private set; }

    public bool IsComputed { get; private set; }

    /// <summary>Whether it is to be computed, since it never was or a variable was written since.</summary>
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

    /// <summary>Prepares for new numbers.</summary>
    /// <param name="elsewhere">Whether the old ones may still be read.</param>
    public void Begin(bool elsewhere)
    {
        IsComputed = false;
        if (elsewhere || Buffer is null) Buffer = new AlignedBuffer(count);

        // Noted before the variables are read: what is written from now on makes the value stale again.
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

    /// <summary>Inputs are known to the store, where equal ones are one.</summary>
    private sealed class ByReference : IEqualityComparer<CachedValue>
    {
        public static readonly ByReference Instance = new();

        public bool Equals(CachedValue? x, CachedValue? y) => ReferenceEquals(x, y);

        public int GetHashCode(CachedValue value) => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(value);
    }
}
