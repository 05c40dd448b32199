using System.Globalization;
using System.Text;

namespace Fovea;

/// <summary>
/// Writes a row for each epoch to a CSV file: the number of the epoch, from 0 as in Keras, and all measured values; <c>keras.callbacks.CSVLogger</c>. Each
/// row is on the disk when the epoch ends. Of several processes the first writes the file.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="separator">The character between two columns.</param>
/// <param name="append">Whether rows are added to an existing file, instead of replacing it.</param>
public sealed class CsvLogger(string path, char separator = ',', bool append = false) : Callback
{
    private long length;

    /// <summary>The file.</summary>
    public string FilePath { get; } = path.NotEmpty(nameof(CsvLogger), nameof(path), "the path of a file");

    internal override bool ActsOnBatches => false;

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written, or its folder is missing, which this callback does not create, as in Keras.</exception>
    public override void OnTrainingBegin(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (!progress.IsFirstProcess) return;
        using var file = new FileStream(FilePath, FileMode.OpenOrCreate);
        length = append ? file.Length : 0;
    }

    /// <inheritdoc/>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public override void OnEpochEnd(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        if (!progress.IsFirstProcess) return;
        var history = progress.History;
        var text = new StringBuilder();
        if (length == 0) text.AppendJoin(separator, ["epoch", .. history.Names]).Append('\n');
        text.AppendJoin(
            separator,
            [(progress.Epoch - 1).ToString(CultureInfo.InvariantCulture),
            .. history.Names.Select(name => history[name][^1].ToString("R", CultureInfo.InvariantCulture))]).Append('\n');
        using var file = new FileStream(FilePath, FileMode.OpenOrCreate);
        file.SetLength(length);  // removes rows of an earlier training, or of an interrupted one that has begun this epoch again
        file.Position = length;
        try
        {
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Flush();
        }
        catch (IOException)
        {
            file.SetLength(length);  // on a full disk, the rows so far are kept
            throw;
        }

        length = file.Length;
    }

    /// <inheritdoc/>
    public override void SaveState(BinaryWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(length);
    }

    /// <inheritdoc/>
    public override void RestoreState(BinaryReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        length = reader.ReadInt64();
    }
}
