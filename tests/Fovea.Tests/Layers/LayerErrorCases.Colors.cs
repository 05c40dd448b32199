using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Colors() =>
    [
        Construct(
            "valueRange", () => new AutoContrast { ValueRange = (1, 0) },
            "AutoContrast: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new AutoContrast(), [[8]], "AutoContrast: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new Equalization() { ValueRange = (1, 0) },
            "Equalization: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new Equalization(), [[8]], "Equalization: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new ContrastLimitedAdaptiveHistogramEqualization() { ValueRange = (1, 0) },
            "ContrastLimitedAdaptiveHistogramEqualization: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect(
            "input", () => new ContrastLimitedAdaptiveHistogramEqualization(), [[8]],
            "ContrastLimitedAdaptiveHistogramEqualization: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomColorDegeneration(0.5) { ValueRange = (1, 0) },
            "RandomColorDegeneration: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect(
            "input", () => new RandomColorDegeneration(0.5), [[8]],
            "RandomColorDegeneration: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomColorJitter() { ValueRange = (1, 0) },
            "RandomColorJitter: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomColorJitter(), [[8]], "RandomColorJitter: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomGaussianBlur() { ValueRange = (1, 0) },
            "RandomGaussianBlur: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomGaussianBlur(), [[8]], "RandomGaussianBlur: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomHue(0.5) { ValueRange = (1, 0) },
            "RandomHue: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomHue(0.5), [[8]], "RandomHue: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomInvert() { ValueRange = (1, 0) },
            "RandomInvert: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomInvert(), [[8]], "RandomInvert: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomJpegQuality() { ValueRange = (1, 0) },
            "RandomJpegQuality: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomJpegQuality(), [[8]], "RandomJpegQuality: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomPosterization(4) { ValueRange = (1, 0) },
            "RandomPosterization: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomPosterization(4), [[8]], "RandomPosterization: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomSaturation(0.5) { ValueRange = (1, 0) },
            "RandomSaturation: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomSaturation(0.5), [[8]], "RandomSaturation: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new RandomSharpness(0.5) { ValueRange = (1, 0) },
            "RandomSharpness: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomSharpness(0.5), [[8]], "RandomSharpness: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "valueRange", () => new Solarization() { ValueRange = (1, 0) },
            "Solarization: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new Solarization(), [[8]], "Solarization: expected images (None, height, width, channels); received (None, 8)."),
        Connect(
            "input", () => new RandomColorDegeneration(0.5), [[8, 8, 1]],
            "RandomColorDegeneration: expected images of 3 channels; received (None, 8, 8, 1)."),
        Connect(
            "input", () => new RandomColorJitter(hueFactor: 0.5), [[8, 8, 1]],
            "RandomColorJitter: expected images of 3 channels; received (None, 8, 8, 1)."),
        Connect("input", () => new RandomHue(0.5), [[8, 8, 1]], "RandomHue: expected images of 3 channels; received (None, 8, 8, 1)."),
        Connect("input", () => new RandomSaturation(0.5), [[8, 8, 1]], "RandomSaturation: expected images of 3 channels; received (None, 8, 8, 1)."),
        Connect("input", () => new RandomJpegQuality(), [[8, 8, 2]], "RandomJpegQuality: expected images of 1 or 3 channels; received (None, 8, 8, 2)."),
        Construct("bins", () => new Equalization(1), "Equalization: bins must be at least 2; received 1."),
        Construct(
            "clipLimit", () => new ContrastLimitedAdaptiveHistogramEqualization(-1),
            "ContrastLimitedAdaptiveHistogramEqualization: clipLimit must be a finite number of at least 0; received -1."),
        Construct(
            "tileGridSize", () => new ContrastLimitedAdaptiveHistogramEqualization(4, (0, 8)),
            "ContrastLimitedAdaptiveHistogramEqualization: tileGridSize must be at least 1 in both directions; received (0, 8)."),
        Construct(
            "factor", () => new RandomColorDegeneration(1.5),
            "RandomColorDegeneration: factor must be from -1 to 1, the lower number first; received (-1.5, 1.5)."),
        Construct("factor", () => new RandomHue((-0.1, 1)), "RandomHue: factor must be from 0 to 1, the lower number first; received (-0.1, 1)."),
        Construct("factor", () => new RandomInvert(1.5), "RandomInvert: factor must be from 0 to 1, the lower number first; received (0, 1.5)."),
        Construct(
            "factor", () => new RandomSaturation(double.NaN),
            "RandomSaturation: factor must be from -1 to 1, the lower number first; received (NaN, NaN)."),
        Construct("factor", () => new RandomSharpness((0.5, 0.2)), "RandomSharpness: factor must be from 0 to 1, the lower number first; received (0.5, 0.2)."),
        Construct(
            "factor", () => new RandomPosterization((2, 9)),
            "RandomPosterization: factor must be two whole numbers from 1 to 8, the lower one first; received (2, 9)."),
        Construct(
            "factor", () => new RandomPosterization(2.5),
            "RandomPosterization: factor must be two whole numbers from 1 to 8, the lower one first; received (1, 2.5)."),
        Construct("additionFactor", () => new Solarization(2), "Solarization: additionFactor must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct(
            "thresholdFactor", () => new Solarization(0, (0.5, 1.5)),
            "Solarization: thresholdFactor must be from 0 to 1, the lower number first; received (0.5, 1.5)."),
        Construct("factor", () => new RandomGaussianBlur(2), "RandomGaussianBlur: factor must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct(
            "kernelSize", () => new RandomGaussianBlur(1, (3, 4)),
            "RandomGaussianBlur: kernelSize must be odd and above 0 in both directions; received (3, 4)."),
        Construct(
            "sigma", () => new RandomGaussianBlur(1, 3, (-1, 2)),
            "RandomGaussianBlur: sigma must be two finite numbers of at least 0, the lower one first; received (-1, 2)."),
        Construct(
            "fillMode", () => new RandomGaussianBlur { FillMode = (FillMode)7 },
            "RandomGaussianBlur: FillMode must be one of Reflect, Constant, Wrap, Nearest, Mirror; received 7."),
        Construct("lowest", () => new RandomJpegQuality(0), "RandomJpegQuality: lowest must be from 1 to 100; received 0."),
        Construct("highest", () => new RandomJpegQuality(50, 101), "RandomJpegQuality: highest must be from 1 to 100; received 101."),
        Construct("highest", () => new RandomJpegQuality(50, 40), "RandomJpegQuality: highest must be at least 50; received 40."),
        Construct(
            "brightnessFactor", () => new RandomColorJitter(brightnessFactor: 2),
            "RandomColorJitter: brightnessFactor must be from -1 to 1, the lower number first; received (-2, 2)."),
        Construct(
            "contrastFactor", () => new RandomColorJitter(contrastFactor: 2),
            "RandomColorJitter: contrastFactor must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct(
            "saturationFactor", () => new RandomColorJitter(saturationFactor: 2),
            "RandomColorJitter: saturationFactor must be from -1 to 1, the lower number first; received (-2, 2)."),
        Construct(
            "hueFactor", () => new RandomColorJitter(hueFactor: 2),
            "RandomColorJitter: hueFactor must be from 0 to 1, the lower number first; received (0, 2)."),
    ];
}
