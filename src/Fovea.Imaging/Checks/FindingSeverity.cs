namespace Fovea.Imaging;

/// <summary>How serious a finding of <see cref="DataCheck"/> is.</summary>
public enum FindingSeverity
{
    /// <summary>An observation that may be intended.</summary>
    Note,

    /// <summary>Something that someone should look at.</summary>
    Warning,

    /// <summary>A fault of the data set: files that cannot be read, or images that make a measured accuracy wrong.</summary>
    Error,
}
