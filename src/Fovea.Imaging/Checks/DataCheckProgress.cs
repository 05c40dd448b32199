namespace Fovea.Imaging;

/// <summary>How far a <see cref="DataCheck"/> is.</summary>
/// <param name="Step">What is done: "images", "duplicates", "features" or "predictions".</param>
/// <param name="Done">The number of finished images.</param>
/// <param name="Total">The number of all.</param>
public readonly record struct DataCheckProgress(string Step, int Done, int Total);

/// <summary>Reports the progress of the steps of a check; nothing if the caller wants none.</summary>
internal sealed class CheckProgress(IProgress<DataCheckProgress>? target)
{
    /// <summary>The progress of a step.</summary>
    public IProgress<int>? Of(string step, int total) => target is null ? null : new Step(target, step, total);

    private sealed class Step(IProgress<DataCheckProgress> target, string step, int total) : IProgress<int>
    {
        public void Report(int value) => target.Report(new DataCheckProgress(step, value, total));
    }
}
