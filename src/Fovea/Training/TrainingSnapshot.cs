using Fovea.Engine;

namespace Fovea;

/// <summary>
/// Copies of everything that training changes, to go back to when the loss is no longer finite. A loss is measured before its step, so that a copy is known
/// to be good only when the next loss is finite; until then the copy before it is kept too.
/// </summary>
internal sealed class TrainingSnapshot(Trainer trainer)
{
    private readonly Variable[] variables = [.. trainer.Variables];
    private readonly int epochsBefore = trainer.Epochs;
    private Copy? good;
    private Copy? latest;

    /// <summary>Copies the weights, the optimizer's slots and the counts of steps and epochs.</summary>
    public void Take()
    {
        latest ??= new Copy([.. variables.Select(variable => new float[variable.Shape.Count])]);
        for (var i = 0; i < variables.Length; i++) variables[i].Values.CopyTo(latest.Values[i]);
        (latest.Steps, latest.Epochs) = (trainer.Steps, trainer.Epochs);
    }

    /// <summary>Marks the latest copy as good.</summary>
    public void Confirm() => (good, latest) = (latest, good);

    /// <summary>Goes back to the last good copy.</summary>
    /// <returns>The number of epochs of this training that the copy has seen.</returns>
    public int Restore()
    {
        var copy = good ?? latest!;
        using var pass = trainer.Model.WriteWeights();
        for (var i = 0; i < variables.Length; i++) variables[i].Write(copy.Values[i]);
        (trainer.Steps, trainer.Epochs) = (copy.Steps, copy.Epochs);
        return copy.Epochs - epochsBefore;
    }

    private sealed record Copy(float[][] Values)
    {
        public long Steps { get; set; }

        public int Epochs { get; set; }
    }
}
