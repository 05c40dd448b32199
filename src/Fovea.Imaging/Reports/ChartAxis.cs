using System.Globalization;

namespace Fovea.Imaging;

/// <summary>An axis of a chart: from values to positions, and its labelled values.</summary>
/// <param name="Low">The value at its beginning.</param>
/// <param name="High">The value at its end.</param>
/// <param name="IsLogarithmic">Whether equal distances are equal ratios.</param>
internal sealed record ChartAxis(double Low, double High, bool IsLogarithmic = false)
{
    /// <summary>Whether labels are percentages.</summary>
    public bool IsShare { get; init; }

    /// <summary>Whether only whole numbers have labels.</summary>
    public bool IsWhole { get; init; }

    /// <summary>The largest number of labels.</summary>
    public int MaxTicks { get; init; } = 6;

    /// <summary>The position of a value: 0 at the beginning, 1 at the end.</summary>
    public double Position(double value) => IsLogarithmic
        ? (Math.Log(value) - Math.Log(Low)) / (Math.Log(High) - Math.Log(Low))
        : (value - Low) / (High - Low);

    /// <summary>Whether a value can be drawn: it is finite and, on a logarithmic axis, positive.</summary>
    public bool Takes(double value) => double.IsFinite(value) && (!IsLogarithmic || value > 0);

    /// <summary>The labelled values.</summary>
    public IReadOnlyList<(double Value, string Text)> Ticks()
    {
        var values = IsLogarithmic ? Logarithmic() : Linear();
        return [.. values.Select(value => (value, Print(value)))];
    }

    /// <summary>The smallest axis that contains values, with free space at both ends.</summary>
    public static ChartAxis Around(IEnumerable<double> values, bool isLogarithmic, double margin = 0.04)
    {
        var drawn = values.Where(value => double.IsFinite(value) && (!isLogarithmic || value > 0)).ToList();
        if (drawn.Count == 0) return new ChartAxis(isLogarithmic ? 0.1 : 0, 1, isLogarithmic);
        var (low, high) = (drawn.Min(), drawn.Max());
        if (isLogarithmic)
        {
            var factor = high > low ? Math.Pow(high / low, margin) : 2;
            return new ChartAxis(low / factor, high * factor, IsLogarithmic: true);
        }

        var space = high > low ? margin * (high - low) : Math.Max(0.5 * Math.Abs(high), 0.5);
        return new ChartAxis(low - space, high + space);
    }

    private string Print(double value)
    {
        if (IsShare) return (100 * value).ToString("0.####", CultureInfo.InvariantCulture) + " %";
        return Math.Abs(value) is >= 1e6 or (> 0 and < 1e-3)
            ? value.ToString("0.###e0", CultureInfo.InvariantCulture)
            : value.ToString("#,0.#####", CultureInfo.InvariantCulture);
    }

    /// <summary>Multiples of 1, 2 or 5 times a power of ten.</summary>
    private List<double> Linear()
    {
        var step = Math.Pow(10, Math.Floor(Math.Log10((High - Low) / MaxTicks)));
        foreach (var factor in (ReadOnlySpan<double>)[1, 2, 5, 10])
        {
            if ((High - Low) / (step * factor) > MaxTicks) continue;
            step *= factor;
            break;
        }

        if (IsWhole) step = Math.Max(1, Math.Round(step));
        var digits = (int)Math.Clamp(2 - Math.Floor(Math.Log10(step)), 0, 15);
        var ticks = new List<double>();
        var first = Math.Ceiling((Low / step) - 1e-9);
        for (var i = 0; (first + i) * step <= High + (1e-9 * step); i++)
        {
            var value = Math.Round((first + i) * step, digits);
            if (!IsShare || value is >= -1e-9 and <= 1 + 1e-9) ticks.Add(value == 0 ? 0 : value);
        }

        return ticks;
    }

    /// <summary>Powers of ten; with 2 and 5 times them if there are few.</summary>
    private List<double> Logarithmic()
    {
        var (first, last) = ((int)Math.Floor(Math.Log10(Low)), (int)Math.Ceiling(Math.Log10(High)));
        var every = Math.Max(1, (last - first + MaxTicks - 1) / MaxTicks);
        double[] factors = Math.Log10(High / Low) < 2 ? [1, 2, 5] : [1];
        List<double> ticks = [.. from power in Enumerable.Range(first, last - first + 1) where (power - first) % every == 0
                                 from factor in factors
                                 let value = factor * Math.Pow(10, power)
                                 where value >= Low && value <= High
                                 select value];
        return ticks.Count >= 2 ? ticks : [Low, High];
    }
}
