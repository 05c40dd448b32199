using System.Globalization;

namespace Fovea;

/// <summary>
/// The complete state of a training, to be written and restored. At most one variable's values are in memory twice. The file has a signature, a description of
/// the training, its variables, the state of each metric and callback, and at the end a CRC-32 of everything before.
/// </summary>
/// <remarks>
/// A training in shards has the state of each metric for each shard, in the order of the shards, so that another number of processes can go on. After a whole
/// epoch it has none, since the next epoch begins with empty metrics.
/// </remarks>
/// <param name="trainer">The compiled model.</param>
/// <param name="progress">The progress of the training.</param>
/// <param name="losses">The losses of the epoch so far.</param>
/// <param name="callbacks">The callbacks.</param>
/// <param name="shards">The metrics of each shard; null if those of the training count all samples themselves.</param>
internal sealed class TrainingState(
    Trainer trainer, TrainingProgress progress, MeanLosses losses, IReadOnlyList<Callback> callbacks, ShardMetrics? shards = null)
{
    private const ulong Signature = 0x34_50_55_4B_43_41_42_46;  // "FBACKUP4"

    /// <summary>Written after the state of each metric and callback, to detect one that reads more or less than it wrote.</summary>
    private const int PartEnd = 0x54524150;

    private const string OfShards = " shards";

    private int Shards => progress.Distribution?.Shards ?? 1;

    /// <summary>The number of trained batches of the epoch that has begun; 0 after a whole epoch.</summary>
    private int Batch => progress.IsEpochDone ? 0 : progress.Batch;

    private IEnumerable<Engine.Variable> Variables => trainer.Variables;

    /// <summary>A description of the training; it must be the same in the training that is restored.</summary>
    private IEnumerable<string> Parts =>
    [
        .. Shards == 1 ? [] : new[] { string.Create(CultureInfo.InvariantCulture, $"{Shards}{OfShards}") },
        trainer.Optimizer.GetType().Name, progress.Extent, .. Variables.Select(variable => variable.ToString()),
        .. progress.Metrics.Select(metric => metric.Name), .. progress.Augmentation is { } augmentation ? new[] { augmentation } : [],
        .. callbacks.OfType<AugmentationSchedule>().Select(callback => callback.Description),
    ];

    /// <summary>Writes the training to a file. Of several processes the first writes it, and the others wait.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path)
    {
        var states = shards is null || Batch == 0 ? [] : progress.Agreement.Gather(StatesOf(shards.Own));
        progress.Agreement.Together(() =>
        {
            if (progress.IsFirstProcess) AtomicFile.Write(path, stream => Write(stream, states));
        });
    }

    /// <summary>Writes the training to a stream, one variable after the other.</summary>
    private void Write(Stream stream, byte[][] statesOfShards)
    {
        using var checked32 = new ChecksumStream(stream);
        using var writer = new BinaryWriter(checked32);
        writer.Write(Signature);
        foreach (var part in Parts) writer.Write(part);
        writer.Write("");
        var stateful = callbacks.Where(HasState).ToList();
        foreach (var callback in stateful) writer.Write(callback.GetType().Name);
        writer.Write("");
        writer.Write(trainer.Steps);
        writer.Write(trainer.Epochs);
        writer.Write((float)trainer.Optimizer.LearningRate);

        // At the end of an epoch the next one has not begun.
        writer.Write(progress.IsEpochDone ? progress.Epoch : progress.Epoch - 1);
        writer.Write(Batch);
        writer.Write(progress.IsStopped);
        losses.Write(writer);
        progress.History.Write(writer);
        foreach (var variable in Variables) StateStream.Write(writer, variable.Values);
        if (shards is null) Write(writer, progress.Metrics);
        foreach (var states in statesOfShards) writer.Write(states);
        Write(writer, stateful.Select(callback => (Action<BinaryWriter>)callback.SaveState));
        writer.Flush();
        stream.Write(BitConverter.GetBytes(checked32.Checksum));
    }

    /// <summary>
    /// Restores the training from a file, if there is one. Of several processes the first reads it, and the others receive what it reads. Nothing is changed
    /// if the file is damaged or belongs to another training.
    /// </summary>
    /// <exception cref="ModelFormatException">The file is damaged or belongs to another training.</exception>
    public void Restore(string path)
    {
        var exists = false;
        progress.Agreement.Together(() => exists = progress.IsFirstProcess && Exists(path));
        if (!progress.Agreement.Any(exists)) return;
        using var stream = progress.Distribution?.OpenRead(path) ?? File.OpenRead(path);
        using var reader = new BinaryReader(new BufferedStream(stream, 1 << 16));
        try
        {
            _ = reader.ReadUInt64();
            RequireParts(reader, path);
            Read(reader, CallbacksOf(reader));
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or OverflowException or InvalidDataException
            or (FormatException and not ModelFormatException))
        {
            throw ModelFormatException.About(
                path, "the backup belongs to a training of another model, optimizer, data set, augmentation or callbacks. Delete it to start from the "
                    + "beginning.", error);
        }
    }

    /// <exception cref="ModelFormatException">The training in the backup has another number of shards.</exception>
    /// <exception cref="ArgumentException">It is another training.</exception>
    private void RequireParts(BinaryReader reader, string path)
    {
        var written = new List<string>();
        for (var part = reader.ReadString(); part.Length > 0; part = reader.ReadString()) written.Add(part);
        var shards = written is [var first, ..] && first.EndsWith(OfShards, StringComparison.Ordinal)
            ? int.Parse(first[..^OfShards.Length], CultureInfo.InvariantCulture)
            : 1;
        if (shards != Shards)
            throw ModelFormatException.About(path, string.Create(
                CultureInfo.InvariantCulture,
                $"the backup belongs to a training with {shards} {(shards == 1 ? "shard" : "shards")}; this one has {Shards}. Train with DataParallel(shards: "
                    + $"{shards}), or delete the backup to start from the beginning."));
        if (!written.SequenceEqual(Parts)) throw new ArgumentException("other parts");
    }

    /// <summary>The callbacks of this training whose states are in the backup, in its order.</summary>
    private List<Callback> CallbacksOf(BinaryReader reader)
    {
        var (found, from) = (new List<Callback>(), 0);
        for (var name = reader.ReadString(); name.Length > 0; name = reader.ReadString())
        {
            var at = callbacks.Skip(from).ToList().FindIndex(callback => callback.GetType().Name == name);
            if (at < 0) throw new ArgumentException("other callbacks");
            found.Add(callbacks[from + at]);
            from += at + 1;
        }

        return found;
    }

    private static bool HasState(Callback callback)
    {
        using var counted = new ChecksumStream(Stream.Null);
        using var writer = new BinaryWriter(counted);
        callback.SaveState(writer);
        writer.Flush();
        return counted.Bytes > 0;
    }

    /// <summary>Whether there is a file, which is then sound.</summary>
    private static bool Exists(string path)
    {
        if (!File.Exists(path)) return false;
        using var file = File.OpenRead(path);
        return StateStream.IsSound(file, Signature) ? true : throw ModelFormatException.About(
            path, "expected a backup of a training; the file is damaged or something else. Delete it to start from the beginning.");
    }

    private void Read(BinaryReader reader, List<Callback> stateful)
    {
        var (steps, epochs, rate) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadSingle());
        var (finished, batch, stop) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        losses.Read(reader);
        progress.History.Read(reader);
        using (trainer.Model.WriteWeights())
        {
            foreach (var variable in Variables) variable.Write(StateStream.ReadFloats(reader));
        }

        (trainer.Steps, trainer.Epochs) = (steps, epochs);
        trainer.Optimizer.RestoreLearningRate(rate);
        (progress.FinishedEpochs, progress.FinishedBatches, progress.Stop) = (finished, batch, stop);
        if (shards is null) Restore(reader, progress.Metrics);
        else if (batch > 0) shards.Restore(trainer.Objectives, metrics => Restore(reader, metrics));
        Restore(reader, stateful.Select(callback => (Action<BinaryReader>)callback.RestoreState));
    }

    private static byte[] StatesOf(IEnumerable<Metric> metrics)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Write(writer, metrics);
        writer.Flush();
        return stream.ToArray();
    }

    private static void Write(BinaryWriter writer, IEnumerable<Metric> metrics) =>
        Write(writer, metrics.Select(metric => (Action<BinaryWriter>)metric.SaveState));

    private static void Write(BinaryWriter writer, IEnumerable<Action<BinaryWriter>> parts)
    {
        foreach (var save in parts)
        {
            save(writer);
            writer.Write(PartEnd);
        }
    }

    private static void Restore(BinaryReader reader, IEnumerable<Metric> metrics) =>
        Restore(reader, metrics.Select(metric => (Action<BinaryReader>)metric.RestoreState));

    private static void Restore(BinaryReader reader, IEnumerable<Action<BinaryReader>> parts)
    {
        foreach (var restore in parts)
        {
            restore(reader);
            if (reader.ReadInt32() != PartEnd) throw new ArgumentException("a metric or callback read more or less than it wrote");
        }
    }
}
