using System.Numerics;

namespace Fovea;

/// <summary>
/// Paints scenes: paper, distractors, and a digit with more contrast, longer strokes and a broader pen than these. Lengths are in 64ths of the image's side.
/// Only + − × ÷ √ are used, so that the images have the same bits on every machine.
/// </summary>
internal static class ScenePainting
{
    private const float Unit = 64;
    private const int Lattice = 5;
    private const int StrokePoints = 9;

    /// <summary>Writes a digit of 22 to 40 units at a random position within the image.</summary>
    /// <returns>The number of points of the path.</returns>
    public static int PlaceDigit(int digit, int side, ref CounterRandom random, Span<PathPoint> path)
    {
        path = path[..Handwriting.Form(digit, ref random, path)];
        var unit = side / Unit;
        var scale = random.Uniform(1.1f, 2) * unit;
        var (low, high) = (new Vector2(float.MaxValue), new Vector2(float.MinValue));
        foreach (ref var point in path)
        {
            point.Position *= scale;
            point.Radius = Math.Max(point.Radius * scale, 1.3f * unit);
            var reach = new Vector2(point.Radius + 1);
            low = Vector2.Min(low, point.Position - reach);
            high = Vector2.Max(high, point.Position + reach);
        }

        // A pixel's centre is a whole number, so that the last one is at side − 1.
        var room = new Vector2(side - 1) - (high - low);
        var shift = new Vector2(room.X * random.Uniform(), room.Y * random.Uniform()) - low;
        foreach (ref var point in path) point.Position += shift;
        return path.Length;
    }

    /// <summary>Draws a digit at its position: the share of each pixel that its ink covers.</summary>
    public static void DrawDigit(ReadOnlySpan<PathPoint> path, int side, ref CounterRandom random, Span<float> ink) =>
        Pen.Draw(path, edge: random.Uniform(0.8f, 1.6f), ink: random.Uniform(0.85f, 1), ink, side);

    /// <summary>Paints a scene around a digit.</summary>
    /// <param name="digit">The path of the pen.</param>
    /// <param name="side">The height and width of the image in pixels.</param>
    /// <param name="random">The random sequence after the digit was placed.</param>
    /// <param name="ink">Scratch of side × side values.</param>
    /// <param name="image">Receives side × side × 3 values.</param>
    public static void Paint(ReadOnlySpan<PathPoint> digit, int side, ref CounterRandom random, Span<float> ink, Span<float> image)
    {
        // The random values of the digit are drawn first, so that its position does not depend on the background.
        var digitRandom = random;
        random = new CounterRandom((long)random.Bits(), 0);
        var isLight = random.Uniform() < 0.5f;
        var paper = isLight ? random.Uniform(0.55f, 0.92f) : random.Uniform(0.08f, 0.45f);
        var contrast = random.Uniform(0.42f, 0.55f);
        PaintPaper(paper, side, ref random, image);
        for (var blots = 1 + random.Below(4); blots > 0; blots--) PaintBlot(paper, side, ref random, ink, image);
        for (var strokes = 4 + random.Below(5); strokes > 0; strokes--) PaintStroke(paper, side, ref random, ink, image);
        DrawDigit(digit, side, ref digitRandom, ink);
        Cover(image, ink, Color(isLight ? paper - contrast : paper + contrast, saturation: random.Uniform(0.4f, 1), ref random));
        if (random.Uniform() < 0.5f) PaintStroke(paper, side, ref random, ink, image);
        AddNoise(random.Uniform(0.01f, 0.07f), ref random, image);
    }

    /// <summary>Paints a gradient between two colours along a direction, with smooth noise from a random lattice.</summary>
    private static void PaintPaper(float brightness, int side, ref CounterRandom random, Span<float> image)
    {
        var saturation = random.Uniform(0.1f, 0.8f);
        var from = Color(brightness + random.Uniform(-0.1f, 0.1f), saturation, ref random);
        var to = Color(brightness + random.Uniform(-0.1f, 0.1f), saturation, ref random);
        var (across, down) = (random.Uniform(-1, 1), random.Uniform(-1, 1));
        Span<float> shades = stackalloc float[Lattice * Lattice];
        foreach (ref var shade in shades) shade = 0.04f * random.Bell();
        var step = (Lattice - 1f) / side;
        for (var y = 0; y < side; y++)
        {
            for (var x = 0; x < side; x++)
            {
                var t = Math.Clamp(0.5f + ((x - 0.5f * side) * across + (y - 0.5f * side) * down) / side, 0, 1);
                var color = from + t * (to - from) + new Vector3(Shade(shades, x * step, y * step));
                Put(image, y * side + x, color);
            }
        }
    }

    /// <summary>Interpolates smoothly between the four corners of a lattice cell: 3t² − 2t³.</summary>
    private static float Shade(ReadOnlySpan<float> shades, float x, float y)
    {
        var (column, row) = ((int)x, (int)y);
        var (tx, ty) = (Smooth(x - column), Smooth(y - row));
        var corner = row * Lattice + column;
        var above = shades[corner] + tx * (shades[corner + 1] - shades[corner]);
        var below = shades[corner + Lattice] + tx * (shades[corner + Lattice + 1] - shades[corner + Lattice]);
        return above + ty * (below - above);

        static float Smooth(float t) => t * t * (3 - 2 * t);
    }

    /// <summary>Paints a soft spot, slightly lighter or darker than the paper.</summary>
    private static void PaintBlot(float paper, int side, ref CounterRandom random, Span<float> ink, Span<float> image)
    {
        var unit = side / Unit;
        var place = new Vector2(random.Uniform(), random.Uniform()) * side;
        var radius = random.Uniform(2.5f, 8) * unit;
        Span<PathPoint> path =
        [
            new PathPoint(place, lands: true) { Radius = radius },
            new PathPoint(place + radius * new Vector2(random.Uniform(-1, 1), random.Uniform(-1, 1))) { Radius = radius * random.Uniform(0.5f, 1) },
        ];
        Pen.Draw(path, edge: random.Uniform(1, 6) * unit, ink: random.Uniform(0.5f, 0.9f), ink, side);
        Cover(image, ink, Color(paper + random.Uniform(-0.18f, 0.18f), saturation: random.Uniform(0.2f, 0.9f), ref random));
    }

    /// <summary>Paints a thin line or arc of 8 to 26 units: a Bézier curve of three points.</summary>
    private static void PaintStroke(float paper, int side, ref CounterRandom random, Span<float> ink, Span<float> image)
    {
        var unit = side / Unit;
        var start = new Vector2(random.Uniform(), random.Uniform()) * side;
        var reach = random.Uniform(8, 26) * unit;
        var way = Direction(ref random) * reach;
        var bend = random.Uniform() < 0.4f ? 0 : random.Uniform(-0.8f, 0.8f);
        var middle = start + 0.5f * way + bend * new Vector2(-way.Y, way.X);
        var radius = random.Uniform(0.4f, 0.9f) * unit;
        Span<PathPoint> path = stackalloc PathPoint[StrokePoints];
        for (var i = 0; i < StrokePoints; i++)
        {
            var t = i / (StrokePoints - 1f);
            var at = (1 - t) * (1 - t) * start + 2 * t * (1 - t) * middle + t * t * (start + way);
            path[i] = new PathPoint(at, lands: i == 0) { Radius = radius };
        }

        Pen.Draw(path, edge: random.Uniform(0.8f, 1.6f), ink: random.Uniform(0.6f, 1), ink, side);
        var contrast = random.Uniform(0.1f, 0.32f);
        Cover(image, ink, Color(random.Uniform() < 0.5f ? paper - contrast : paper + contrast, saturation: random.Uniform(0.3f, 1), ref random));
    }

    /// <summary>Draws a direction of length 1 from a uniform distribution: the first random point of a square that is inside the circle.</summary>
    private static Vector2 Direction(ref CounterRandom random)
    {
        while (true)
        {
            var (x, y) = (random.Uniform(-1, 1), random.Uniform(-1, 1));
            var square = x * x + y * y;
            if (square is > 0.01f and < 1) return new Vector2(x, y) / MathF.Sqrt(square);
        }
    }

    /// <summary>
    /// A colour of a random hue and the brightness asked for (0.299 R + 0.587 G + 0.114 B, ITU-R BT.601): the pure colour is mixed with
    /// grey, then with black or white.
    /// </summary>
    private static Vector3 Color(float brightness, float saturation, ref CounterRandom random)
    {
        brightness = Math.Clamp(brightness, 0, 1);
        var hue = 6 * random.Uniform();
        var pure = new Vector3(Ramp(Math.Abs(hue - 3) - 1), Ramp(2 - Math.Abs(hue - 2)), Ramp(2 - Math.Abs(hue - 4)));
        var color = new Vector3(1 - saturation) * 0.5f + saturation * pure;
        var own = 0.299f * color.X + 0.587f * color.Y + 0.114f * color.Z;
        return brightness <= own
            ? color * (brightness / own)
            : color + (brightness - own) / (1 - own) * (Vector3.One - color);

        static float Ramp(float value) => Math.Clamp(value, 0, 1);
    }

    private static void Cover(Span<float> image, ReadOnlySpan<float> ink, Vector3 color)
    {
        for (var i = 0; i < image.Length / 3; i++)
        {
            if (ink[i] == 0) continue;
            var old = new Vector3(image[3 * i], image[3 * i + 1], image[3 * i + 2]);
            Put(image, i, old + ink[i] * (color - old));
        }
    }

    private static void Put(Span<float> image, int pixel, Vector3 color) =>
        (image[3 * pixel], image[3 * pixel + 1], image[3 * pixel + 2]) = (color.X, color.Y, color.Z);

    /// <summary>Adds noise like that of a camera: one value for all channels of a pixel, and one for each channel.</summary>
    private static void AddNoise(float most, ref CounterRandom random, Span<float> image)
    {
        for (var i = 0; i < image.Length; i += 3)
        {
            var grey = random.Uniform(-most, most);
            for (var channel = 0; channel < 3; channel++)
                image[i + channel] = Math.Clamp(image[i + channel] + grey + random.Uniform(-0.5f, 0.5f) * most, 0, 1);
        }
    }
}
