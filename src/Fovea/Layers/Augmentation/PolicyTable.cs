using System.Globalization;
using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Changes of images that a policy such as <see cref="AutoAugment"/> chooses from, one for each row. Each image takes its own row. Its geometry is one
/// affine transform and its color one op, so that no image computes a change that it does not take.
/// </summary>
internal sealed class PolicyTable
{
    private const int Columns = 9;

    private readonly float[] values;

    /// <param name="rows">The changes.</param>
    public PolicyTable(IEnumerable<PolicyChange> rows) => values = [.. rows.SelectMany(row => row.Values)];

    /// <summary>
    /// Reads sub-policies of two changes: <c>"Posterize 0.4 8, Rotate 0.6 9; …"</c>, each a name, a probability and the number of a magnitude.
    /// </summary>
    /// <param name="text">The sub-policies.</param>
    /// <param name="magnitudes">The magnitudes of each change.</param>
    public static PolicyTable Parse(string text, Func<string, int, PolicyChange> magnitudes) => new(
        from change in text.Split([';', ','], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let parts = change.Split(' ')
        select magnitudes(parts[0], parts.Length > 2 ? int.Parse(parts[2], CultureInfo.InvariantCulture) : 0) with
        {
            Probability = float.Parse(parts[1], CultureInfo.InvariantCulture),
        });

    /// <summary>Changes each image by a row.</summary>
    /// <param name="nodes">The images and what belongs to them.</param>
    /// <param name="rows">The number of the row for each image, (batch).</param>
    /// <param name="context">The graph.</param>
    /// <param name="settings">How pixels are read and written.</param>
    public ImageNodes Apply(ImageNodes nodes, Node rows, CallContext context, PolicySettings settings)
    {
        var (batch, height, width) = (nodes.Images.Shape[0], nodes.Images.Shape[1], nodes.Images.Shape[2]);
        var row = new Node(new VariableOp(Variable.Constant("changes", values))).Reshape([values.Length / Columns, Columns]).Rows(rows);
        var sign = 1 - (2 * (context.RandomUniform([batch, 1], perBatch: false) < 0.5));
        var isTaken = context.RandomUniform([batch, 1], perBatch: false) < Column(8);
        var factor = sign * isTaken;
        Node shearX = factor * Column(3), shearY = factor * Column(4), angle = factor * Column(7);
        // A shift of whole pixels may have been rounded down.
        Node moveX = (factor * Column(5) * (1.00001 * width)).Truncate(), moveY = (factor * Column(6) * (1.00001 * height)).Truncate();
        var (centerX, centerY) = ((width - 1) / 2f, (height - 1) / 2f);
        Node sin = angle.Sin(), cos = angle.Cos();
        // Only one of shear, shift and rotation is not 0. Shears keep the edge of the image in place, rotations its center.
        var moved = new ProjectiveMap(
            cos, shearX - sin, moveX + (0.5f * shearX) + centerX - (centerX * cos) + (centerY * sin),
            shearY + sin, cos, moveY + (0.5f * shearY) + centerY - (centerX * sin) - (centerY * cos))
            .ApplyTo(nodes, FillMode.Constant, settings.Interpolation, settings.FillValue);
        var change = Concatenation.Concatenate(1, isTaken * Column(0), Column(1) + (sign * Column(2)), 0 * isTaken);
        return moved with { Images = new Node(new PhotometricOp((float)settings.Low, (float)settings.High), moved.Images, change) };

        Node Column(int index) => row.Slice(1, index, 1);
    }
}

/// <summary>How a policy reads and writes pixels.</summary>
internal readonly record struct PolicySettings(double Low, double High, Interpolation Interpolation, double FillValue);

/// <summary>A change of an image. Its signed amounts are positive or negative with equal probability.</summary>
/// <param name="Kind">The change of the colors.</param>
/// <param name="Amount">The amount of the change of the colors, without sign.</param>
/// <param name="Signed">The part of the amount that has a sign.</param>
internal sealed record PolicyChange(PhotometricKind Kind, double Amount = 0, double Signed = 0)
{
    /// <summary>The shear along x, pixels for each row.</summary>
    public double ShearX { get; init; }

    /// <summary>The shear along y, pixels for each column.</summary>
    public double ShearY { get; init; }

    /// <summary>The shift along x as a share of the width.</summary>
    public double MoveX { get; init; }

    /// <summary>The shift along y as a share of the height.</summary>
    public double MoveY { get; init; }

    /// <summary>The angle in degrees.</summary>
    public double Angle { get; init; }

    /// <summary>The probability that the change is made.</summary>
    public double Probability { get; init; } = 1;

    public IEnumerable<float> Values =>
        [(float)Kind, (float)Amount, (float)Signed, (float)ShearX, (float)ShearY, (float)MoveX, (float)MoveY, (float)(Angle * Math.PI / 180),
            (float)Probability];

    /// <summary>A change by its name in the papers, with a magnitude in its unit: shear, a share of the size, degrees, 1 − factor, bits, a threshold.</summary>
    public static PolicyChange Of(string name, double magnitude) => name switch
    {
        "ShearX" => new(PhotometricKind.Identity) { ShearX = magnitude },
        "ShearY" => new(PhotometricKind.Identity) { ShearY = magnitude },
        "TranslateX" => new(PhotometricKind.Identity) { MoveX = magnitude },
        "TranslateY" => new(PhotometricKind.Identity) { MoveY = magnitude },
        "Rotate" => new(PhotometricKind.Identity) { Angle = magnitude },
        "Brightness" or "Color" or "Contrast" or "Sharpness" => new(Enum.Parse<PhotometricKind>(name), 1, magnitude),
        _ => new(Enum.Parse<PhotometricKind>(name), magnitude),
    };
}
