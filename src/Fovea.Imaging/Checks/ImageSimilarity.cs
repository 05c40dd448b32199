namespace Fovea.Imaging;

/// <summary>Compares two images pixel by pixel at a small size.</summary>
internal static class ImageSimilarity
{
    /// <summary>The largest difference of a color of 8 × 8 areas, in gray levels, after the difference of the mean colors is removed.</summary>
    private const double MaxColorDifference = 40;

    /// <summary>The largest difference of a gray level of 4 × 4 pixels, in deviations of the image.</summary>
    private const double MaxAreaDifference = 0.5;

    private const int Side = PerceptualHash.Side;
    private const int Area = 4;

    /// <summary>
    /// The correlation of the gray levels of 32 × 32 pixels, which does not depend on brightness and contrast: the share of the deviation that the images have
    /// in common. It is 0 if an area or a color differs, as of two photos of different things on the same background.
    /// </summary>
    /// <param name="one">The first image.</param>
    /// <param name="other">The second image.</param>
    /// <param name="symmetry">The symmetry that is applied to the second image.</param>
    public static double Of(ImageMeasurement one, ImageMeasurement other, int symmetry)
    {
        var (left, right) = (one.Gray, symmetry == 0 ? other.Gray : Symmetry.Apply(other.Gray, symmetry, Side));
        double sumLeft = 0, sumRight = 0, squaresLeft = 0, squaresRight = 0, products = 0;
        for (var i = 0; i < left.Length; i++)
        {
            sumLeft += left[i];
            sumRight += right[i];
            squaresLeft += left[i] * left[i];
            squaresRight += right[i] * right[i];
            products += left[i] * right[i];
        }

        var (meanLeft, meanRight) = (sumLeft / left.Length, sumRight / left.Length);
        var (varianceLeft, varianceRight) = ((squaresLeft / left.Length) - (meanLeft * meanLeft), (squaresRight / left.Length) - (meanRight * meanRight));
        if (varianceLeft <= 0 || varianceRight <= 0) return 0;
        var correlation = ((products / left.Length) - (meanLeft * meanRight)) / Math.Sqrt(varianceLeft * varianceRight);
        return AreasDiffer(left, right, (meanLeft, varianceLeft), (meanRight, varianceRight)) || ColorsDiffer(one, other, symmetry)
            ? 0
            : Math.Clamp(correlation, 0, 1);
    }

    private static bool AreasDiffer(byte[] left, byte[] right, (double Mean, double Variance) ofLeft, (double Mean, double Variance) ofRight)
    {
        var (scaleLeft, scaleRight) = (1 / Math.Sqrt(ofLeft.Variance), 1 / Math.Sqrt(ofRight.Variance));
        for (var top = 0; top < Side; top += Area)
        {
            for (var column = 0; column < Side; column += Area)
            {
                var difference = 0.0;
                for (var y = top; y < top + Area; y++)
                {
                    for (var x = column; x < column + Area; x++)
                        difference += ((left[(y * Side) + x] - ofLeft.Mean) * scaleLeft) - ((right[(y * Side) + x] - ofRight.Mean) * scaleRight);
                }

                if (Math.Abs(difference) > MaxAreaDifference * Area * Area) return true;
            }
        }

        return false;
    }

    private static bool ColorsDiffer(ImageMeasurement one, ImageMeasurement other, int symmetry)
    {
        const int Places = ImageMeasurement.ColorSide * ImageMeasurement.ColorSide;
        var right = Symmetry.Apply(other.Colors, symmetry, ImageMeasurement.ColorSide, 3);
        for (var channel = 0; channel < 3; channel++)
        {
            var shift = 0.0;
            for (var place = 0; place < Places; place++) shift += one.Colors[(3 * place) + channel] - right[(3 * place) + channel];
            shift /= Places;
            for (var place = 0; place < Places; place++)
                if (Math.Abs(one.Colors[(3 * place) + channel] - right[(3 * place) + channel] - shift) > MaxColorDifference) return true;
        }

        return false;
    }
}
