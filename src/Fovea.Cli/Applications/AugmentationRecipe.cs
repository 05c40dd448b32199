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

/// <summary>The layers of the recipes. They take pixels from 0 to 255.</summary>
internal static class AugmentationRecipes
{
    /// <summary>The layers of a recipe.</summary>
    public static IReadOnlyList<Layer> Layers(this AugmentationRecipe recipe) => recipe switch
    {
        AugmentationRecipe.Plain => [],
        AugmentationRecipe.Standard => BookCatsDogs.Augmentation(),
        _ => [.. BookCatsDogs.Augmentation(), new RandomBrightness(0.15), new RandomContrast(0.3), new RandomErasing()],
    };
}
