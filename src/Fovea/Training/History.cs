namespace Fovea;

/// <summary>The values that training measured in each epoch, by Keras' names: loss, accuracy, val_loss, val_accuracy, …</summary>
public sealed class History
{
    private readonly Dictionary<string, List<double>> values = [];
    private readonly List<string> notes = [];

    /// <summary>The names, in the order in which they were first measured.</summary>
    public IReadOnlyCollection<string> Names => values.Keys;

    /// <summary>The number of finished epochs.</summary>
    public int Epochs => values.Count == 0 ? 0 : values.Values.Max(list => list.Count);

    /// <summary>
    /// Sentences about actions of the training that the caller may not expect, such as compiling the model again because layers were frozen.
    /// </summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>The values of a name, one for each epoch: <c>history["val_accuracy"][^1]</c> is the last.</summary>
    /// <exception cref="KeyNotFoundException">No value of this name was measured.</exception>
    public IReadOnlyList<double> this[string name] => values.TryGetValue(name, out var list)
        ? list
        : throw new KeyNotFoundException($"History: '{name}' was not measured; measured were {string.Join(", ", values.Keys)}.");

    internal void Write(BinaryWriter writer)
    {
        writer.Write(values.Count);
        foreach (var (name, list) in values)
        {
            writer.Write(name);
            writer.Write(list.Count);
            foreach (var value in list) writer.Write(value);
        }
    }

    internal void Read(BinaryReader reader)
    {
        values.Clear();
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            var list = values[reader.ReadString()] = [];
            for (var count = reader.ReadInt32(); count > 0; count--) list.Add(reader.ReadDouble());
        }
    }

    internal void Note(string sentence)
    {
        if (!notes.Contains(sentence)) notes.Add(sentence);
    }

    internal void Add(string name, double value)
    {
        if (!values.TryGetValue(name, out var list)) values[name] = list = [];
        list.Add(value);
    }
}
