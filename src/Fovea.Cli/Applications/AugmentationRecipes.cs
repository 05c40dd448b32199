namespace Fovea.Cli;

/// <summary>The layers of the recipes, and the C# that creates them. They take pixels from 0 to 255.</summary>
internal static class AugmentationRecipes
{
    /// <summary>Whether a recipe takes parts of images and enlarges them, so that the size of what they show may change.</summary>
    public static bool TakesParts(this AugmentationRecipe recipe) => recipe is AugmentationRecipe.Standard or AugmentationRecipe.Strong;

    /// <summary>The layers of a recipe that change each image by itself, without those that mix images.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="network">The name of the network.</param>
    /// <param name="flip">The directions of flips.</param>
    public static IReadOnlyList<Layer> Layers(this AugmentationRecipe recipe, string network, FlipChoice flip) =>
        [.. Rows(recipe, network, flip, size: null, channels: 3).Select(row => row.Create())
            .Where(layer => layer is not ImageAugmentation { MixesImages: true })];

    /// <summary>The augmentation of a recipe; null for none.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="network">The name of the network.</param>
    /// <param name="flip">The directions of flips.</param>
    /// <param name="size">The height and width that images get; null to keep their size.</param>
    /// <param name="channels">The number of channels of the images.</param>
    public static ImageAugmentation? Augmentation(this AugmentationRecipe recipe, string network, FlipChoice flip, Size2D? size, int channels) =>
        Rows(recipe, network, flip, size, channels) is { Length: > 0 } rows ? new Pipeline([.. rows.Select(row => row.Create())]) : null;

    /// <summary>The C# expression that creates the augmentation; null for none.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="network">The name of the network.</param>
    /// <param name="flip">The directions of flips.</param>
    /// <param name="size">The height and width that images get, as C# arguments such as <c>96, 96</c>; null to keep their size.</param>
    /// <param name="channels">The number of channels of the images.</param>
    public static string? Code(this AugmentationRecipe recipe, string network, FlipChoice flip, string? size, int channels) =>
        Rows(recipe, network, flip, size is null ? null : new Size2D(1, 1), channels, size) is { Length: > 0 } rows
            ? $"new Pipeline({string.Concat(rows.Select((row, i) => $"{(i == 0 ? "" : ",")}\n    {row.Code}"))})"
            : null;

    /// <summary>The C# expressions of <see cref="Layers"/>.</summary>
    /// <inheritdoc cref="Layers" path="/param"/>
    public static IReadOnlyList<string> LayerCodes(this AugmentationRecipe recipe, string network, FlipChoice flip) =>
        [.. Rows(recipe, network, flip, size: null, channels: 3).Select(row => row.Code)];

    private static Row[] Rows(AugmentationRecipe recipe, string network, FlipChoice flip, Size2D? size, int channels, string? sizeCode = null)
    {
        Row[] flips = flip switch
        {
            FlipChoice.Horizontal => [new(() => new RandomFlip(FlipMode.Horizontal), "new RandomFlip(FlipMode.Horizontal)")],
            FlipChoice.Both => [new(() => new RandomFlip(), "new RandomFlip()")],
            _ => [],
        };
        return recipe switch
        {
            AugmentationRecipe.Plain => size is { } given ? [new(() => new Resizing(given.Height, given.Width), $"new Resizing({sizeCode})")] : [],
            AugmentationRecipe.Gentle => Gentle(flip, size, sizeCode),
            AugmentationRecipe.Strong => network == SmallNetwork.UNet ? [.. flips, .. LargeMasks] : Strong(flip, size, channels, sizeCode),
            AugmentationRecipe.Book => [.. flips, .. network == BookCatsDogs.Name ? Book : MiniXception],
            _ => network == SmallNetwork.UNet ? [.. flips, .. Masks] : Standard(flip, size, sizeCode),
        };
    }

    /// <summary>Listing 5.11 of the book's first edition, without its shear.</summary>
    private static Row[] Book =>
    [
        new(() => new RandomRotation(0.1), "new RandomRotation(0.1)"),
        new(() => new RandomTranslation(0.2, 0.2), "new RandomTranslation(0.2, 0.2)"),
        new(() => new RandomZoom(0.2), "new RandomZoom(0.2)"),
    ];

    /// <summary>The book's second edition, section 9.3.5.</summary>
    private static Row[] MiniXception =>
        [new(() => new RandomRotation(0.1), "new RandomRotation(0.1)"), new(() => new RandomZoom(0.2), "new RandomZoom(0.2)")];

    /// <summary>For images with masks, which follow the geometry.</summary>
    private static Row[] Masks =>
    [
        new(() => new RandomGeometry(flip: null, rotation: 15, scale: (0.5, 1.1)) { Ratio = (0.85, 1.18) },
            "new RandomGeometry(flip: null, rotation: 15, scale: (0.5, 1.1)) { Ratio = (0.85, 1.18) }"),
        new(() => new RandomBrightness(0.15), "new RandomBrightness(0.15)"),
        new(() => new RandomContrast(0.25), "new RandomContrast(0.25)"),
    ];

    private static Row[] LargeMasks =>
    [
        new(() => new RandomGeometry(flip: null, rotation: 30, scale: (0.25, 1.2)) { Ratio = (0.75, 1.33), Shear = 5, Warp = 0.1 },
            "new RandomGeometry(flip: null, rotation: 30, scale: (0.25, 1.2)) { Ratio = (0.75, 1.33), Shear = 5, Warp = 0.1 }"),
        new(() => new RandomBrightness(0.25), "new RandomBrightness(0.25)"),
        new(() => new RandomContrast(0.4), "new RandomContrast(0.4)"),
    ];

    /// <summary>A part of the image of at least a third of its area, rotated and flipped, in one interpolation.</summary>
    private static Row[] Standard(FlipChoice flip, Size2D? size, string? sizeCode) =>
    [
        Geometry(flip, 10, 0.35, size, sizeCode),
        new(() => new RandomBrightness(0.2), "new RandomBrightness(0.2)"),
        new(() => new RandomContrast(0.25), "new RandomContrast(0.25)"),
    ];

    /// <summary>
    /// The whole image, shifted by up to a twentieth of its sides. If the number is a position or a brightness, this adds noise to it, whose mean is 0 and
    /// which is small compared with the differences of the images: a network that minimizes the squared error still learns the number.
    /// </summary>
    private static Row[] Gentle(FlipChoice flip, Size2D? size, string? sizeCode)
    {
        var (mode, flips, sizes) = Flips(flip, sizeCode);
        return
        [
            new(() => new RandomGeometry(size, mode, rotation: 0, scale: (1, 1), pAffine: 1) { Translation = 0.05 },
                $"new RandomGeometry({sizes}flip: {flips}, rotation: 0, scale: (1, 1), pAffine: 1) {{ Translation = 0.05 }}"),
            new(() => new RandomBrightness(0.05), "new RandomBrightness(0.05)"),
            new(() => new RandomContrast(0.1), "new RandomContrast(0.1)"),
        ];
    }

    /// <summary>Also other colors, an erased rectangle in each fourth image, and each second image mixed with another, in one of two ways.</summary>
    private static Row[] Strong(FlipChoice flip, Size2D? size, int channels, string? sizeCode) =>
    [
        Geometry(flip, 15, 0.3, size, sizeCode),
        new(() => new RandomBrightness(0.25), "new RandomBrightness(0.25)"),
        new(() => new RandomContrast(0.3), "new RandomContrast(0.3)"),
        .. channels == 3 ? Colors : [],
        new(() => new RandomErasing((0.25, 0.25), (0.02, 0.2), fillValue: 128), "new RandomErasing((0.25, 0.25), (0.02, 0.2), fillValue: 128)"),
        new(
            () => new RandomApply(new RandomChoice(new MixUp(0.2), new CutMix((1, 1))), 0.5),
            "new RandomApply(new RandomChoice(new MixUp(0.2), new CutMix((1, 1))), 0.5)"),
    ];

    /// <summary>The saturation is limited to that of pure colors, unlike by Keras' default.</summary>
    private static Row[] Colors =>
    [
        new(() => new RandomSaturation((0.4, 0.6)) { ValueRange = (0, 1) }, "new RandomSaturation((0.4, 0.6)) { ValueRange = (0, 1) }"),
        new(() => new RandomHue(0.03), "new RandomHue(0.03)"),
    ];

    private static Row Geometry(FlipChoice flip, double rotation, double smallestArea, Size2D? size, string? sizeCode)
    {
        var (mode, flips, sizes) = Flips(flip, sizeCode);
        var (angle, area) = (CSharpText.Literal(rotation), CSharpText.Literal(smallestArea));
        return new(
            () => new RandomGeometry(size, mode, rotation, scale: (smallestArea, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            $"new RandomGeometry({sizes}flip: {flips}, rotation: {angle}, scale: ({area}, 1), pAffine: 1) {{ Ratio = (0.75, 1.33) }}");
    }

    /// <summary>The flips as an argument, and as C#, with the size.</summary>
    private static (FlipMode? Mode, string Flips, string Sizes) Flips(FlipChoice flip, string? sizeCode)
    {
        FlipMode? mode = flip switch
        {
            FlipChoice.Horizontal => FlipMode.Horizontal,
            FlipChoice.Both => FlipMode.HorizontalAndVertical,
            _ => null,
        };
        return (mode, mode is { } given ? $"FlipMode.{given}" : "null", sizeCode is null ? "" : $"size: ({sizeCode}), ");
    }

    /// <param name="Create">Creates the layer.</param>
    /// <param name="Code">The C# expression that creates it.</param>
    private sealed record Row(Func<Layer> Create, string Code);
}
