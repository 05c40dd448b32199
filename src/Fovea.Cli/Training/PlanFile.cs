using System.Text.Json;

namespace Fovea.Cli;

/// <summary>
/// The plan of a training with <c>--time</c> and <c>--backup</c>, next to the backup: a training that is resumed keeps its plan, although the machine would be
/// measured otherwise now.
/// </summary>
/// <param name="backup">The file of the backup.</param>
internal sealed class PlanFile(string backup)
{
    private string Path => $"{backup}.plan";

    /// <summary>The plan of the training that the backup belongs to; null if there is none.</summary>
    /// <exception cref="CommandException">The file is damaged.</exception>
    public TrainingPlan? Read()
    {
        if (!File.Exists(backup) || !File.Exists(Path)) return null;
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(Path), PlanJsonContext.Default.TrainingPlan);
        }
        catch (JsonException error)
        {
            throw new CommandException(
                $"--backup: '{Path}' is damaged, so that the plan of the training is lost; delete it and '{backup}' to begin again.", error);
        }
    }

    public void Write(TrainingPlan plan)
    {
        using var stream = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(plan, PlanJsonContext.Default.TrainingPlan));
        AtomicFile.Write(Path, stream.CopyTo);
    }

    /// <summary>Deletes the plan of a training that has ended.</summary>
    public void Delete() => File.Delete(Path);
}
