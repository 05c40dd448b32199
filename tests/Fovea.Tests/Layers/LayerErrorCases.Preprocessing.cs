using static Fovea.Tests.Layers.LayerErrorCase;

namespace Fovea.Tests.Layers;

public static partial class LayerErrorCases
{
    private static IEnumerable<LayerErrorCase> Preprocessing() =>
    [
        Construct(
            "offset", () => new Rescaling([1, 2, 3], [1, 2]), "Rescaling: offset must be one number, or one for each of the 3 channels; received 2 numbers."),
        Connect("input", () => new Rescaling([1, 2, 3], [0]), [[4, 4, 2]], "Rescaling: expected inputs of 3 channels; received (None, 4, 4, 2)."),
        Construct("scale", () => new Rescaling(float.NaN), "Rescaling: scale must be a finite number; received NaN."),
        Construct("scale", () => new Rescaling(1 / 0f), "Rescaling: scale must be a finite number; received Infinity."),
        Construct("offset", () => new Rescaling(1, float.NegativeInfinity), "Rescaling: offset must be a finite number; received -Infinity."),
        Construct("axis", () => new Normalization(0), "Normalization: axis must be dimensions other than the batch, 0; received (0)."),
        Construct("axis", () => new Normalization(null!), "Normalization: axis must be given; received null."),
        Connect("axis", () => new Normalization(2), [[8]], "Normalization: expected different axes of (None, 8) other than the batch; received (2)."),
        Connect("mean", () => new Normalization { Mean = [1] }, [[8]],
            "Normalization: expected mean and variance or neither of them; received the mean alone."),
        Connect("variance", () => new Normalization { Variance = [1] }, [[8]],
            "Normalization: expected mean and variance or neither of them; received the variance alone."),
        Connect("mean", () => new Normalization { Mean = [1, 2], Variance = [1] }, [[8, 3]],
            "Normalization: expected one mean or 3, of the shape (3); received 2."),
        Construct(
            "mean", () => new Normalization { Mean = [float.NaN] }, "Normalization: Mean must be a finite number of at least -3.4028235E+38; received NaN."),
        Construct("mean", () => new Normalization { Mean = [] }, "Normalization: Mean must be at least one number; received none."),
        Construct("variance", () => new Normalization { Variance = [1, -1] }, "Normalization: Variance must be a finite number of at least 0; received -1."),
        Construct("height", () => new Resizing(0, 1), "Resizing: height must be at least 1; received 0."),
        Construct("width", () => new Resizing(1, -1), "Resizing: width must be at least 1; received -1."),
        Construct(
            "interpolation", () =>
            new Resizing(1, 1, (ResizeInterpolation)9), "Resizing: interpolation must be one of Bilinear, Nearest, Bicubic, Lanczos3, Lanczos5; received 9."),
        Construct("fillValue", () => new Resizing(1, 1) { FillValue = float.NaN }, "Resizing: FillValue must be a finite number; received NaN."),
        Connect("input", () => new Resizing(1, 1), [[8]], "Resizing: expected images (None, height, width, channels); received (None, 8)."),
        Connect("input", () => new Resizing(1, 1) { CropToAspectRatio = true, PadToAspectRatio = true }, [[8, 8, 1]],
            "Resizing: expected CropToAspectRatio or PadToAspectRatio; received both."),
        Construct("height", () => new CenterCrop(0, 1), "CenterCrop: height must be at least 1; received 0."),
        Construct("width", () => new CenterCrop(1, 0), "CenterCrop: width must be at least 1; received 0."),
        Connect("input", () => new CenterCrop(1, 1), [[8, 8]], "CenterCrop: expected images (None, height, width, channels); received (None, 8, 8)."),
    ];
}
