using Fovea.Engine.Ops;

namespace Fovea;

/// <content>
/// New data sets from one or two others. They are lazy: a sample is read and computed when it is needed, by several threads at once, and is the same at any
/// number of threads. Functions that are given must therefore be safe to call from several threads. Of a stream they are called in its order, by one thread.
/// </content>
public abstract partial class Dataset
{
    /// <summary>Computes each sample from the input and the target of a sample: <c>data.Select((x, y) => (x / 255, y))</c>.</summary>
    /// <remarks>
    /// Shapes are those of the first sample; all others must have the same. Weights are kept. <see cref="ClassNames"/> are kept if the map returns the target
    /// that it received, and <see cref="ImageInput"/> is kept if it returns the input that it received. Otherwise they are left out, since they may be wrong
    /// now: state them by <see cref="ClassNumbering.WithClassNames"/> and <see cref="WithImageInput"/>.
    /// </remarks>
    /// <param name="map">Returns the new input and target. The same sample always gives the same result.</param>
    public Dataset Select(Func<Tensor, Tensor, (Tensor Input, Tensor Target)> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, _) => map(sample.Input, sample.Target));
    }

    /// <summary>Computes each sample from the input, the target and the index of a sample.</summary>
    /// <inheritdoc cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})" path="/remarks | /param"/>
    public Dataset Select(Func<Tensor, Tensor, int, (Tensor Input, Tensor Target)> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, index) => map(sample.Input, sample.Target, index));
    }

    /// <summary>
    /// Computes each sample with random numbers: <c>data.Select((x, y, random) => (x + random.NextNormal(), y), seed: 1)</c>.
    /// </summary>
    /// <remarks>
    /// The numbers depend on the seed and the index, so that a sample is the same in every epoch and at any number of threads. For values that differ in each
    /// epoch, use layers such as <see cref="RandomFlip"/> in the model. Shapes, weights, names and preprocessing are as with
    /// <see cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})"/>.
    /// </remarks>
    /// <param name="map">Returns the new input and target.</param>
    /// <param name="seed">The seed of the random numbers.</param>
    public Dataset Select(Func<Tensor, Tensor, RandomNumbers, (Tensor Input, Tensor Target)> map, long seed)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, index) => map(sample.Input, sample.Target, new RandomNumbers(seed, index)));
    }

    /// <summary>Computes each sample from a sample, also with several inputs, targets or weights.</summary>
    /// <inheritdoc cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})" path="/remarks"/>
    /// <param name="map">Returns the new sample; if it has no weights, those of the given sample are kept.</param>
    public Dataset Select(Func<Sample, Sample> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, _) => map(sample));
    }

    /// <summary>Computes the input of each sample and keeps its target: <c>data.SelectInput(x => x / 255)</c>.</summary>
    /// <inheritdoc cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})" path="/remarks"/>
    /// <param name="map">Returns the new input.</param>
    public Dataset SelectInput(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, _) => sample with { Inputs = [map(sample.Input)] });
    }

    /// <summary>Computes the target of each sample and keeps its input.</summary>
    /// <inheritdoc cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})" path="/remarks"/>
    /// <param name="map">Returns the new target.</param>
    public Dataset SelectTarget(Func<Tensor, Tensor> map)
    {
        ArgumentNullException.ThrowIfNull(map);
        return Mapped((sample, _) => sample with { Targets = [map(sample.Target)] });
    }

    /// <summary>The samples that fulfil a condition: <c>data.Where((x, y) => (float)y != 3)</c>.</summary>
    /// <remarks>
    /// When the first sample or <see cref="Count"/> is needed, all samples are read once, by several threads, to find those that fulfil the condition. A stream
    /// stays a stream, whose number of samples is not known.
    /// </remarks>
    /// <param name="condition">Whether a sample is kept, by its input and its target.</param>
    public Dataset Where(Func<Tensor, Tensor, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return Where(sample => condition(sample.Input, sample.Target));
    }

    /// <summary>The samples that fulfil a condition.</summary>
    /// <inheritdoc cref="Where(Func{Tensor, Tensor, bool})" path="/remarks"/>
    /// <param name="condition">Whether a sample is kept.</param>
    public Dataset Where(Func<Sample, bool> condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        return this is StreamDataset stream
            ? stream.With(samples => samples.Where((sample, index) => FilteredDataset.Fulfils(sample, index, condition)))
            : new FilteredDataset(this, condition);
    }

    /// <summary>
    /// Joins each sample with the sample of the same index of another data set, for a model of several inputs or outputs. The new sample has the inputs of the
    /// first and then those of the second, and the targets likewise. Weights are multiplied; class names and preprocessing are those of the first.
    /// </summary>
    /// <param name="other">The other data set, with as many samples. Of two streams, the shorter one ends both.</param>
    /// <exception cref="ArgumentException">The data sets have different numbers of samples, or one has a weight for each position.</exception>
    public Dataset Zip(Dataset other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (!IsStream && !other.IsStream) return new ZippedDataset(this, other);
        return new StreamDataset(
            token => SamplesOf(this, token).Zip(SamplesOf(other, token), ZippedDataset.Join),
            form => form with { ClassNames = ClassNames, ImageInput = ImageInput }, this, other);
    }

    /// <summary>
    /// Makes each sample from the samples of the same index of two data sets:
    /// <c>images.Zip(masks, (image, mask) => (image.Input, mask.Input))</c>. Class names and preprocessing are left out.
    /// </summary>
    /// <param name="other">The other data set, with as many samples. Of two streams, the shorter one ends both.</param>
    /// <param name="join">Returns the new sample.</param>
    /// <exception cref="ArgumentException">The data sets have different numbers of samples.</exception>
    public Dataset Zip(Dataset other, Func<Sample, Sample, Sample> join)
    {
        ArgumentNullException.ThrowIfNull(other);
        ArgumentNullException.ThrowIfNull(join);
        if (IsStream || other.IsStream)
        {
            return new StreamDataset(
                token => SamplesOf(this, token).Zip(SamplesOf(other, token)).Select((pair, index) => ZippedDataset.Join(pair.First, pair.Second, index, join)),
                form => form, this, other);
        }

        ZippedDataset.RequireSameCount(this, other);
        return new ComputedDataset(() => Count, Joined, () => SampleForm.Of(Joined(0)), nameof(Zip));

        Sample Joined(int index) => ZippedDataset.Join(SampleAt(index), other.SampleAt(index), index, join);
    }

    /// <summary>
    /// The samples of this data set, then those of another one of the same shapes. If both have class names, the classes of the second are numbered as those
    /// of the first. <see cref="ImageInput"/> is kept if both have the same.
    /// </summary>
    /// <param name="other">The other data set.</param>
    /// <exception cref="ArgumentException">The samples have other shapes, or images that were read with another preprocessing.</exception>
    /// <exception cref="TrainingException">The other data set has a class that this one does not have.</exception>
    public Dataset Concat(Dataset other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var second = ConcatenatedDataset.Matching(this, other);
        if (!IsStream && !other.IsStream) return new ConcatenatedDataset(this, second);
        var (names, input) = (ClassNames, ImageInput == other.ImageInput ? ImageInput : null);
        return new StreamDataset(
            token => SamplesOf(this, token).Concat(SamplesOf(second, token)), form => form with { ClassNames = names, ImageInput = input }, this, second);
    }

    /// <summary>
    /// Class numbers as rows with a 1 at the class, for <see cref="Loss.CategoricalCrossentropy"/>; Keras' <c>to_categorical</c>. Weights, class names and
    /// preprocessing are kept.
    /// </summary>
    /// <param name="classes">The number of classes; null for the number of <see cref="ClassNames"/>.</param>
    /// <exception cref="ArgumentException">The number of classes is below 1, or not given and not known.</exception>
    /// <exception cref="InvalidOperationException">The data set has several targets.</exception>
    public Dataset OneHot(int? classes = null)
    {
        if (classes is null && ClassNames.Count == 0)
            throw new ArgumentException(
                "OneHot: expected the number of classes, as in data.OneHot(10), since the data set has no class names.", nameof(classes));
        var number = (classes ?? ClassNames.Count).AtLeast(1, nameof(OneHot), nameof(classes));
        if (TargetShapes.Count > 1)
            throw new InvalidOperationException(
                $"OneHot: expected one target, class numbers; the data set has {TargetShapes.Count} targets. Use Select(sample => …).");
        return this is StreamDataset stream
            ? stream.With(samples => samples.Select((sample, index) => OneHotDataset.Of(sample, number, index)))
            : new OneHotDataset(this, number);
    }

    /// <summary>The samples again and again. <see cref="Model.Fit"/> with <c>stepsPerEpoch</c> repeats by itself, except for streams.</summary>
    /// <param name="times">The number of repetitions, at least 1; null for an endless stream.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public Dataset Repeat(int? times = null)
    {
        if (times is { } number) number.AtLeast(1, nameof(Repeat), nameof(times));
        if (times is { } finite && !IsStream)
        {
            var count = Count;
            return new Part(this, ConcatenatedDataset.Total(nameof(Repeat), (long)count * finite), index => index % count);
        }

        return new StreamDataset(token => Repeated(times, token), form => form with { ClassNames = ClassNames, ImageInput = ImageInput }, this);
    }

    /// <summary>
    /// Keeps the samples in memory once they were read, so that they are decoded or computed once. A stream is read to its end when the first sample is
    /// needed, and has an index then.
    /// </summary>
    public Dataset Cache() => this is StreamDataset stream ? new StreamCache(stream) : new MemoryCache(this);

    /// <summary>
    /// Keeps the samples in a file, so that they are decoded or computed once, also by later programs. The file is written now, unless the folder has one for
    /// these samples. It is written whole or not at all.
    /// </summary>
    /// <remarks>
    /// A file is used only if it belongs to the same data: as many samples of the same shapes, names and preprocessing, of which 16 are read and compared. A
    /// change that leaves these 16 as they were needs another <paramref name="version"/>. Every sample has a checksum, and a damaged one is an error. Files of
    /// earlier data stay in the folder; delete them to free the space.
    /// </remarks>
    /// <param name="folder">The folder, which is created if it is missing. Several data sets may share it.</param>
    /// <param name="version">A text that changes with the data, such as the version of your preprocessing.</param>
    /// <param name="progress">Receives the number of samples that were written, after each batch.</param>
    /// <param name="cancellationToken">Stops the writing; no file remains then.</param>
    /// <exception cref="InvalidOperationException">The data set is a stream.</exception>
    /// <exception cref="IOException">The file cannot be written or read.</exception>
    /// <exception cref="TrainingException">A sample cannot be read, or has a value that is not finite.</exception>
    public Dataset Cache(string folder, string version = "", IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(version);
        RequireIndexed("Cache(folder)");
        return FileCache.Of(this, folder, version, progress, cancellationToken);
    }

    /// <summary>States the preprocessing that made the inputs, where it is not known or was left out.</summary>
    /// <param name="input">The preprocessing; null for none.</param>
    /// <exception cref="ArgumentException">It makes images of another shape than the inputs.</exception>
    public Dataset WithImageInput(ImageInput? input)
    {
        if (input is not null && !input.Fits(InputShape))
            throw new ArgumentException($"WithImageInput: expected the preprocessing of inputs {InputShape}; received that of {input.Shape}.", nameof(input));
        return this is StreamDataset stream
            ? stream.With(samples => samples, form => form with { ClassNames = ClassNames, ImageInput = input })
            : new DescribedDataset(this, ClassNames, input);
    }

    private protected static IEnumerable<Sample> SamplesOf(Dataset data, CancellationToken cancellationToken) =>
        data is StreamDataset stream ? stream.Samples(cancellationToken) : data;

    private IEnumerable<Sample> Repeated(int? times, CancellationToken cancellationToken)
    {
        for (var left = times; left is null or > 0; left--)
        {
            var any = false;
            foreach (var sample in SamplesOf(this, cancellationToken))
            {
                any = true;
                yield return sample;
            }

            if (!any) throw new InvalidOperationException("Repeat: expected a stream that can be read again from its beginning; it was empty the second time.");
        }
    }

    private Dataset Mapped(Func<Sample, int, Sample> map)
    {
        if (PartitionedDataset.RequireNone(this) is not StreamDataset stream)
        {
            return new ComputedDataset(
                () => Count, index => SampleForm.Map(SampleAt(index), index, map), () => SampleForm.OfMap(this, SampleAt(0), map), nameof(Select));
        }

        var first = default((Sample Before, Sample After)?);
        return stream.With(samples => samples.Select((sample, index) =>
        {
            var mapped = SampleForm.Map(sample, index, map);
            first ??= (sample, mapped);
            return mapped;
        }), form => form.KeptFrom(stream, first!.Value.Before, first.Value.After));
    }
}
