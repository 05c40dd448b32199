namespace Fovea.Engine.Planning;

/// <summary>
/// What plans compute from variables alone, once for all plans that are compiled with the same store: values of equal ops on the same variables are one. Any
/// threads may use it.
/// </summary>
/// <remarks>
/// A plan enters before its steps and leaves behind them. Whoever finds a value stale computes it, while others that enter wait. It is written where it lies
/// if no plan is running, else elsewhere: runs that began before end with the old numbers, which go when the last of their plans runs again.
/// </remarks>
internal sealed class ValueCache
{
    private readonly Lock gate = new();
    private readonly Dictionary<CachedValue, CachedValue> known = [];
    private int readers;

    /// <summary>How many values there are, those between included.</summary>
    public int Count
    {
        get
        {
            lock (gate) return known.Count;
        }
    }

    /// <summary>The values of some nodes, in their order, until they are released.</summary>
    public CachedValue[] Take(IReadOnlyList<Node> nodes)
    {
        lock (gate)
        {
            var values = new Dictionary<Node, CachedValue>();
            CachedValue[] taken = [.. nodes.Select(Find)];
            foreach (var value in taken) value.Users++;
            return taken;

            CachedValue Find(Node node)
            {
                if (values.TryGetValue(node, out var found)) return found;
                var value = new CachedValue(node, [.. node.Inputs.Select(Find)]);
                if (known.TryGetValue(value, out found)) return values[node] = found;
                foreach (var input in value.Inputs) input.Users++;
                known.Add(value, value);
                return values[node] = value;
            }
        }
    }

    /// <summary>Says that a plan does not need its values any more: those that nobody needs go.</summary>
    public void Release(IEnumerable<CachedValue> values)
    {
        lock (gate)
        {
            var left = new Stack<CachedValue>(values);
            while (left.TryPop(out var value))
            {
                if (--value.Users > 0) continue;
                known.Remove(value);
                foreach (var input in value.Inputs) left.Push(input);
            }
        }
    }

    /// <summary>Computes what is stale, has the plan know where its values lie, and keeps them there until it leaves.</summary>
    public void Enter(Plan plan, CachedValue[] values)
    {
        lock (gate)
        {
            var isStale = false;
            foreach (var value in values)
            {
                if (!value.IsStale) continue;
                value.Begin(elsewhere: Volatile.Read(ref readers) > 0);
                isStale = true;
            }

            plan.BindCached();
            if (isStale)
            {
                plan.RunPrologue();
                foreach (var value in values) value.End();
            }

            Interlocked.Increment(ref readers);
        }
    }

    public void Leave() => Interlocked.Decrement(ref readers);
}
