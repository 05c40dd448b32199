namespace Fovea;

/// <summary>What the four numbers of a bounding box are. The names in Keras are in parentheses. x points to the right and y down.</summary>
public enum BoxFormat
{
    /// <summary>Left, top, right and bottom edge, in pixels (<c>xyxy</c>).</summary>
    Xyxy,

    /// <summary>
    /// Left and right edge as fractions of the width, top and bottom edge of the height, in the order of <see cref="Xyxy"/> (<c>rel_xyxy</c>).
    /// </summary>
    RelXyxy,

    /// <summary>The center, x and y, then the width and the height, in pixels (<c>center_xywh</c>).</summary>
    CenterXywh,

    /// <summary>The left and the top edge, then the width and the height, in pixels (<c>xywh</c>).</summary>
    Xywh,

    /// <summary>The numbers of <see cref="Xywh"/> as fractions of the width and the height of the image (<c>rel_xywh</c>).</summary>
    RelXywh,

    /// <summary>Top, left, bottom and right edge, in pixels (<c>yxyx</c>).</summary>
    Yxyx,

    /// <summary>The numbers of <see cref="Yxyx"/> as fractions of the height and the width of the image (<c>rel_yxyx</c>).</summary>
    RelYxyx,
}
