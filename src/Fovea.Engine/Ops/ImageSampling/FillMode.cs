namespace Fovea;

/// <summary>How an image a b c d is continued beyond its border.</summary>
public enum FillMode
{
    /// <summary>d c b a | a b c d | d c b a: reflected at the edge of the last pixel.</summary>
    Reflect,

    /// <summary>k k k k | a b c d | k k k k: a constant value k.</summary>
    Constant,

    /// <summary>a b c d | a b c d | a b c d: repeated.</summary>
    Wrap,

    /// <summary>a a a a | a b c d | d d d d: the nearest pixel.</summary>
    Nearest,

    /// <summary>d c b | a b c d | c b a: reflected at the center of the last pixel.</summary>
    Mirror,
}

/// <summary>How values between the pixels of an image are computed.</summary>
public enum Interpolation
{
    /// <summary>Linear interpolation between the four pixels around the position.</summary>
    Bilinear,

    /// <summary>The nearest pixel.</summary>
    Nearest,
}
