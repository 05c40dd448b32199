using Fovea.Engine;

namespace Fovea;

/// <content>The state of the optimizer in files.</content>
public sealed partial class TrainingStep
{
    private const ulong Signature = 0x31_50_45_54_53_41_56_46;  // "FVASTEP1"

    /// <summary>
    /// Writes the number of runs, the learning rate and what the optimizer keeps for each weight, such as the means of <see cref="Adam"/>. With the weights,
    /// which <see cref="Model.Save(string, CancellationToken)"/> writes, a training can be resumed: <see cref="LoadState"/>. The file is written whole or not
    /// at all.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops before the file is written.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void SaveState(string path, CancellationToken cancellationToken = default)
    {
        path.NotEmpty(nameof(TrainingStep), nameof(path), "the path of a file");
        cancellationToken.ThrowIfCancellationRequested();
        lock (gate) AtomicFile.Write(path, Write, cancellationToken);
    }

    /// <summary>
    /// Reads what <see cref="SaveState"/> has written, into a step of the same models and the same kind of optimizer. With the weights that the models had
    /// then, the next runs give the same bits as without an interruption. Nothing is changed if the file does not fit.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Stops before the file is read.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ModelFormatException">The file is damaged, or belongs to a step of other models or another optimizer.</exception>
    public void LoadState(string path, CancellationToken cancellationToken = default)
    {
        path.NotEmpty(nameof(TrainingStep), nameof(path), "the path of a file");
        cancellationToken.ThrowIfCancellationRequested();
        using var file = File.OpenRead(path);
        if (!StateStream.IsSound(file, Signature))
            throw ModelFormatException.About(path, "expected the state of a TrainingStep; the file is damaged or something else.");
        file.Position = sizeof(ulong);
        using var reader = new BinaryReader(new BufferedStream(file, 1 << 16));
        lock (gate)
        {
            var (expected, slots) = (Parts.ToList(), Slots.ToList());
            var found = new string[reader.ReadInt32()];
            for (var i = 0; i < found.Length; i++) found[i] = reader.ReadString();
            for (var i = 0; i < Math.Max(expected.Count, found.Length); i++)
            {
                if (expected.ElementAtOrDefault(i) is var wanted && found.ElementAtOrDefault(i) is var received && wanted != received)
                    throw ModelFormatException.About(
                        path,
                        $"expected the state of a step of the same models and optimizer, with {wanted ?? "nothing more"}; received {received ?? "nothing"}.");
            }

            var (steps, rate) = (reader.ReadInt64(), reader.ReadSingle());
            foreach (var slot in slots) slot.Write(StateStream.ReadFloats(reader));
            Steps = steps;
            Optimizer.RestoreLearningRate(rate);
        }
    }

    /// <summary>The weights that are trained, as the layers are now.</summary>
    private IReadOnlyList<TrainedWeight> Weights
    {
        get
        {
            foreach (var model in trained.OfType<Model>()) _ = model.Weights;
            return weights.Of(trained.SelectMany(layer => layer.Leaves).Distinct());
        }
    }

    private IEnumerable<Variable> Slots => Weights.SelectMany(weight => weight.Slots);

    /// <summary>The optimizer and each of its tensors, as texts. They must be the same in the step that is restored.</summary>
    private IEnumerable<string> Parts =>
        Weights.SelectMany(weight => weight.Slots.Select(slot => $"'{slot.Name}' of '{weight.Variable}'")).Prepend(Optimizer.GetType().Name);

    private void Write(Stream stream)
    {
        using var checked32 = new ChecksumStream(stream);
        using var writer = new BinaryWriter(checked32);
        writer.Write(Signature);
        var parts = Parts.ToList();
        writer.Write(parts.Count);
        foreach (var part in parts) writer.Write(part);
        writer.Write(Steps);
        writer.Write((float)Optimizer.LearningRate);
        foreach (var slot in Slots) StateStream.Write(writer, slot.Values);
        writer.Flush();
        stream.Write(BitConverter.GetBytes(checked32.Checksum));
    }
}
