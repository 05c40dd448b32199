namespace Fovea;

/// <summary>Ends training when a watched value has not improved for some epochs; <c>keras.callbacks.EarlyStopping</c>.</summary>
public sealed class EarlyStopping : Callback
{
    private readonly MonitoredValue monitored;
    private int waited;
    private float[][] bestWeights = [];

    /// <summary>Watches a value.</summary>
    /// <param name="monitor">The name in <see cref="History"/>: <c>val_loss</c>, <c>val_accuracy</c>, …</param>
    /// <param name="minDelta">The smallest change that counts as an improvement; at least 0.</param>
    /// <param name="patience">The number of epochs without improvement after which training ends; at least 0, which means 1.</param>
    /// <param name="mode">Whether higher or lower values are better.</param>
    /// <param name="restoreBestWeights">Whether the model gets the weights of its best epoch back at the end.</param>
    /// <param name="startFromEpoch">The number of epochs at the beginning that are not watched.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not finite.</exception>
    public EarlyStopping(
        string monitor = "val_loss", double minDelta = 0, int patience = 0, MonitorMode mode = MonitorMode.Auto, bool restoreBestWeights = false,
            int startFromEpoch = 0)
    {
        monitored = new MonitoredValue(this, monitor, mode, minDelta);
        Patience = patience.AtLeast(0, nameof(EarlyStopping), nameof(patience));
        StartFromEpoch = startFromEpoch.AtLeast(0, nameof(EarlyStopping), nameof(startFromEpoch));
        RestoreBestWeights = restoreBestWeights;
    }

    /// <summary>The number of epochs without improvement after which training ends.</summary>
    public int Patience { get; }

    /// <summary>Whether the model gets the weights of its best epoch back at the end.</summary>
    public bool RestoreBestWeights { get; }

    /// <summary>The number of epochs at the beginning that are not watched.</summary>
    public int StartFromEpoch { get; }

    /// <summary>A value that must be exceeded: until it is, epochs count as epochs without improvement. Keras' <c>baseline</c>.</summary>
    public double? Baseline { get; init; }

    /// <summary>The best epoch, from 1; 0 before there was one.</summary>
    public int BestEpoch { get; private set; }

    /// <summary>The epoch after which training was ended, from 1; 0 if it was not.</summary>
    public int StoppedEpoch { get; private set; }

    internal override bool ActsOnBatches => false;

    /// <inheritdoc/>
    /// <exception cref="TrainingException">The value is not measured, or it is not known which values of it are better.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        monitored.Begin(progress);
        monitored.Reset();
        (waited, BestEpoch, StoppedEpoch, bestWeights) = (0, 0, 0, []);
    }

    /// <inheritdoc/>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (progress.Epoch <= StartFromEpoch) return;
        waited++;
        if (monitored.Improves(progress))
        {
            BestEpoch = progress.Epoch;
            if (RestoreBestWeights) bestWeights = [.. progress.Model.Weights.Select(weight => weight.Values.ToArray())];
            if (Baseline is not { } baseline || monitored.IsBetter(monitored.Best, baseline)) waited = 0;
        }

        if (waited < Math.Max(1, Patience) || progress.Epoch == BestEpoch) return;
        StoppedEpoch = progress.Epoch;
        progress.Stop = true;
    }

    /// <inheritdoc/>
    public override void OnTrainingEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        using var pass = progress.Model.WriteWeights();
        foreach (var (weight, values) in progress.Model.Weights.Zip(bestWeights)) weight.Write(values);
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        monitored.SaveState(writer);
        writer.Write(waited);
        writer.Write(BestEpoch);
        writer.Write(bestWeights.Length);
        foreach (var values in bestWeights) StateStream.Write(writer, values);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        monitored.RestoreState(reader);
        (waited, BestEpoch) = (reader.ReadInt32(), reader.ReadInt32());
        bestWeights = new float[reader.ReadInt32()][];
        for (var i = 0; i < bestWeights.Length; i++) bestWeights[i] = StateStream.ReadFloats(reader);
    }
}
