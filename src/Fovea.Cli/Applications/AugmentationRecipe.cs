namespace Fovea.Cli;

/// <summary>How strongly training images are varied at random: <c>--recipe</c>.</summary>
internal enum AugmentationRecipe
{
    /// <summary>Images are not varied.</summary>
    Plain,

    /// <summary>Flips and small changes of position, size and colour. The networks of the book have the book's.</summary>
    Standard,

    /// <summary>Large changes, for long trainings.</summary>
    Strong,
}

/// <summary>The layers of the recipes, and the C# that creates them. They take pixels from 0 to 255.</summary>
internal static class AugmentationRecipes
{
    /// <summary>The layers of a recipe that change each image by itself, without those that mix images.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="network">The name of the network.</param>
    /// <param name="flip">The directions of flips.</param>
    public static IReadOnlyList<Layer> Layers(this AugmentationRecipe recipe, string network, FlipChoice flip) =>
        [.. Rows(recipe, network, flip).Select(row => row.Create()).Where(layer => !layer.MixesImages)];

    /// <summary>The augmentation of a recipe; null for none.</summary>
    public static ImageAugmentation? Augmentation(this AugmentationRecipe recipe, string network, FlipChoice flip) =>
        Rows(recipe, network, flip) is { Length: > 0 } rows ? new Pipeline([.. rows.Select(row => row.Create())]) : null;

    /// <summary>The C# expression that creates the augmentation; null for none.</summary>
    public static string? Code(this AugmentationRecipe recipe, string network, FlipChoice flip) => Rows(recipe, network, flip) is { Length: > 0 } rows
        ? $"new Pipeline({string.Concat(rows.Select((row, i) => $"{(i == 0 ? "" : ",")}\n    {row.Code}"))})"
        : null;

    private static (Func<ImageAugmentation> Create, string Code)[] Rows(AugmentationRecipe recipe, string network, FlipChoice flip)
    {
        (Func<ImageAugmentation>, string)[] flips = flip switch
        {
            FlipChoice.Horizontal => [(() => new RandomFlip(FlipMode.Horizontal), "new RandomFlip(FlipMode.Horizontal)")],
            FlipChoice.Both => [(() => new RandomFlip(), "new RandomFlip()")],
            _ => [],
        };
        return recipe switch
        {
            AugmentationRecipe.Plain => [],
            AugmentationRecipe.Strong => network == SmallNetwork.UNet ? [.. flips, .. LargeMasks] : Strong(flip),
            _ => network switch
            {
                SmallNetwork.MiniXception => [.. flips, .. MiniXception],
                SmallNetwork.UNet => [.. flips, .. Masks],
                BookCatsDogs.Name => [.. flips, .. Book],
                _ => Standard(flip),
            },
        };
    }

    /// <summary>Listing 5.11 of the book's first edition, without its shear.</summary>
    private static (Func<ImageAugmentation>, string)[] Book =>
    [
        (() => new RandomRotation(0.1), "new RandomRotation(0.1)"),
        (() => new RandomTranslation(0.2, 0.2), "new RandomTranslation(0.2, 0.2)"),
        (() => new RandomZoom(0.2), "new RandomZoom(0.2)"),
    ];

    /// <summary>The book's second edition, section 9.3.5.</summary>
    private static (Func<ImageAugmentation>, string)[] MiniXception =>
        [(() => new RandomRotation(0.1), "new RandomRotation(0.1)"), (() => new RandomZoom(0.2), "new RandomZoom(0.2)")];

    /// <summary>A part of the image of at least a third of its area, rotated and flipped, in one interpolation.</summary>
    private static (Func<ImageAugmentation>, string)[] Standard(FlipChoice flip) =>
    [
        Geometry(flip, 10, 0.35),
        (() => new RandomBrightness(0.2), "new RandomBrightness(0.2)"),
        (() => new RandomContrast(0.25), "new RandomContrast(0.25)"),
    ];

    /// <summary>For images with masks, which follow the geometry.</summary>
    private static (Func<ImageAugmentation>, string)[] Masks =>
    [
        (() => new RandomGeometry(flip: null, rotation: 15, scale: (0.5f, 1.1f)) { Ratio = (0.85f, 1.18f) },
            "new RandomGeometry(flip: null, rotation: 15, scale: (0.5f, 1.1f)) { Ratio = (0.85f, 1.18f) }"),
        (() => new RandomBrightness(0.15), "new RandomBrightness(0.15)"),
        (() => new RandomContrast(0.25), "new RandomContrast(0.25)"),
    ];

    private static (Func<ImageAugmentation>, string)[] LargeMasks =>
    [
        (() => new RandomGeometry(flip: null, rotation: 30, scale: (0.25f, 1.2f)) { Ratio = (0.75f, 1.33f), Shear = 5, Warp = 0.1f },
            "new RandomGeometry(flip: null, rotation: 30, scale: (0.25f, 1.2f)) { Ratio = (0.75f, 1.33f), Shear = 5, Warp = 0.1f }"),
        (() => new RandomBrightness(0.25), "new RandomBrightness(0.25)"),
        (() => new RandomContrast(0.4), "new RandomContrast(0.4)"),
    ];

    private static (Func<ImageAugmentation>, string)[] Strong(FlipChoice flip) =>
    [
        Geometry(flip, 15, 0.2),
        (() => new RandomBrightness(0.3), "new RandomBrightness(0.3)"),
        (() => new RandomContrast(0.4), "new RandomContrast(0.4)"),
        (() => new RandomErasing(), "new RandomErasing()"),
        (() => new MixUp(0.2), "new MixUp(0.2)"),
    ];

    private static (Func<ImageAugmentation>, string) Geometry(FlipChoice flip, double rotation, double smallestArea)
    {
        FlipMode? mode = flip switch
        {
            FlipChoice.Horizontal => FlipMode.Horizontal,
            FlipChoice.Both => FlipMode.HorizontalAndVertical,
            _ => null,
        };
        var flips = mode is { } given ? $"FlipMode.{given}" : "null";
        var (angle, area) = (CSharpText.Literal(rotation), CSharpText.Literal(smallestArea));
        return (
            () => new RandomGeometry(flip: mode, rotation: rotation, scale: (smallestArea, 1), pAffine: 1) { Ratio = (0.75, 1.33) },
            $"new RandomGeometry(flip: {flips}, rotation: {angle}, scale: ({area}, 1), pAffine: 1) {{ Ratio = (0.75, 1.33) }}");
    }
}
