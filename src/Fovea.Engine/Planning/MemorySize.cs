using System.Globalization;

namespace Fovea.Engine.Planning;

/// <summary>Formats sizes for messages.</summary>
internal static class MemorySize
{
    /// <summary>The size in MiB with one decimal, rounded up, so that the printed size suffices as a limit.</summary>
    public static string Of(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 104857.6) / 10:N1} MiB");
}
