namespace Fovea.Cli;

/// <summary>How strongly training images are varied at random: <c>--recipe</c>.</summary>
internal enum AugmentationRecipe
{
    /// <summary>Images are not varied.</summary>
    Plain,

    /// <summary>
    /// Small shifts and small changes of brightness and contrast, for numbers that other changes would change: no rotation and no other size.
    /// </summary>
    Gentle,

    /// <summary>The recipe of Chollet, "Deep Learning with Python", for the network: flips, rotations and zooms; shifts too for cats and dogs.</summary>
    Book,

    /// <summary>Flips, parts of at least a third of an image, small rotations, brightness and contrast.</summary>
    Standard,

    /// <summary>Large changes, for long trainings.</summary>
    Strong,
}
