using System.Runtime.CompilerServices;

namespace Fovea;

/// <content>Data sets from tensors, functions and sequences.</content>
public abstract partial class Dataset
{
    /// <summary>Samples from two tensors, whose first dimension is the samples. The tensors are not copied.</summary>
    /// <param name="inputs">The inputs: (samples, height, width, channels) for images.</param>
    /// <param name="targets">The targets: (samples) for class numbers.</param>
    /// <param name="classNames">The names of the classes by class number, if the targets are classes.</param>
    /// <exception cref="ArgumentException">The tensors have different numbers of samples.</exception>
    public static Dataset From(Tensor inputs, Tensor targets, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        ArgumentNullException.ThrowIfNull(targets);
        return From([inputs], [targets], classNames);
    }

    /// <summary>Samples for a model of several inputs or outputs: <c>Dataset.From([images, ages], [digits, places])</c>. The tensors are not copied.</summary>
    /// <param name="inputs">One tensor for each input of the model, whose first dimension is the samples.</param>
    /// <param name="targets">One tensor for each trained output.</param>
    /// <param name="classNames">The names of the classes by class number, if the target is classes.</param>
    /// <exception cref="ArgumentException">There are no tensors, or they have different numbers of samples.</exception>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of tensors here, not a stacked tensor
    public static Dataset From(IReadOnlyList<Tensor> inputs, IReadOnlyList<Tensor> targets, IReadOnlyList<string>? classNames = null)
    {
        var data = new TensorDataset(inputs, targets);
        return classNames is null ? data : data.WithClassNames(classNames);
    }

    /// <summary>
    /// Samples that a function makes when they are needed: <c>Dataset.From(files.Length, i => (ImageFile.Read(files[i], 150, 150), labels[i]))</c>. Several
    /// threads may call it at once.
    /// </summary>
    /// <param name="count">The number of samples, at least 1.</param>
    /// <param name="read">Returns the input and the target of the sample of an index; the same index always gives the same sample.</param>
    /// <param name="classNames">The names of the classes by class number, if the targets are classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static Dataset From(int count, Func<int, (Tensor Input, Tensor Target)> read, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        return From(count, index => (Sample)read(index), classNames);
    }

    /// <summary>Samples that a function makes when they are needed, also with several inputs or targets or with weights.</summary>
    /// <inheritdoc cref="From(int, Func{int, ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)" path="/param | /exception"/>
    public static Dataset From(int count, Func<int, Sample> read, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(read);
        count.AtLeast(1, "Dataset.From", nameof(count));
        return new ComputedDataset(() => count, Read, () => SampleForm.Of(Read(0)) with { ClassNames = classNames ?? [] }, "Dataset.From");

        Sample Read(int index)
        {
            Sample? sample;
            try
            {
                sample = read(index);
            }
            catch (Exception error) when (SampleFailure.IsReported(error))
            {
                throw SampleFailure.Of("Dataset.From", index, error);
            }

            return sample
                ?? throw new InvalidDataException($"Dataset.From: expected a sample as the result of the function; it returned null for sample {index}.");
        }
    }

    /// <summary>Samples in memory, as a list of inputs and targets. The list is not copied.</summary>
    /// <param name="samples">The input and the target of each sample, all of the same shapes.</param>
    /// <param name="classNames">The names of the classes by class number, if the targets are classes.</param>
    /// <exception cref="ArgumentOutOfRangeException">The list is empty.</exception>
    public static Dataset From(IReadOnlyList<(Tensor Input, Tensor Target)> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return From(samples.Count, index => samples[index], classNames);
    }

    /// <summary>Samples in memory, as a list, also with several inputs or targets or with weights. The list is not copied.</summary>
    /// <inheritdoc cref="From(IReadOnlyList{ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)" path="/param | /exception"/>
    public static Dataset From(IReadOnlyList<Sample> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return From(samples.Count, index => samples[index], classNames);
    }

    /// <summary>
    /// A stream: samples that are read one after the other and are not kept. <see cref="Model.Fit"/> enumerates it once for each epoch, or takes
    /// <c>stepsPerEpoch</c> batches of it; an endless one needs that. It is read on a background thread.
    /// </summary>
    /// <param name="samples">The input and the target of each sample, all of the same shapes.</param>
    /// <param name="classNames">The names of the classes by class number, if the targets are classes.</param>
    public static Dataset From(IEnumerable<(Tensor Input, Tensor Target)> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Stream(_ => samples.Select(pair => (Sample)pair), classNames);
    }

    /// <summary>A stream of samples, also with several inputs or targets or with weights.</summary>
    /// <inheritdoc cref="From(IEnumerable{ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)" path="/param"/>
    public static Dataset From(IEnumerable<Sample> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Stream(_ => samples, classNames);
    }

    /// <summary>
    /// A stream from an asynchronous sequence. The thread that reads it waits for each sample. A cancellation of <see cref="Model.Fit"/> cancels the token of
    /// the sequence.
    /// </summary>
    /// <inheritdoc cref="From(IEnumerable{ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)" path="/param"/>
    public static Dataset From(IAsyncEnumerable<(Tensor Input, Tensor Target)> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Stream(token => AsyncSamples.Read(samples, token).Select(pair => (Sample)pair), classNames);
    }

    /// <summary>A stream from an asynchronous sequence of samples, also with several inputs or targets or with weights.</summary>
    /// <inheritdoc cref="From(IEnumerable{ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)" path="/param"/>
    public static Dataset From(IAsyncEnumerable<Sample> samples, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(samples);
        return Stream(token => AsyncSamples.Read(samples, token), classNames);
    }

    /// <summary>
    /// A stream from a sequence of whole batches, as Keras' generators return them. The batches are divided into samples, of which <see cref="Model.Fit"/>
    /// makes batches of its <c>batchSize</c>.
    /// </summary>
    /// <param name="batches">The inputs and the targets of each batch; the first dimension is the samples.</param>
    /// <param name="classNames">The names of the classes by class number, if the targets are classes.</param>
    public static Dataset FromBatches(IEnumerable<(Tensor Inputs, Tensor Targets)> batches, IReadOnlyList<string>? classNames = null)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return Stream(_ => batches.SelectMany(batch => new TensorDataset([batch.Inputs], [batch.Targets])), classNames);
    }

    /// <summary>
    /// Samples that are stored in fixed parts, such as those on the disks of several machines:
    /// <c>Dataset.FromParts(16, part => ImageFolder.Load($"/data/part{part}", input))</c>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// If a model has a <see cref="Model.Distribution"/>, <see cref="Model.Fit"/> takes the samples of shard s from part s, so there must be as many parts as
    /// shards. A part is opened and read only by the process that trains on its shard. Each batch has samples of the parts in proportion to their sizes, each
    /// epoch has every sample once, and samples are shuffled within their part. <see cref="Model.Evaluate"/> reads each part in separate batches. The result
    /// depends on the parts, but not on the number of processes.
    /// </para>
    /// <para>
    /// Elsewhere the data set is the samples of all parts, one part after the other, and all parts are opened. Changes such as
    /// <see cref="Select(Func{Tensor, Tensor, ValueTuple{Tensor, Tensor}})"/> are applied to each part, in <paramref name="open"/>.
    /// </para>
    /// </remarks>
    /// <param name="parts">The number of parts, at least 1.</param>
    /// <param name="open">
    /// Returns the part of a number from 0 to <paramref name="parts"/> − 1: samples with an index, of the same shapes, class names and preprocessing in all
    /// parts.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static Dataset FromParts(int parts, Func<int, Dataset> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return new PartitionedDataset(parts.AtLeast(1, "Dataset.FromParts", nameof(parts)), open);
    }

    private static StreamDataset Stream(Func<CancellationToken, IEnumerable<Sample>> samples, IReadOnlyList<string>? classNames) =>
        new(samples, form => form with { ClassNames = classNames ?? [] });
}
