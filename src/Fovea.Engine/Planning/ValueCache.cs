namespace Fovea.Engine.Planning;

/// <summary>
/// The values that plans compute from variables only, such as packed kernels, shared by all plans that are compiled with the same cache. Equal ops on the
/// same variables are one value. Thread-safe.
/// </summary>
/// <remarks>
/// A plan enters before its steps and leaves after them. A plan that finds a stale value recomputes it, while others that enter wait. The value is written in
/// place if no plan is running, and otherwise to new memory: runs in progress finish with the old values, which are collected when the last of their plans
/// runs again.
/// </remarks>
internal sealed class ValueCache
{
    private readonly Lock gate = new();
    private readonly Dictionary<CachedValue, CachedValue> known = [];
    private int readers;

    /// <summary>The number of values, including intermediate ones.</summary>
    public int Count
    {
        get
        {
            lock (gate) return known.Count;
        }
    }

    /// <summary>The values of some nodes, in the order of the nodes. Call <see cref="Release"/> for them.</summary>
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

    /// <summary>Releases values of a plan; values without users are removed.</summary>
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

    /// <summary>Recomputes stale values and points the plan to them. They stay in place until the plan leaves.</summary>
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
