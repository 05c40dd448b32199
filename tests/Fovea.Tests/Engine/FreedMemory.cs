namespace Fovea.Tests.Engine;

/// <summary>Collects garbage and writes over what that freed: whoever still reads there reads something else.</summary>
internal static class FreedMemory
{
    private static readonly int[] Lengths = [16, 32, 48, 80, 144, 272, 1040, 4112, 65_552];

    /// <summary>Pinned arrays, where the engine's memory lies too, of many sizes; they hold the places until they are let go.</summary>
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
