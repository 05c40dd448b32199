namespace Fovea;

/// <summary>
/// The complete state of a training, to be written and restored. At most one variable's values are in memory twice. The file has a signature, a description of
/// the training, its variables, the state of each metric and callback, and at the end a CRC-32 of everything before.
/// </summary>
internal sealed class TrainingState(Trainer trainer, TrainingProgress progress, MeanLosses losses, IReadOnlyList<Callback> callbacks)
{
    private const ulong Signature = 0x32_50_55_4B_43_41_42_46;  // "FBACKUP2"

    /// <summary>Written after the state of each metric and callback, to detect one that reads more or less than it wrote.</summary>
    private const int PartEnd = 0x54524150;

    private readonly Agreement agreement = new(progress.Distribution?.Processes ?? OneProcess.Instance);

    private IEnumerable<Engine.Variable> Variables => trainer.Variables;

    /// <summary>A description of the training; it must be the same in the training that is restored.</summary>
    private IEnumerable<string> Parts =>
    [
        trainer.Optimizer.GetType().Name, progress.Extent, .. Variables.Select(variable => variable.ToString()),
        .. progress.Metrics.Select(metric => metric.Name),
    ];

    /// <summary>Writes the training to a file. Of several processes the first writes it, and the others wait.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Write(string path) => agreement.Together(() =>
    {
        if (progress.IsFirstProcess) AtomicFile.Write(path, Write);
    });

    /// <summary>Writes the training to a stream, one variable after the other.</summary>
    public void Write(Stream stream)
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
        writer.Write(progress.IsEpochDone ? 0 : progress.Batch);
        writer.Write(progress.IsStopped);
        losses.Write(writer);
        progress.History.Write(writer);
        foreach (var variable in Variables) StateStream.Write(writer, variable.Values);
        foreach (var save in progress.Metrics.Select(metric => (Action<BinaryWriter>)metric.SaveState)
            .Concat(stateful.Select(callback => (Action<BinaryWriter>)callback.SaveState)))
        {
            save(writer);
            writer.Write(PartEnd);
        }

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
        agreement.Together(() => exists = progress.IsFirstProcess && Exists(path));
        if (!agreement.Any(exists)) return;
        using var stream = progress.Distribution?.OpenRead(path) ?? File.OpenRead(path);
        using var reader = new BinaryReader(new BufferedStream(stream, 1 << 16));
        try
        {
            _ = reader.ReadUInt64();
            if (!Parts.Append("").All(part => reader.ReadString() == part)) throw new ArgumentException("other parts");
            Read(reader, CallbacksOf(reader));
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or OverflowException or FormatException or InvalidDataException)
        {
            throw ModelFormatException.About(
                path, "the backup belongs to a training of another model, optimizer, data set or callbacks. Delete it to start from the beginning.", error);
        }
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
        return IsSound(file) ? true : throw ModelFormatException.About(
            path, "expected a backup of a training; the file is damaged or something else. Delete it to start from the beginning.");
    }

    private static bool IsSound(FileStream file)
    {
        if (file.Length < sizeof(ulong) + sizeof(uint)) return false;
        using var reader = new BinaryReader(file, System.Text.Encoding.UTF8, leaveOpen: true);
        if (reader.ReadUInt64() != Signature) return false;
        file.Position = 0;
        var checksum = ChecksumStream.Of(file, file.Length - sizeof(uint));
        return reader.ReadUInt32() == checksum;
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
        foreach (var restore in progress.Metrics.Select(metric => (Action<BinaryReader>)metric.RestoreState)
            .Concat(stateful.Select(callback => (Action<BinaryReader>)callback.RestoreState)))
        {
            restore(reader);
            if (reader.ReadInt32() != PartEnd) throw new ArgumentException("a metric or callback read more or less than it wrote");
        }
    }
}
