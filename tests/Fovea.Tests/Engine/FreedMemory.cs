namespace Fovea.Tests.Engine;

/// <summary>Collects garbage and overwrites the freed memory, so that a read of it gives other values.</summary>
internal static class FreedMemory
{
    private static readonly int[] Lengths = [16, 32, 48, 80, 144, 272, 1040, 4112, 65_552];

    /// <summary>Pinned arrays of many sizes, from the heap of the engine's memory. They occupy the freed memory until they are collected.</summary>
    public static IReadOnlyList<float[]> Overwrite(float value)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var arrays = new List<float[]>();
        foreach (var length in Lengths)
        {
            for (var i = 0; i < (length > 10_000 ? 4 : 60); i++)
            {
                var array = GC.AllocateUninitializedArray<float>(length, pinned: true);
                Array.Fill(array, value);
                arrays.Add(array);
            }
        }

        return arrays;
    }
}
