using System.Globalization;
using System.Numerics;

namespace Fovea;

/// <summary>
/// Training of a model by several processes, each on a part of every batch: <c>model.Distribution = new DataParallel(shards: 16)</c>. The counterpart of
/// Keras' <c>keras.distribution.DataParallel</c>.
/// </summary>
/// <remarks>
/// <para>
/// A batch is divided into shards. The gradients of the shards are added in a fixed order, in pairs: ((0 + 1) + (2 + 3)) + …. So the weights depend on the
/// model, the data, the batch size, the number of shards and the instruction set, but not on the number of processes and threads: 1, 3 or 16 processes give
/// bit-identical weights. One shard gives those of training without distribution.
/// </para>
/// <para>
/// While a model has a distribution, <see cref="Model.Fit"/>, <see cref="Model.Evaluate"/>,
/// <see cref="Model.Predict(Dataset, int?, Verbosity, IProgress{int}, CancellationToken)"/> and <see cref="FeatureExtraction.ExtractFeatures"/> are calls of
/// the whole group: every process makes them, with the same data and arguments, and every process receives the whole result. Any other call, such as the
/// prediction of a tensor or <see cref="ConfusionMatrix.Of"/>, is one of the process that makes it.
/// </para>
/// <para>
/// An error, a cancellation or a stop in one process ends the call in all of them at the same step. Before the first epoch the processes compare their
/// versions, instruction sets, models, optimizers, data and arguments, and after each epoch a hash of the weights; a difference is a
/// <see cref="TrainingException"/> that names it. A backup (<see cref="BackupAndRestore"/>) resumes on any number of processes.
/// </para>
/// </remarks>
public sealed class DataParallel
{
    /// <summary>Divides the batches of a training into shards, and the shards among processes.</summary>
    /// <param name="shards">
    /// The number of shards of a batch, a power of two and at least the number of processes. Choose it once for a training and keep it: it affects the
    /// result, as the batch size does. A shard should have at least 16 small images or 2 large ones.
    /// </param>
    /// <param name="processes">The processes; by default <see cref="Fovea.Processes.Current"/>.</param>
    /// <exception cref="ArgumentException">The number of shards is not a power of two, or there are more processes than shards.</exception>
    public DataParallel(int shards, IProcessGroup? processes = null)
    {
        Processes = processes ?? Fovea.Processes.Current;
        if (shards < 1 || !BitOperations.IsPow2(shards))
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"DataParallel: expected a power of two as the number of shards; received {shards}."),
                nameof(shards));
        if (shards < Processes.Size)
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"DataParallel: expected at least one shard for each of {Processes.Size} processes; received {shards}. Start fewer processes, or train "
                        + $"with {BitOperations.RoundUpToPowerOf2((uint)Processes.Size)} shards."),
                nameof(shards));
        Shards = shards;
    }

    /// <summary>The number of shards of a batch.</summary>
    public int Shards { get; }

    /// <summary>The processes among which the shards are divided.</summary>
    public IProcessGroup Processes { get; }

    /// <summary>The largest number of bytes that are exchanged at once. It does not affect the result.</summary>
    internal int BucketBytes { get; init; } = 4 << 20;

    /// <summary>Where the time of the training steps went.</summary>
    internal StepTimes Times { get; } = new();

    /// <summary>Whether this process writes files and prints: the one of number 0.</summary>
    internal bool IsFirst => Processes.Rank == 0;

    /// <summary>
    /// Opens a file of the first process in all processes. The first one reads it and sends the bytes to the others, whose disks may not have it, such as the
    /// file of a <see cref="ModelCheckpoint"/>: <c>var best = Model.Load(distribution.OpenRead("best.keras"))</c>. All processes make the call and read to the
    /// end.
    /// </summary>
    /// <param name="path">The path of the file in the first process.</param>
    /// <returns>A stream that is read from its beginning to its end, without seeking.</returns>
    /// <exception cref="IOException">The first process cannot read the file.</exception>
    /// <exception cref="TrainingException">The first process cannot read the file, in the other processes.</exception>
    public Stream OpenRead(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SharedFileStream(path, Processes);
    }

    /// <summary>The shards of a process: those from First on, before End.</summary>
    internal (int First, int End) ShardsOf(int rank) => ((int)((long)Shards * rank / Processes.Size), (int)((long)Shards * (rank + 1) / Processes.Size));

    /// <summary>The process of a shard.</summary>
    internal int OwnerOf(int shard) => (int)(((long)(shard + 1) * Processes.Size - 1) / Shards);
}
