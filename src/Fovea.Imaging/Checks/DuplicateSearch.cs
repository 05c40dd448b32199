using System.Collections.Concurrent;

namespace Fovea.Imaging;

/// <summary>
/// Finds images that show the same. Identical pixels are found by their hashes. Of the others, pairs whose perceptual hashes are similar in one of the eight
/// symmetries are candidates, which <see cref="ImageSimilarity"/> confirms. The result does not depend on the number of threads.
/// </summary>
internal sealed class DuplicateSearch(IReadOnlyList<ImageMeasurement> images, double threshold)
{
    /// <summary>
    /// The largest number of different bits of a candidate. It is generous, since candidates are compared: saving an image as JPEG of low quality changes few
    /// bits, but those of coefficients near zero change easily.
    /// </summary>
    private const int MaxDistance = 14;

    /// <summary>An image with a smaller deviation of its gray levels is plain: only identical pixels make it a duplicate.</summary>
    private const double PlainDeviation = 3;

    /// <summary>Finds all pairs: each identical image with the first one of its pixels, and each pair of different images that are similar.</summary>
    public IReadOnlyList<DuplicatePair> Run(CancellationToken cancellationToken)
    {
        var (pairs, distinct) = FindIdentical();
        var candidates = distinct.Where(image => images[image].Deviation >= PlainDeviation).ToArray();
        var found = new ConcurrentBag<DuplicatePair>();
        Parallel.For(
            0, candidates.Length, new ParallelOptions { CancellationToken = cancellationToken, MaxDegreeOfParallelism = Cpu.Threads }, at =>
            {
                var hash = images[candidates[at]].Hashes[0];
                for (var next = at + 1; next < candidates.Length; next++)
                    if (Compare(candidates[at], candidates[next], hash) is { } pair) found.Add(pair);
            });
        pairs.AddRange(found);
        return [.. pairs.OrderBy(pair => pair.One).ThenBy(pair => pair.Other)];
    }

    private (List<DuplicatePair> Pairs, List<int> Distinct) FindIdentical()
    {
        var first = new Dictionary<ContentHash, int>();
        var (pairs, distinct) = (new List<DuplicatePair>(), new List<int>());
        for (var i = 0; i < images.Count; i++)
        {
            if (first.TryAdd(images[i].Pixels, i)) distinct.Add(i);
            else pairs.Add(new DuplicatePair(first[images[i].Pixels], i, 0, 1));
        }

        return (pairs, distinct);
    }

    /// <summary>The best symmetry of two images; null if they are not similar in any.</summary>
    private DuplicatePair? Compare(int one, int other, ulong hash)
    {
        DuplicatePair? best = null;
        var hashes = images[other].Hashes;
        for (var symmetry = 0; symmetry < hashes.Length; symmetry++)
        {
            if (PerceptualHash.Distance(hash, hashes[symmetry]) > MaxDistance) continue;
            var similarity = ImageSimilarity.Of(images[one], images[other], symmetry);
            if (similarity >= threshold && !(similarity <= best?.Similarity)) best = new DuplicatePair(one, other, symmetry, similarity);
        }

        return best;
    }
}
