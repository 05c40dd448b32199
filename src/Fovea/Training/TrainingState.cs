using Fovea.Formats;
using Fovea.Formats.Keras;

namespace Fovea;

/// <summary>
/// All that a training in progress consists of, to write and to take up again. The file: a signature, a part for each thing, each
/// with its length in front, and a CRC-32 of all that at the end.
/// </summary>
internal sealed class TrainingState(Trainer trainer, TrainingProgress progress, MeanLosses losses, IReadOnlyList<Callback> callbacks)
{
    private const ulong Signature = 0x31_50_55_4B_43_41_42_46;  // "FBACKUP1"

    private IEnumerable<Engine.Variable> Variables => trainer.Variables;

    public void Write(string path) => AtomicFile.Write(path, stream =>
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(Signature);
        writer.Write(trainer.Steps);
        writer.Write(trainer.Epochs);
        writer.Write(trainer.Optimizer.LearningRate);

        // At the end of an epoch the next one has not begun.
        writer.Write(progress.Batch == progress.Batches ? progress.Epoch : progress.Epoch - 1);
        writer.Write(progress.Batch == progress.Batches ? 0 : progress.Batch);
        writer.Write(progress.Stop);
        losses.Write(writer);
        progress.History.Write(writer);
        foreach (var variable in Variables) StateStream.Write(writer, variable.Values);
        foreach (var metric in progress.Metrics) WritePart(writer, metric.SaveState);
        foreach (var callback in callbacks) WritePart(writer, callback.SaveState);
        writer.Flush();
        var content = memory.GetBuffer().AsSpan(0, (int)memory.Length);
        stream.Write(content);
        stream.Write(BitConverter.GetBytes(Crc32.Compute(content)));
    });

    /// <summary>Takes up the training that a file describes: nothing is changed if the file is damaged.</summary>
    /// <exception cref="ModelFormatException">It is damaged or belongs to another training.</exception>
    public void Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        if (bytes.Length < 12 || BitConverter.ToUInt64(bytes) != Signature || Crc32.Compute(bytes.AsSpan()[..^4]) != BitConverter.ToUInt32(bytes.AsSpan()[^4..]))
            throw ModelFormatException.About(path, "expected a backup of a training; the file is damaged or something else. Delete it to begin anew.");
        using var reader = new BinaryReader(new MemoryStream(bytes, 8, bytes.Length - 12));
        try
        {
            Read(reader);
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or OverflowException)
        {
            throw ModelFormatException.About(path, "the backup belongs to a training of another model, optimizer, data set or callbacks. Delete it to begin anew.", error);
        }
    }

    private void Read(BinaryReader reader)
    {
        var (steps, epochs, rate) = (reader.ReadInt64(), reader.ReadInt32(), reader.ReadSingle());
        var (finished, batch, stop) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        losses.Read(reader);
        progress.History.Read(reader);
        if (batch >= progress.Batches) throw new ArgumentException("more batches than an epoch has");
        var values = Variables.Select(variable => (variable, Values: StateStream.ReadFloats(reader))).ToList();
        if (values.Any(pair => pair.Values.Length != pair.variable.Shape.Count)) throw new ArgumentException("other shapes");
        foreach (var (variable, floats) in values) variable.Write(floats);
        (trainer.Steps, trainer.Epochs) = (steps, epochs);
        trainer.Optimizer.RestoreLearningRate(rate);
        (progress.FinishedEpochs, progress.FinishedBatches, progress.Stop) = (finished, batch, stop);
        foreach (var metric in progress.Metrics) ReadPart(reader, metric.RestoreState);
        foreach (var callback in callbacks) ReadPart(reader, callback.RestoreState);
    }

    private static void WritePart(BinaryWriter writer, Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        using var part = new BinaryWriter(memory);
        write(part);
        part.Flush();
        writer.Write((int)memory.Length);
        writer.Write(memory.GetBuffer(), 0, (int)memory.Length);
    }

    private static void ReadPart(BinaryReader reader, Action<BinaryReader> read)
    {
        using var part = new BinaryReader(new MemoryStream(reader.ReadBytes(reader.ReadInt32())));
        read(part);
    }
}
