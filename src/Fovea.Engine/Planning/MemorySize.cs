using System.Globalization;

namespace Fovea.Engine.Planning;

/// <summary>Bytes as messages print them.</summary>
internal static class MemorySize
{
    /// <summary>In MiB with one digit, rounded up: a limit of what is printed suffices.</summary>
    public static string Of(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(bytes / 104857.6) / 10:N1} MiB");
}
