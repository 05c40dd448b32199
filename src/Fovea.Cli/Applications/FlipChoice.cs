namespace Fovea.Cli;

/// <summary>The directions in which training images may be flipped: <c>--flip</c>.</summary>
internal enum FlipChoice
{
    None,

    /// <summary>Left and right are exchanged, as for photographs.</summary>
    Horizontal,

    /// <summary>Also top and bottom, as for images from a microscope or a satellite.</summary>
    Both,
}
