using System.Globalization;

namespace Fovea;

/// <summary>The values that training measured in each epoch, by Keras' names: loss, accuracy, val_loss, val_accuracy, …</summary>
public sealed class History
{
    private readonly Dictionary<string, List<double>> values = [];
    private readonly Dictionary<string, MonitorMode> directions = [];
    private readonly List<string> notes = [];
    private readonly List<EpochRecord> records = [];

    /// <summary>The names, in the order in which they were first measured.</summary>
    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>The number of finished epochs.</summary>
    public int Epochs => values.Count == 0 ? 0 : values.Values.Max(list => list.Count);

    /// <summary>
    /// Sentences about actions of the training that the caller may not expect, such as compiling the model again because layers were frozen.
    /// </summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>
    /// The classes of the model's layers that act only in training, such as <c>Dropout</c> and <c>RandomFlip</c>. The training values are measured with them,
    /// the validation values without them.
    /// </summary>
    public IReadOnlyList<string> TrainingOnlyLayers { get; internal set; } = [];

    /// <summary>The learning rate, the speed and the times of each finished epoch.</summary>
    public IReadOnlyList<EpochRecord> Records => records;

    /// <summary>
    /// The validation values, such as <c>val_loss</c> and <c>val_accuracy</c>, of the model after the training, where those of the epochs are others: of the
    /// weights before they became averages (<see cref="Model.FitOneCycle"/> with an optimizer that averages them), or of smaller images
    /// (<see cref="ValidationAtTrainingSize"/>). Null elsewhere: the last epoch has the values of the model.
    /// </summary>
    public IReadOnlyDictionary<string, double>? Final { get; internal set; }

    /// <summary>The values of a name, one for each epoch: <c>history["val_accuracy"][^1]</c> is the last.</summary>
    /// <exception cref="KeyNotFoundException">No value of this name was measured.</exception>
    public IReadOnlyList<double> this[string name] => values.TryGetValue(name, out var list)
        ? list
        : throw new KeyNotFoundException($"History: '{name}' was not measured; measured were {string.Join(", ", values.Keys)}.");

    /// <summary>
    /// Whether higher (<see cref="MonitorMode.Max"/>) or lower values (<see cref="MonitorMode.Min"/>) of a name are better; <see cref="MonitorMode.Auto"/> if
    /// it is not known, as for a custom metric that does not define <see cref="Metric.Direction"/>.
    /// </summary>
    /// <exception cref="KeyNotFoundException">No value of this name was measured.</exception>
    public MonitorMode DirectionOf(string name)
    {
        _ = this[name];
        return directions.TryGetValue(name, out var direction) ? direction
            : name.EndsWith("loss", StringComparison.Ordinal) ? MonitorMode.Min
            : MonitorMode.Auto;
    }

    /// <summary>The number of epochs and the last value of each name: <c>3 epochs - loss: 0.2512 - accuracy: 0.9100 - val_loss: 0.2789</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epochs} epoch{(Epochs == 1 ? "" : "s")}")
        + string.Concat(values.Select(entry => $" - {ProgressText.Value(KeyValuePair.Create(entry.Key, entry.Value[^1]))}"));

    /// <summary>The values as a table in HTML, for notebooks and reports. The best value of each name is bold.</summary>
    public string ToHtml()
    {
        string[] names = [.. values.Keys];
        var best = names.Select(name => (DirectionOf(name), values[name].Where(double.IsFinite).ToList()) switch
        {
            (_, []) or (MonitorMode.Auto, _) => -1,
            (MonitorMode.Min, var list) => values[name].IndexOf(list.Min()),
            (_, var list) => values[name].IndexOf(list.Max()),
        }).ToList();
        var rows = Enumerable.Range(0, Epochs).Select(epoch => (IReadOnlyList<string>)
            [Print(epoch + 1, "0"), .. names.Select(name => epoch < values[name].Count ? Print(values[name][epoch], "0.0000") : "")]);
        return HtmlTable.Build(
            "Training", ["epoch", .. names], rows, [true, .. names.Select(_ => true)], notes: notes, isBold: (row, column) =>
                column > 0 && best[column - 1] == row);

        static string Print(double value, string format) =>
            value.ToString(value != 0 && Math.Abs(value) < 1e-3 ? "0.000e0" : format, CultureInfo.InvariantCulture);
    }

    /// <summary>Returns the history as bytes, to keep it or to send it to another process. <see cref="FromBytes"/> reads them.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        Write(writer);
        foreach (var record in records) record.WriteTimes(writer);
        writer.Write(directions.Count);
        foreach (var (name, direction) in directions)
        {
            writer.Write(name);
            writer.Write((int)direction);
        }

        writer.Write(Final?.Count ?? -1);
        foreach (var (name, value) in Final ?? new Dictionary<string, double>())
        {
            writer.Write(name);
            writer.Write(value);
        }

        foreach (var texts in (IReadOnlyList<string>[])[notes, TrainingOnlyLayers])
        {
            writer.Write(texts.Count);
            foreach (var text in texts) writer.Write(text);
        }

        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a history that <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or something else.</exception>
    public static History FromBytes(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var history = new History();
        using var stream = new MemoryStream(bytes);
        using var reader = new BinaryReader(stream);
        try
        {
            history.Read(reader);
            for (var i = 0; i < history.records.Count; i++) history.records[i] = history.records[i].WithTimes(reader);
            for (var left = reader.ReadInt32(); left > 0; left--) history.directions[reader.ReadString()] = (MonitorMode)reader.ReadInt32();
            if (reader.ReadInt32() is >= 0 and var count)
            {
                var final = new Dictionary<string, double>();
                for (var left = count; left > 0; left--) final[reader.ReadString()] = reader.ReadDouble();
                history.Final = final;
            }

            for (var left = reader.ReadInt32(); left > 0; left--) history.notes.Add(reader.ReadString());
            history.TrainingOnlyLayers = [.. Enumerable.Range(0, reader.ReadInt32()).Select(_ => reader.ReadString())];
        }
        catch (Exception error) when (error is EndOfStreamException or ArgumentException or FormatException or IOException)
        {
            throw new InvalidDataException("History: expected the bytes of ToBytes; they are damaged or something else.", error);
        }

        return stream.Position == bytes.Length
            ? history
            : throw new InvalidDataException("History: expected the bytes of ToBytes; there are more after the end.");
    }

    internal void Write(BinaryWriter writer)
    {
        writer.Write(values.Count);
        foreach (var (name, list) in values)
        {
            writer.Write(name);
            writer.Write(list.Count);
            foreach (var value in list) writer.Write(value);
        }

        writer.Write(records.Count);
        foreach (var record in records) record.Write(writer);
    }

    internal void Read(BinaryReader reader)
    {
        values.Clear();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var list = values[reader.ReadString()] = [];
            for (var count = reader.ReadInt32(); count > 0; count--) list.Add(reader.ReadDouble());
        }

        records.Clear();
        for (var left = reader.ReadInt32(); left > 0; left--) records.Add(EpochRecord.Read(reader));
    }

    /// <summary>Takes the directions of better values from the training.</summary>
    internal void TakeDirections(MeasuredNames measured)
    {
        foreach (var name in measured.Names) directions[name] = measured.DirectionOf(name)!.Value;
    }

    /// <summary>Takes the evaluation of the model after the training.</summary>
    /// <param name="evaluation">Its loss and metrics on the validation data.</param>
    /// <param name="note">Makes a note of the values.</param>
    internal void AddFinal(Evaluation evaluation, Func<string, string> note)
    {
        Final = new Dictionary<string, double>(
            evaluation.Metrics.Select(metric => KeyValuePair.Create($"val_{metric.Key}", metric.Value))
                .Prepend(KeyValuePair.Create("val_loss", evaluation.Loss)));
        Note(note(string.Join(',', Final.Select(value => $" {ProgressText.Value(value)}"))));
    }

    internal void Note(string sentence)
    {
        if (!notes.Contains(sentence)) notes.Add(sentence);
    }

    internal void Add(EpochRecord record) => records.Add(record);

    internal void Add(string name, double value)
    {
        if (!values.TryGetValue(name, out var list)) values[name] = list = [];
        list.Add(value);
    }
}
