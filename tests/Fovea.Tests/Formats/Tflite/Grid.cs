namespace Fovea.Tests.Formats.Tflite;

/// <summary>An array of float64 whose elements a formula gives: operators as their definitions write them, without anything of Fovea's.</summary>
internal sealed class Grid(int[] shape, double[] values)
{
    public int[] Shape => shape;

    public double[] Values => values;

    /// <summary>An element; 0 outside.</summary>
    public double this[params ReadOnlySpan<int> index]
    {
        get
        {
            var place = 0;
            for (var axis = 0; axis < shape.Length; axis++)
            {
                if (index[axis] < 0 || index[axis] >= shape[axis]) return 0;
                place = (place * shape[axis]) + index[axis];
            }

            return values[place];
        }
    }

    public static Grid Of(int[] shape, Func<int[], double> formula)
    {
        var values = new double[shape.Aggregate(1, (product, size) => product * size)];
        var index = new int[shape.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = formula(index);
            for (var axis = shape.Length - 1; axis >= 0 && ++index[axis] == shape[axis]; axis--) index[axis] = 0;
        }

        return new Grid(shape, values);
    }

    /// <summary>The same numbers under another shape.</summary>
    public Grid As(params int[] other) => new(other, values);

    public Grid Map(Func<double, double> function) => new(shape, Array.ConvertAll(values, value => function(value)));

    /// <summary>Σ over all indices of a shape.</summary>
    public static double Sum(int[] over, Func<int[], double> formula) => Of(over, formula).Values.Sum();
}
