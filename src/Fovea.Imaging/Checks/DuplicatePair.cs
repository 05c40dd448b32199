namespace Fovea.Imaging;

/// <summary>Two images that show the same.</summary>
/// <param name="One">The index of the first.</param>
/// <param name="Other">The index of the second.</param>
/// <param name="Symmetry">The <see cref="Imaging.Symmetry"/> that makes the second like the first.</param>
/// <param name="Similarity">The correlation of their gray levels; 1 for identical pixels.</param>
internal readonly record struct DuplicatePair(int One, int Other, int Symmetry, double Similarity);
