namespace Fovea.Imaging;

/// <summary>Sets that are joined in pairs (union-find with path halving). The root of a set is its smallest index.</summary>
internal sealed class DisjointSets(int count)
{
    private readonly int[] parents = [.. Enumerable.Range(0, count)];

    public int Root(int index)
    {
        while (parents[index] != index) index = parents[index] = parents[parents[index]];
        return index;
    }

    public void Join(int one, int other)
    {
        var (first, second) = (Root(one), Root(other));
        parents[Math.Max(first, second)] = Math.Min(first, second);
    }

    /// <summary>The sets of at least two elements in the order of their roots; their elements ascend.</summary>
    public IEnumerable<int[]> Groups() =>
        Enumerable.Range(0, parents.Length).GroupBy(Root).Select(group => group.ToArray()).Where(group => group.Length > 1).OrderBy(group => group[0]);
}
