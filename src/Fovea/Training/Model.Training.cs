namespace Fovea;

/// <content>Training on data sets.</content>
public partial class Model
{
    /// <summary>Guards which model an optimizer or a metric belongs to.</summary>
    internal static readonly Lock Ownership = new();

    private Trainer? trainer;
    private bool isChangedSinceCompile;
    private long memoryLimit;

    /// <summary>
    /// The largest memory of a training step for activations, gradients and scratch, in bytes; null for no limit. If a step needs more, activations are
    /// discarded and recomputed when the gradients need them (Chen et al. 2016, "Training deep nets with sublinear memory cost"): the same bits in less
    /// memory and more time. Weights, the optimizer's slots and batches that are read in advance are not counted. The limit is not saved with the model.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    public long? MemoryLimit
    {
        get => Interlocked.Read(ref memoryLimit) is > 0 and var bytes ? bytes : null;
        set
        {
            if (value is { } bytes) ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 1, nameof(value));
            Interlocked.Exchange(ref memoryLimit, value ?? 0);
        }
    }

    /// <summary>
    /// How several processes train the model together; null, the default, for this process alone. Set it before <see cref="Fit"/>, in every process. It is not
    /// saved with the model.
    /// </summary>
    public DataParallel? Distribution { get; set; }

    /// <summary>
    /// Changes the images of each training step, together with what belongs to them; null, the default, for none. <see cref="Fit"/> and
    /// <see cref="TrainOnBatch(Tensor, Tensor, Tensor?)"/> apply it; evaluation and prediction do not. It is not saved with the model.
    /// </summary>
    /// <remarks>
    /// The model's first input must be the images. Targets with a value or values for each pixel, (height, width) or (height, width, values), are masks: they
    /// follow flips, rotations and other geometry, read at the nearest pixel, as do weights of pixels. Other targets are labels, (values). Where images are
    /// mixed, as by <see cref="MixUp"/> and <see cref="CutMix"/>, the loss of an image is Σ wₖ·L(targetₖ, prediction) over the images that it consists of, with
    /// their shares wₖ; each target counts with its own sample weight. For cross-entropy this equals mixed one-hot labels. Metrics in training compare with the
    /// target of the largest share.
    /// <para>
    /// The augmentation may change the size of the images: the training data may be larger than the model's input, so that <see cref="RandomGeometry"/> or
    /// <see cref="RandomResizedCrop"/> with a size takes its parts from sharp pixels. A network whose weights do not depend on the size, as one that ends in a
    /// global pooling, may also be trained on another size than that of its input; <see cref="History.Notes"/> reports it. <see cref="AugmentationSchedule"/>
    /// changes the size during the training. Validation data have the model's size.
    /// </para>
    /// <para>
    /// Values are random by the model's seed, the step and the number of the sample in its batch, not by threads or workers. With a
    /// <see cref="Distribution"/> images are mixed with others of the same shard. A change takes effect with the next epoch, so that a callback can end an
    /// augmentation.
    /// </para>
    /// </remarks>
    /// <example><code>model.Augmentation = new Pipeline(new RandomFlip(FlipMode.Horizontal), new RandomRotation(0.05), new MixUp(0.2));</code></example>
    public ImageAugmentation? Augmentation { get; set; }

    /// <summary>The optimizer; null before the model is compiled.</summary>
    public Optimizer? Optimizer => trainer?.Optimizer;

    /// <summary>The loss of the first objective; null before the model is compiled.</summary>
    public Loss? Loss => trainer?.Objectives[0].Loss;

    /// <summary>The metrics of all objectives; empty before the model is compiled.</summary>
    public IReadOnlyList<Metric> Metrics => trainer?.Metrics ?? [];

    internal Trainer? Trainer => trainer;

    /// <summary>The size in bytes of all that training changes: about that of a file of the model and its optimizer's state.</summary>
    internal long StateBytes => sizeof(float) * (trainer?.Variables.Sum(variable => (long)variable.Shape.Count) ?? Parameters);

    private OutputKind? KindOfLoss => Loss?.ModelOutputs;

    /// <summary>Prepares training: the optimizer changes the weights so that the loss shrinks, and the metrics are measured.</summary>
    /// <exception cref="ArgumentException">
    /// The optimizer or a metric belongs to another model. Each keeps state, so that every model needs its own.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// The model is being trained or evaluated, or has names of more or fewer classes than its output.
    /// </exception>
    /// <exception cref="ShapeException">The loss does not take the model's output.</exception>
    public void Compile(Optimizer optimizer, Loss loss, params Metric[] metrics) => Compile(optimizer, loss, (IReadOnlyList<Metric>)metrics);

    /// <inheritdoc cref="Compile(Optimizer, Loss, Metric[])"/>
    public void Compile(Optimizer optimizer, Loss loss, IReadOnlyList<Metric> metrics)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(loss);
        _ = Output;
        Compile(optimizer, [new OutputObjective(0, loss, 1, Metric.Prepare(metrics, OutputShape), Prefix: "")]);
    }

    /// <summary>Prepares the training of a model of several outputs, with an objective for each of them or for some.</summary>
    /// <exception cref="ArgumentException">There is no objective, an output of that name does not exist, or it has two objectives.</exception>
    /// <exception cref="ShapeException">A loss does not take its output.</exception>
    public void Compile(Optimizer optimizer, params Objective[] objectives) => Compile(optimizer, (IReadOnlyList<Objective>)objectives);

    /// <inheritdoc cref="Compile(Optimizer, Objective[])"/>
    public void Compile(Optimizer optimizer, IReadOnlyList<Objective> objectives)
    {
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(objectives);
        var names = Outputs.Select(output => output.Layer.Name).ToList();
        if (objectives.Count == 0) throw new ArgumentException($"{Name}: expected at least one objective; received none.", nameof(objectives));
        if (objectives.FirstOrDefault(objective => names.Count(name => name == objective.Output) != 1) is { } unknown)
            throw new ArgumentException(
                $"{Name}: expected objectives for outputs among {string.Join(", ", names)}; received one for '{unknown.Output}'.", nameof(objectives));
        if (objectives.GroupBy(objective => objective.Output).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new ArgumentException($"{Name}: expected one objective for each output; '{twice.Key}' has {twice.Count()}.", nameof(objectives));
        Compile(optimizer, [.. objectives.Select(AtOutput).OrderBy(objective => objective.Index)]);

        OutputObjective AtOutput(Objective objective)
        {
            var index = names.IndexOf(objective.Output);
            var metrics = Metric.Prepare(objective.Metrics, Outputs[index].Shape);
            return new OutputObjective(index, objective.Loss, (float)objective.Weight, metrics, names.Count > 1 ? $"{objective.Output}_" : "");
        }
    }

    /// <summary>
    /// Trains on a data set, in a new order each epoch. The same seed, data and arguments give bit-identical weights, at any number of threads, also if the
    /// model was saved and loaded between epochs. Layers that were frozen, unfrozen or given another rate since <c>Compile</c> are taken into account, and
    /// the optimizer's state is kept. If the data have the model's class names in another order, their classes are numbered as the model's.
    /// <see cref="History.Notes"/> reports both, and classes of which the data have no sample if <see cref="Dataset.HasTargetsInMemory"/>.
    /// </summary>
    /// <remarks>
    /// A stream (<see cref="Dataset.From(IEnumerable{ValueTuple{Tensor, Tensor}}, IReadOnlyList{string}?)"/>) is read in its own order, whatever
    /// <paramref name="shuffle"/> is. It is enumerated again for each epoch, or for each training if <paramref name="stepsPerEpoch"/> is given. The enumerator
    /// is disposed when the training ends, also by a cancellation or an error.
    /// <para>
    /// With a <see cref="Distribution"/> every process makes this call, with the same data and arguments. Each trains on its shards of every batch, and
    /// validation is shared as by <see cref="Evaluate"/>.
    /// </para>
    /// </remarks>
    /// <param name="data">The samples to learn from.</param>
    /// <param name="epochs">The number of passes over the data.</param>
    /// <param name="batchSize">The number of samples per step of the optimizer.</param>
    /// <param name="validation">Samples to evaluate the model on after each epoch.</param>
    /// <param name="shuffle">Whether the order of the samples is random.</param>
    /// <param name="callbacks">Objects that watch or steer the training.</param>
    /// <param name="stepsPerEpoch">
    /// The number of batches of an epoch. Each epoch goes on where the one before has stopped, and begins again after the last sample. Null for one pass over
    /// the data in each epoch. Endless streams need it.
    /// </param>
    /// <param name="validationSteps">The number of batches, of <paramref name="batchSize"/>, of the validation data that are evaluated: the first ones, in
    /// the order of the data set as with <see cref="Dataset.Take"/>. Null for all.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the progress, at most ten times a second and at the end of each epoch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <exception cref="InvalidOperationException">
    /// The model is not compiled, another thread trains or evaluates it, or it was called by a callback of this training.
    /// </exception>
    /// <exception cref="NotSupportedException">There are several shards, and a custom metric does not override <see cref="Metric.Merge"/>.</exception>
    /// <exception cref="ShapeException">The data do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// The data or the loss are not finite: the model is as after the last good epoch. Or, before the first epoch: the data have a class that the model does
    /// not have, or images with another preprocessing than <see cref="ImageInput"/>, or a callback watches a value that is not measured. With a
    /// <see cref="Distribution"/>: the processes do not have the same data, model and arguments, or another process has failed.
    /// </exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    /// <exception cref="OperationCanceledException">
    /// Training was cancelled. The model is as after the last whole batch, or has its best weights if a callback restores them.
    /// </exception>
    public History Fit(
        Dataset data, int epochs = 1, int batchSize = 32, Dataset? validation = null, bool shuffle = true,
        IReadOnlyList<Callback>? callbacks = null, int? stepsPerEpoch = null, int? validationSteps = null, Verbosity verbose = default,
        IProgress<FitProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        var history = FitEpochs(data, epochs, batchSize, validation, shuffle, callbacks, stepsPerEpoch, validationSteps, verbose, progress, cancellationToken);
        if (history.Epochs > 0 && HasStaleStatistics(RequireTrainer().Optimizer))
            history.Note(
                $"The weights of '{Name}' are averages now, but the moving statistics of its batch normalizations belong to the weights before: call "
                    + "UpdateBatchNormalization(data) before the model is used.");
        return history;
    }

    private History FitEpochs(
        Dataset data, int epochs, int batchSize, Dataset? validation, bool shuffle, IReadOnlyList<Callback>? callbacks, int? stepsPerEpoch,
        int? validationSteps, Verbosity verbose, IProgress<FitProgress>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 0);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        stepsPerEpoch?.AtLeast(1, nameof(Fit), nameof(stepsPerEpoch));
        validationSteps?.AtLeast(1, nameof(Fit), nameof(validationSteps));
        if (validationSteps is not null && validation is null)
            throw new ArgumentException("Fit: expected validation data for validationSteps; received none.", nameof(validationSteps));
        RequireTrainer();
        try
        {
            using var report = FitReport.Of(Shown(verbose), progress);
            return Train(
                new(data, epochs, batchSize, Shortened(validation, (long?)validationSteps * batchSize), shuffle, callbacks ?? [], cancellationToken, report)
                {
                    StepsPerEpoch = stepsPerEpoch,
                });
        }
        finally
        {
            data.Close();
            validation?.Close();
        }
    }

    /// <summary>What this process prints: of several processes, the first alone prints anything.</summary>
    internal Verbosity Shown(Verbosity verbose) => (Distribution?.Processes ?? Processes.Current).Rank == 0 ? verbose : Verbosity.Silent;

    private static Dataset? Shortened(Dataset? data, long? samples) =>
        data is null || samples is not { } count ? data : data.Take((int)Math.Min(count, data.KnownCount ?? int.MaxValue));

    private History Train(FitArguments arguments)
    {
        arguments = arguments with { Data = OwnPartsOf(arguments.Data), Validation = arguments.Validation is { } all ? OwnPartsOf(all) : null };
        var (data, validation) = (arguments.Data, arguments.Validation);
        WeightLock.Claim? claim = null;
        FitLoop loop = null!;
        try
        {
            Together(() =>
            {
                claim = Begin(WeightUse.Training, nameof(Fit));
                var note = ClassNames.Count == 0 ? TakeClassNames(data.ClassNames) : null;
                if (ImageInput is null && data.ImageInput is { } input && Takes(input)) ImageInput = input;
                RequireSameImageInput(data, isAnySize: Augmentation is not null);
                if (validation is not null) RequireSameImageInput(validation);
                loop = new FitLoop(RequireTrainer(), arguments, note);
            });
            return loop.Run();
        }
        finally
        {
            claim?.Dispose();
        }
    }

    /// <summary>
    /// The memory of a training step for activations, gradients and scratch, in bytes, within the <see cref="MemoryLimit"/> if there is one. The step is
    /// compiled by this and ready for <see cref="Fit"/>.
    /// </summary>
    /// <param name="batchSize">The number of samples per step.</param>
    /// <exception cref="InvalidOperationException">The model is not compiled, or another thread trains or evaluates it.</exception>
    /// <exception cref="InsufficientMemoryException">A step needs more memory than <see cref="MemoryLimit"/> allows, or than this machine has.</exception>
    public long TrainingMemory(int batchSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        RequireTrainer();
        using var claim = Begin(WeightUse.Change, nameof(TrainingMemory));
        RequireTrainer().Renew();
        return RequireTrainer().TrainingStep(batchSize).ArenaBytes;
    }

    /// <summary>Of a data set in parts those that this process reads; any other data set as it is. All processes make the call.</summary>
    private Dataset OwnPartsOf(Dataset data) =>
        data is PartitionedDataset parts && Distribution is { } distribution ? OwnParts.Of(parts, distribution) : data;

    /// <summary>Begins a call of all processes of the <see cref="Distribution"/>. If it fails in one, it fails in all.</summary>
    internal void Together(Action begin)
    {
        if (Distribution is { } distribution) new Agreement(distribution.Processes).Together(begin);
        else begin();
    }

    /// <summary>Refuses data whose images were read with another preprocessing than the model's.</summary>
    /// <param name="data">The data.</param>
    /// <param name="isAnySize">Whether another size is none, since the augmentation changes it.</param>
    /// <exception cref="TrainingException">They were.</exception>
    internal void RequireSameImageInput(Dataset data, bool isAnySize = false)
    {
        if (ImageInput is not { } own || data.ImageInput is not { } other) return;
        if (isAnySize) other = other.WithSize(own.Height, own.Width);
        if (own.Shape != other.Shape || own.DifferencesFrom(other) is not { Count: > 0 } differences) return;
        throw new TrainingException(
            $"{Subject}: expected images with the preprocessing of the model's ImageInput; the data set has another ({string.Join("; ", differences)}, the "
                + "model's first). Load the data with model.ImageInput, or set model.ImageInput to the data set's.");
    }

    /// <summary>Refuses training that this process would do alone while others train the same model with it.</summary>
    /// <exception cref="InvalidOperationException">The model is trained in shards.</exception>
    internal void RequireWholeBatches(string call)
    {
        if (Distribution is { Shards: > 1 } distribution)
            throw new InvalidOperationException(
                $"{Subject}: {call} trains in one process, on whole batches; the model's Distribution has {distribution.Shards} shards. Call Fit, or set "
                    + "Distribution to null.");
    }

    internal Trainer RequireTrainer() => trainer ?? throw new InvalidOperationException(
        $"{Name}: compile the model {(isChangedSinceCompile ? "again, since its layers were changed after Compile" : "first")}, as in "
        + "model.Compile(new RmsProp(), Loss.SparseCategoricalCrossentropy, new Accuracy()).");

    /// <summary>Discards the optimizer, the loss and the metrics of a model whose layers were changed.</summary>
    private protected void DiscardTrainer()
    {
        lock (Ownership)
        {
            isChangedSinceCompile |= trainer is not null;
            trainer?.Own(null);
            trainer = null;
        }
    }

    private void Compile(Optimizer optimizer, IReadOnlyList<OutputObjective> objectives)
    {
        EnsureInitialized();
        if (Mismatch(ClassNames) is { } wrong) throw new InvalidOperationException(wrong);
        using var claim = Begin(WeightUse.Compilation, nameof(Compile));
        lock (Ownership)
        {
            optimizer.RequireFree(this, nameof(optimizer));
            foreach (var metric in objectives.SelectMany(objective => objective.Metrics)) metric.RequireFree(this, "metrics");
            var next = new Trainer(this, optimizer, objectives);
            trainer?.Own(null);
            next.Own(this);
            trainer = next;
        }
    }
}
