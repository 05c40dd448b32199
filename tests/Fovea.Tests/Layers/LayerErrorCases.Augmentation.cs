using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Augmentation() =>
    [
        Construct("lower", () => new RandomContrast(-0.1f, 0), "RandomContrast: lower must be from 0 to 1; received -0.1."),
        Construct("lower", () => new RandomContrast(float.NaN, 0), "RandomContrast: lower must be from 0 to 1; received NaN."),
        Construct("upper", () => new RandomContrast(0, 1.5f), "RandomContrast: upper must be from 0 to 1; received 1.5."),
        Construct("factor", () => new RandomContrast(2), "RandomContrast: lower must be from 0 to 1; received 2."),
        Construct(
            "valueRange", () =>
            new RandomContrast(0.1f) { ValueRange = (1, 1) }, "RandomContrast: ValueRange must be two finite numbers, the lower one first; received (1, 1)."),
        Construct(
            "valueRange", () => new RandomContrast(0.1f) { ValueRange = (0, float.PositiveInfinity) },
            "RandomContrast: ValueRange must be two finite numbers, the lower one first; received (0, Infinity)."),
        Connect("input", () => new RandomContrast(0.1f), [[8]], "RandomContrast: expected images (None, height, width, channels); received (None, 8)."),
        Construct("mode", () => new RandomFlip((FlipMode)3), "RandomFlip: mode must be one of Horizontal, Vertical, HorizontalAndVertical; received 3."),
        Connect("input", () => new RandomFlip(), [[8, 8]], "RandomFlip: expected images (None, height, width, channels); received (None, 8, 8)."),
        Construct("factor", () => new RandomRotation(1.5f), "RandomRotation: factor must be from -1 to 1, the lower number first; received (-1.5, 1.5)."),
        Construct("factor", () => new RandomRotation(float.NaN), "RandomRotation: factor must be from -1 to 1, the lower number first; received (NaN, NaN)."),
        Construct(
            "fillMode", () => new RandomRotation(0.1f, (FillMode)9), "RandomRotation: fillMode must be one of Reflect, Constant, Wrap, Nearest; received 9."),
        Construct(
            "interpolation", () =>
            new RandomRotation(0.1f, interpolation: (Interpolation)2), "RandomRotation: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new RandomRotation(0.1f, fillValue: float.NaN), "RandomRotation: fillValue must be a finite number; received NaN."),
        Connect("input", () => new RandomRotation(0.1f), [[8]], "RandomRotation: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "heightFactor", () =>
            new RandomTranslation((0.5f, 0.2f), 0), "RandomTranslation: heightFactor must be from -1 to 1, the lower number first; received (0.5, 0.2)."),
        Construct(
            "widthFactor", () => new RandomTranslation(0, 2), "RandomTranslation: widthFactor must be from -1 to 1, the lower number first; received (-2, 2)."),
        Construct(
            "fillMode", () =>
            new RandomTranslation(0, 0, (FillMode)(-1)), "RandomTranslation: fillMode must be one of Reflect, Constant, Wrap, Nearest; received -1."),
        Construct(
            "interpolation", () =>
            new RandomTranslation(0, 0, interpolation: (Interpolation)2), "RandomTranslation: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct(
            "fillValue", () =>
            new RandomTranslation(0, 0, fillValue: float.NegativeInfinity), "RandomTranslation: fillValue must be a finite number; received -Infinity."),
        Connect("input", () => new RandomTranslation(0.1f, 0.1f), [[8]],
            "RandomTranslation: expected images (None, height, width, channels); received (None, 8)."),
        Construct("heightFactor", () => new RandomZoom((-2, 0)), "RandomZoom: heightFactor must be from -1 to 1, the lower number first; received (-2, 0)."),
        Construct(
            "widthFactor", () =>
            new RandomZoom(0, float.PositiveInfinity), "RandomZoom: widthFactor must be from -1 to 1, the lower number first; received (-Infinity, Infinity)."),
        Construct(
            "fillMode", () => new RandomZoom(0, fillMode: (FillMode)5), "RandomZoom: fillMode must be one of Reflect, Constant, Wrap, Nearest; received 5."),
        Construct(
            "interpolation", () =>
            new RandomZoom(0, interpolation: (Interpolation)2), "RandomZoom: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new RandomZoom(0, fillValue: float.NaN), "RandomZoom: fillValue must be a finite number; received NaN."),
        Connect("input", () => new RandomZoom(0.1f), [[8]], "RandomZoom: expected images (None, height, width, channels); received (None, 8)."),
        Construct("height", () => new RandomCrop(0, 1), "RandomCrop: height must be at least 1; received 0."),
        Construct("width", () => new RandomCrop(1, 0), "RandomCrop: width must be at least 1; received 0."),
        Connect("input", () => new RandomCrop(1, 1), [[8, 8]], "RandomCrop: expected images (None, height, width, channels); received (None, 8, 8)."),
        Construct("factor", () => new RandAugment(factor: 2), "RandAugment: factor must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct(
            "interpolation", () => new RandAugment(interpolation: (Interpolation)2),
            "RandAugment: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct(
            "valueRange", () => new RandAugment { ValueRange = (1, 0) },
            "RandAugment: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Construct("factor", () => new AugMix(factor: 2), "AugMix: factor must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct("interpolation", () => new AugMix(interpolation: (Interpolation)2), "AugMix: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct(
            "valueRange", () => new AugMix { ValueRange = (1, 0) },
            "AugMix: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Construct("numOps", () => new RandAugment(0), "RandAugment: numOps must be at least 1; received 0."),
        Construct("numChains", () => new AugMix(0), "AugMix: numChains must be at least 1; received 0."),
        Construct("chainDepth", () => new AugMix(1, 0), "AugMix: chainDepth must be at least 1; received 0."),
        Construct("alpha", () => new AugMix(alpha: 0), "AugMix: alpha must be a number above 0; received 0."),
        Construct("alpha", () => new MixUp(0), "MixUp: alpha must be a number above 0; received 0."),
        Construct("factor", () => new CutMix((0.5f, 2)), "CutMix: factor must be from 0 to 1, the lower number first; received (0.5, 2)."),
        Construct("layers", () => new Pipeline(new List<Layer>()), "Pipeline: layers must be at least one layer; received none."),
        Construct("layers", () => new Pipeline([]), "Pipeline: layers must be at least one layer; received none."),
        Construct(
            "BoxFormat", () => new RandomFlip { BoxFormat = (BoxFormat)9 },
            "RandomFlip: BoxFormat must be one of Xyxy, RelXyxy, CenterXywh, Xywh, RelXywh, Yxyx, RelYxyx; received 9."),
        Construct("layer", () => new RandomApply(null!), "RandomApply: layer must be given; received null."),
        Construct("rate", () => new RandomApply(new MixUp(), 2), "RandomApply: rate must be from 0 to 1; received 2."),
        Construct("layers", () => new RandomChoice(), "RandomChoice: layers must be at least one layer; received none."),
        Construct(
            "interpolation", () => new TrivialAugment((Interpolation)2), "TrivialAugment: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new TrivialAugment(fillValue: float.NaN), "TrivialAugment: fillValue must be a finite number; received NaN."),
        Construct(
            "valueRange", () => new TrivialAugment { ValueRange = (1, 0) },
            "TrivialAugment: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Construct("policy", () => new AutoAugment((AutoAugmentPolicy)3), "AutoAugment: policy must be one of ImageNet, Cifar10, Svhn; received 3."),
        Construct(
            "interpolation", () =>
                new AutoAugment(interpolation: (Interpolation)2), "AutoAugment: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new AutoAugment(fillValue: float.NaN), "AutoAugment: fillValue must be a finite number; received NaN."),
        Construct(
            "valueRange", () =>
                new AutoAugment { ValueRange = (1, 0) }, "AutoAugment: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Construct("factor", () => new RandomBrightness(1.5f), "RandomBrightness: factor must be from -1 to 1, the lower number first; received (-1.5, 1.5)."),
        Construct(
            "valueRange", () => new RandomBrightness(0.1f) { ValueRange = (1, 0) },
            "RandomBrightness: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect("input", () => new RandomBrightness(0.1f), [[8]], "RandomBrightness: expected images (None, height, width, channels); received (None, 8)."),
        Construct("factor", () => new RandomHeight(), "RandomHeight: factor must be one or two finite numbers; received ()."),
        Construct("factor", () => new RandomWidth(0.1f, float.NaN), "RandomWidth: factor must be one or two finite numbers; received (0.1, NaN)."),
        Construct("factor", () => new RandomGrayscale(float.NaN), "RandomGrayscale: factor must be from 0 to 1; received NaN."),
        Connect("input", () => new RandomGrayscale(), [[8]], "RandomGrayscale: expected images (None, height, width, channels); received (None, 8)."),
        Connect("input", () => new RandomGrayscale(), [[8, 8, 1]], "RandomGrayscale: expected images of 3 channels; received (None, 8, 8, 1)."),
        Construct("factor", () => new RandomErasing((-0.1f, 1)), "RandomErasing: factor must be from 0 to 1, the lower number first; received (-0.1, 1)."),
        Construct("scale", () => new RandomErasing(1, 1.1f), "RandomErasing: scale must be from 0 to 1, the lower number first; received (0, 1.1)."),
        Construct("fillValue", () => new RandomErasing(fillValue: float.NaN), "RandomErasing: fillValue must be a finite number; received NaN."),
        Construct(
            "valueRange", () =>
            new RandomErasing { ValueRange = (0, float.NaN) }, "RandomErasing: ValueRange must be two finite numbers, the lower one first; received (0, NaN)."),
        Connect("input", () => new RandomErasing(), [[8]], "RandomErasing: expected images (None, height, width, channels); received (None, 8)."),
        Construct("xFactor", () => new RandomShear((0.5f, 0.1f)), "RandomShear: xFactor must be from -1 to 1, the lower number first; received (0.5, 0.1)."),
        Construct("yFactor", () => new RandomShear(0, 2), "RandomShear: yFactor must be from -1 to 1, the lower number first; received (-2, 2)."),
        Construct(
            "fillMode", () => new RandomShear(fillMode: (FillMode)5), "RandomShear: fillMode must be one of Reflect, Constant, Wrap, Nearest; received 5."),
        Construct(
            "interpolation", () =>
            new RandomShear(interpolation: (Interpolation)2), "RandomShear: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new RandomShear(fillValue: float.NaN), "RandomShear: fillValue must be a finite number; received NaN."),
        Connect("input", () => new RandomShear(), [[8]], "RandomShear: expected images (None, height, width, channels); received (None, 8)."),
        Construct("size", () => new RandomGeometry((0, 8)), "RandomGeometry: size must be at least 1 in both directions; received (0, 8)."),
        Construct(
            "flip", () =>
            new RandomGeometry(flip: (FlipMode)3), "RandomGeometry: flip must be one of Horizontal, Vertical, HorizontalAndVertical; received 3."),
        Construct(
            "rotation", () =>
            new RandomGeometry(rotation: 181), "RandomGeometry: rotation must be from -180 to 180, the lower number first; received (-181, 181)."),
        Construct(
            "scale", () => new RandomGeometry(scale: 0.8), "RandomGeometry: scale must be from 0.01 to 100, the lower number first; received (-0.8, 0.8)."),
        Construct("pAffine", () => new RandomGeometry(pAffine: 1.5), "RandomGeometry: pAffine must be from 0 to 1; received 1.5."),
        Construct(
            "ratio", () => new RandomGeometry { Ratio = (0, 1) }, "RandomGeometry: Ratio must be from 0.1 to 10, the lower number first; received (0, 1)."),
        Construct(
            "shear", () => new RandomGeometry { Shear = 90 }, "RandomGeometry: Shear must be from -60 to 60, the lower number first; received (-90, 90)."),
        Construct(
            "translation", () => new RandomGeometry { Translation = 2 },
            "RandomGeometry: Translation must be from -1 to 1, the lower number first; received (-2, 2)."),
        Construct(
            "warp", () => new RandomGeometry { Warp = 0.5 }, "RandomGeometry: Warp must be from -0.45 to 0.45, the lower number first; received (-0.5, 0.5)."),
        Construct(
            "fillMode", () => new RandomGeometry { FillMode = (FillMode)9 },
            "RandomGeometry: FillMode must be one of Reflect, Constant, Wrap, Nearest, Mirror; received 9."),
        Construct("fillValue", () => new RandomGeometry { FillValue = double.NaN }, "RandomGeometry: FillValue must be a finite number; received NaN."),
        Construct(
            "interpolation", () => new RandomGeometry { Interpolation = (Interpolation)2 },
            "RandomGeometry: Interpolation must be one of Bilinear, Nearest; received 2."),
        Connect("input", () => new RandomGeometry(), [[8]], "RandomGeometry: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "fillMode", () => new RandomRotation(0.1f, FillMode.Mirror),
            "RandomRotation: fillMode must be one of Reflect, Constant, Wrap, Nearest; received Mirror."),
        Construct("size", () => new RandomResizedCrop(0), "RandomResizedCrop: size must be at least 1 in both directions; received (0, 0)."),
        Construct(
            "scale", () => new RandomResizedCrop(8, (0, 1)), "RandomResizedCrop: scale must be from 0.001 to 1, the lower number first; received (0, 1)."),
        Construct(
            "ratio", () =>
                new RandomResizedCrop(8, ratio: (2, 1)), "RandomResizedCrop: ratio must be from 0.01 to 100, the lower number first; received (2, 1)."),
        Construct(
            "interpolation", () => new RandomResizedCrop(8, interpolation: (Interpolation)2),
            "RandomResizedCrop: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("cropFraction", () => new RandomResizedCrop(8) { CropFraction = 2 }, "RandomResizedCrop: CropFraction must be from 0.1 to 1; received 2."),
        Connect("input", () => new RandomResizedCrop(8), [[8]], "RandomResizedCrop: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "factor", () => new RandomPerspective((0, 1.5)), "RandomPerspective: factor must be from 0 to 1, the lower number first; received (0, 1.5)."),
        Construct("scale", () => new RandomPerspective(scale: 1.5), "RandomPerspective: scale must be from 0 to 1; received 1.5."),
        Construct(
            "interpolation", () => new RandomPerspective(interpolation: (Interpolation)2),
            "RandomPerspective: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct("fillValue", () => new RandomPerspective(fillValue: float.NaN), "RandomPerspective: fillValue must be a finite number; received NaN."),
        Connect("input", () => new RandomPerspective(), [[8]], "RandomPerspective: expected images (None, height, width, channels); received (None, 8)."),
        Construct(
            "factor", () => new RandomElasticTransform((0.5, 0.1)),
            "RandomElasticTransform: factor must be from 0 to 1, the lower number first; received (0.5, 0.1)."),
        Construct(
            "scale", () => new RandomElasticTransform(scale: 2),
            "RandomElasticTransform: scale must be from 0 to 1, the lower number first; received (0, 2)."),
        Construct(
            "interpolation", () => new RandomElasticTransform(interpolation: (Interpolation)2),
            "RandomElasticTransform: interpolation must be one of Bilinear, Nearest; received 2."),
        Construct(
            "fillMode", () => new RandomElasticTransform(fillMode: (FillMode)5),
            "RandomElasticTransform: fillMode must be one of Reflect, Constant, Wrap, Nearest, Mirror; received 5."),
        Construct(
            "fillValue", () => new RandomElasticTransform(fillValue: float.NaN), "RandomElasticTransform: fillValue must be a finite number; received NaN."),
        Construct(
            "valueRange", () => new RandomElasticTransform { ValueRange = (1, 0) },
            "RandomElasticTransform: ValueRange must be two finite numbers, the lower one first; received (1, 0)."),
        Connect(
            "input", () => new RandomElasticTransform(), [[8]], "RandomElasticTransform: expected images (None, height, width, channels); received (None, 8)."),
        Construct("maxNumber", () => new MaxNumBoundingBoxes(0), "MaxNumBoundingBoxes: maxNumber must be at least 1; received 0."),
        Connect("input", () => new MaxNumBoundingBoxes(1), [[8]], "MaxNumBoundingBoxes: expected images (None, height, width, channels); received (None, 8)."),
    ];
}
