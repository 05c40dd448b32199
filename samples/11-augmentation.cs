// A gallery of the augmentation layers: what each of them makes of a few images, several times, with its arguments.
//   dotnet run samples/11-augmentation.cs            three scenes that this program draws
//   dotnet run samples/11-augmentation.cs FOLDER     the first images of a folder
#:property PublishAot=false
#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
using System.Runtime.CompilerServices;
using Fovea;
using Fovea.Imaging;

const int Height = 168, Width = 224, Draws = 5;
string[] files = args.Length == 0 ? [] :
[
    .. Directory.EnumerateFiles(args[0], "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file).ToLowerInvariant() is ".jpg" or ".jpeg" or ".png" or ".webp").Order(StringComparer.Ordinal).Take(3),
];
var input = new ImageInput(Height, Width, 3) { Pixels = PixelRange.ZeroTo255 };
Tensor[] scenes = files.Length > 0 ? [.. files.Select(file => ImageFile.Read(file, input))] : [.. Enumerable.Range(0, 3).Select(Painter.Scene)];
var report = new HtmlReport("Augmentation")
{
    Subtitle = $"Each layer, {Draws} times. The first column is the image as it was.",
    Footer = "samples/11-augmentation.cs",
};
var overview = new List<CaptionedImage>();

Section("Geometry", "Masks and bounding boxes follow.");
Show(new RandomFlip());
Show(new RandomRotation(0.1));
Show(new RandomZoom(0.3));
Show(new RandomTranslation(0.2, 0.2));
Show(new RandomShear(0.2, 0.2));
Show(new RandomPerspective((1, 1), 0.4));
Show(new RandomElasticTransform((1, 1), 0.5));
Show(new RandomResizedCrop((168, 224), (0.25, 1)));
Show(new RandomGeometry(rotation: 15, scale: (0.5, 1)));

Section("Colors", "The values of pixels change, not their places.");
Show(new RandomBrightness(0.4));
Show(new RandomContrast(0.7));
Show(new RandomColorJitter(0.3, 0.4, 0.3, 0.1));
Show(new RandomHue(0.5));
Show(new RandomSaturation((0.2, 0.8)) { ValueRange = (0, 1) });
Show(new RandomColorDegeneration((0.3, 1)));
Show(new AutoContrast());
Show(new Equalization());
Show(new ContrastLimitedAdaptiveHistogramEqualization());
Show(new RandomPosterization((1, 4)));
Show(new Solarization(0.3, 0.7));
Show(new RandomInvert((1, 1)));
Show(new RandomSharpness((0.7, 1)));
Show(new RandomGaussianBlur((1, 1), 7, (1, 3)));
Show(new RandomJpegQuality(5, 20));
Show(new RandomGrayscale());
Show(new RandomErasing());

Section("Mixtures", "Two images become one; the loss is mixed with the same shares.");
Show(new MixUp(1));
Show(new CutMix((1, 1)));

Section("Policies", "Each image takes one or two changes from a list.");
Show(new TrivialAugment());
Show(new RandAugment());
Show(new AugMix(factor: 0.5));
Show(new AutoAugment(AutoAugmentPolicy.ImageNet));
Show(new AutoAugment(AutoAugmentPolicy.Cifar10));
Show(new AutoAugment(AutoAugmentPolicy.Svhn));
Show(new RandomApply(new RandomRotation(0.1), 0.5));
Show(new RandomChoice(new RandomFlip(), new RandomZoom(0.3), new RandomBrightness(0.3)));
Show(new Pipeline(new RandomFlip(), new RandomRotation(0.05), new RandomContrast(0.5), new MixUp(0.4)));

var artifacts = Directory.CreateDirectory("artifacts").FullName;
report.Save(Path.Combine(artifacts, "augmentation.html"));
ContactSheet.Save(overview, Path.Combine(artifacts, "augmentation.png"), columns: 7, cell: 146, spacing: 64);
Console.WriteLine($"{overview.Count - 1} layers are shown in {Path.Combine(artifacts, "augmentation.html")}; one image of each is in augmentation.png.");

void Section(string heading, string text)
{
    if (overview.Count == 0) overview.Add(new CaptionedImage(scenes[0], "the image") { Range = PixelRange.ZeroTo255 });
    report.AddSection(heading).AddParagraph(text);
}

// All images are one batch, so that layers that mix images find partners.
void Show(ImageAugmentation layer, [CallerArgumentExpression(nameof(layer))] string code = "")
{
    var batch = new ImageBatch(new Tensor([scenes.Length, Height, Width, 3], [.. scenes.SelectMany(scene => scene.Values)]));
    var drawn = Enumerable.Range(0, Draws).Select(seed => layer.Augment(batch, seed: 7 * seed + 3).Images).ToArray();
    var section = report.Sections[^1].AddSection(layer.GetType().Name);
    section.AddCode(code);
    for (var i = 0; i < scenes.Length; i++)
    {
        section.Add(new ReportImages(
            [Embedded(scenes[i], "the image"), .. drawn.Select((images, draw) => Embedded(images[i], $"{layer.GetType().Name}, draw {draw + 1}"))])
        { Width = 150 });
    }

    // The overview shows the draw that differs most from the image, of mixtures a medium one.
    var shown = drawn.OrderBy(images => images[0].Values.ToArray().Zip(scenes[0].Values, (x, y) => (double)Math.Abs(x - y)).Sum())
        .ElementAt(layer is MixUp or CutMix or AugMix ? Draws / 2 : Draws - 1);
    var name = layer switch
    {
        AutoAugment policy => $"Auto: {policy.Policy}",
        ContrastLimitedAdaptiveHistogramEqualization => "CLAHE",
        _ => layer.GetType().Name,
    };
    overview.Add(new CaptionedImage(shown[0], name) { Range = PixelRange.ZeroTo255 });
}

static ReportImage Embedded(Tensor image, string description) => ReportImage.Of(image, description, PixelRange.ZeroTo255);

/// <summary>Draws scenes with soft light and some grain, as a camera sees them.</summary>
static class Painter
{
    private const int Height = 168, Width = 224;

    public static Tensor Scene(int number)
    {
        var values = new float[Height * Width * 3];
        for (var y = 0; y < Height; y++)
        {
            for (var x = 0; x < Width; x++)
            {
                double r = 0, g = 0, b = 0;
                for (var k = 0; k < 4; k++)  // four rays for each pixel smooth the edges
                {
                    var (u, v) = ((x + 0.25 + (0.5 * (k % 2))) / Height, (y + 0.25 + (0.5 * (k / 2))) / Height);
                    var (red, green, blue) = number switch { 0 => Cottage(u, v), 1 => Boat(u, v), _ => Fruit(u, v) };
                    (r, g, b) = (r + red, g + green, b + blue);
                }

                var grain = 7 * (Noise(x, y, number) - 0.5);
                var at = ((y * Width) + x) * 3;
                (values[at], values[at + 1], values[at + 2]) = (Level((63.75 * r) + grain), Level((63.75 * g) + grain), Level((63.75 * b) + grain));
            }
        }

        return new Tensor([Height, Width, 3], values);
    }

    private static (double R, double G, double B) Cottage(double u, double v)
    {
        var sky = Mix((0.36, 0.58, 0.86), (0.93, 0.87, 0.78), v / 0.6);
        var sun = Math.Exp(-22 * (Square(u - 1.08) + Square(v - 0.16)));
        var color = Mix(sky, (1, 0.93, 0.7), Math.Min(1, 1.5 * sun));
        if (v > 0.47 + (0.06 * Math.Sin(5 * u)) + (0.02 * Math.Sin(17 * u))) color = Mix((0.42, 0.5, 0.62), (0.5, 0.6, 0.5), (v - 0.4) * 4);
        var grass = 0.6 + (0.03 * Math.Sin(3.5 * u + 1));
        if (v > grass) color = Mix((0.48, 0.62, 0.25), (0.2, 0.38, 0.12), ((v - grass) * 2) + (0.25 * Noise((int)(160 * u), (int)(70 * v), 5)));
        var (x, y) = (u - 0.3, v - 0.72);
        if (Math.Abs(x) < 0.19 && y is > -0.24 and < 0.08) color = Mix((0.93, 0.87, 0.76), (0.72, 0.64, 0.55), (x + 0.19) * 2.2);
        if (y is < -0.24 and > -0.42 && Math.Abs(x) < 0.24 * (y + 0.42) / 0.18) color = Mix((0.72, 0.27, 0.2), (0.45, 0.15, 0.13), (x + 0.24) * 2);
        if (Math.Abs(x - 0.06) < 0.035 && y is > -0.08 and < 0.08) color = (0.34, 0.2, 0.12);
        foreach (var center in (double[])[-0.1, 0.12])
        {
            if (Math.Abs(x - center) < 0.04 && Math.Abs(y + 0.14) < 0.035) color = Math.Abs(x - center) < 0.004 ? (1, 1, 1) : (0.3, 0.42, 0.55);
        }

        if (Math.Abs(u - 0.95) < 0.018 && v is > 0.55 and < 0.82) color = (0.32, 0.22, 0.14);
        foreach (var (cx, cy, size) in (ReadOnlySpan<(double, double, double)>)[(0.95, 0.45, 0.14), (0.87, 0.54, 0.1), (1.04, 0.53, 0.11)])
        {
            var distance = Math.Sqrt(Square(u - cx) + Square(v - cy)) / (size * (0.92 + (0.16 * Noise((int)(60 * u), (int)(60 * v), 3))));
            if (distance < 1) color = Mix((0.36, 0.56, 0.2), (0.1, 0.28, 0.1), (0.5 * distance) + (1.6 * (v - cy + 0.1)));
        }

        return color;
    }

    private static (double R, double G, double B) Boat(double u, double v)
    {
        const double Horizon = 0.52;
        var color = Mix((0.25, 0.33, 0.6), (0.98, 0.62, 0.42), v / Horizon);
        color = Mix(color, (1, 0.85, 0.55), Math.Exp(-30 * (Square(u - 0.35) + Square(v - 0.46))));
        foreach (var (cx, cy) in (ReadOnlySpan<(double, double)>)[(0.9, 0.16), (0.3, 0.24), (1.15, 0.28)])
        {
            var cloud = Math.Exp(-(90 * Square(v - cy)) - (14 * Square(u - cx))) * (0.8 + (0.2 * Math.Sin(40 * u) * Math.Sin(31 * v)));
            color = Mix(color, (1, 0.9, 0.86), 0.8 * cloud);
        }

        if (v > Horizon)
        {
            var depth = (v - Horizon) / (1 - Horizon);
            var wave = 0.5 + (0.5 * Math.Sin((190 * Math.Sqrt(depth)) + (6 * Math.Sin((9 * u) + (20 * depth)))));
            color = Mix((0.9, 0.58, 0.45), (0.08, 0.2, 0.36), Math.Sqrt(depth));
            color = Mix(color, (1, 0.85, 0.62), 0.28 * wave * Math.Exp(-8 * Square(u - 0.35)) * (1.3 - depth));
            color = Mix(color, (0.05, 0.12, 0.24), 0.22 * (1 - wave));
        }

        var (x, y) = (u - 0.85, v - 0.68);
        if (y is > 0 and < 0.09 && Math.Abs(x) < 0.26 - (1.1 * y)) color = Mix((0.85, 0.83, 0.8), (0.5, 0.14, 0.16), y / 0.09 > 0.35 ? 1 : 0);
        if (Math.Abs(x) < 0.006 && y is > -0.48 and < 0) color = (0.25, 0.17, 0.12);
        if (x > 0.015 && y is > -0.46 and < -0.03 && x < 0.24 * (y + 0.46) / 0.43) color = Mix((1, 0.97, 0.9), (0.85, 0.72, 0.62), x * 4);
        if (x < -0.012 && y is > -0.4 and < -0.03 && -x < 0.17 * (y + 0.4) / 0.37) color = Mix((0.95, 0.86, 0.78), (0.75, 0.6, 0.55), -x * 5);
        return color;
    }

    private static (double R, double G, double B) Fruit(double u, double v)
    {
        var color = v < 0.62 ? Mix((0.78, 0.72, 0.64), (0.55, 0.5, 0.47), (0.6 * v) + (0.3 * u))
            : Mix((0.56, 0.36, 0.2), (0.36, 0.21, 0.12), ((v - 0.62) * 1.6) + (0.25 * Math.Sin((26 * v) + (3 * Math.Sin(4 * u))) * 0.5));
        ReadOnlySpan<(double X, double Y, double Radius, double R, double G, double B)> fruit =
            [(0.42, 0.58, 0.2, 0.82, 0.16, 0.13), (0.92, 0.6, 0.18, 0.95, 0.55, 0.1), (0.68, 0.68, 0.17, 0.5, 0.68, 0.18)];
        foreach (var (cx, cy, radius, _, _, _) in fruit)
        {
            var shadow = Math.Exp(-3 * (Square((u - cx - 0.08) / radius) + Square((v - cy - (0.85 * radius)) / (0.28 * radius))));
            if (v > 0.6) color = Mix(color, (0.1, 0.06, 0.04), 0.75 * shadow);
        }

        foreach (var (cx, cy, radius, red, green, blue) in fruit)
        {
            var (x, y) = ((u - cx) / radius, (v - cy) / radius);
            var inside = 1 - (x * x) - (y * y);
            if (inside > 0)
            {
                var light = Math.Max(0, (-0.5 * x) - (0.6 * y) + (0.62 * Math.Sqrt(inside)));
                var shade = 0.28 + (0.85 * light);
                var gloss = Math.Pow(Math.Max(0, (-0.42 * x) - (0.52 * y) + (0.74 * Math.Sqrt(inside))), 40);
                var spot = 0.94 + (0.12 * Noise((int)(140 * u), (int)(140 * v), 9));
                color = Mix((red * shade * spot, green * shade * spot, blue * shade * spot), (1, 1, 0.96), 0.75 * gloss);
            }

            if (Math.Abs(x - (0.12 * y)) < 0.04 && y is > -1.25 and < -0.9) color = (0.28, 0.18, 0.08);
        }

        return color;
    }

    private static (double R, double G, double B) Mix((double R, double G, double B) from, (double R, double G, double B) to, double share)
    {
        var t = Math.Clamp(share, 0, 1);
        return (from.R + (t * (to.R - from.R)), from.G + (t * (to.G - from.G)), from.B + (t * (to.B - from.B)));
    }

    private static double Square(double x) => x * x;

    private static float Level(double value) => (float)Math.Round(Math.Clamp(value, 0, 255));

    private static double Noise(int x, int y, int seed)
    {
        var hash = (uint)((x * 374761393) + (y * 668265263) + (seed * 974711));
        hash = (hash ^ (hash >> 13)) * 1274126177;
        return (hash ^ (hash >> 16)) / (double)uint.MaxValue;
    }
}
