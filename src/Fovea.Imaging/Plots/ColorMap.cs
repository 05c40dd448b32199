namespace Fovea.Imaging;

/// <summary>The colors of values in a plot.</summary>
public enum ColorMap
{
    /// <summary>From dark blue over green to yellow, readable also in grey and for color-blind people; Matplotlib's default.</summary>
    Viridis,

    /// <summary>From black to white.</summary>
    Grey,

    /// <summary>From blue (negative) over white (0) to orange (positive). The range is symmetric.</summary>
    Diverging,

    /// <summary>From blue over green to red, for heat maps.</summary>
    Turbo,
}
