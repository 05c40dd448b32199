namespace Fovea;

/// <summary>Which values of a watched quantity are better.</summary>
public enum MonitorMode
{
    /// <summary>The least of those whose name contains "loss" or "error", the greatest of others.</summary>
    Auto,

    /// <summary>The least.</summary>
    Min,

    /// <summary>The greatest.</summary>
    Max,
}
