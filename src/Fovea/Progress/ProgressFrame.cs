namespace Fovea;

/// <summary>A line of progress: text, the done and the remaining part of a bar, and text.</summary>
/// <param name="Before">The text before the bar.</param>
/// <param name="Done">The part of the bar that is done.</param>
/// <param name="Left">The remaining part.</param>
/// <param name="After">The text after the bar.</param>
internal readonly record struct ProgressFrame(string Before, string Done = "", string Left = "", string After = "")
{
    /// <summary>The number of columns.</summary>
    public int Width => Before.Length + Done.Length + Left.Length + After.Length;
}
