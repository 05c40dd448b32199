using System.Globalization;
using Spectre.Console;

namespace Fovea.Cli;

/// <summary>Shows the progress of downloads.</summary>
internal static class Downloads
{
    /// <summary>Runs something that may download files, and shows the progress: in place at a terminal, one line per file otherwise.</summary>
    public static T Show<T>(CommandOutput output, Func<IProgress<DownloadProgress>, T> load)
    {
        var progress = new Lines(output);
        var result = load(progress);
        progress.End();
        return result;
    }

    /// <inheritdoc cref="Show"/>
    public static async Task<T> ShowAsync<T>(CommandOutput output, Func<IProgress<DownloadProgress>, Task<T>> load)
    {
        var progress = new Lines(output);
        var result = await load(progress);
        progress.End();
        return result;
    }

    private sealed class Lines(CommandOutput output) : IProgress<DownloadProgress>
    {
        private readonly Lock gate = new();
        private string? file;
        private long lastShown;

        public void Report(DownloadProgress value)
        {
            lock (gate)
            {
                var isNew = value.FileName != file;
                if (isNew)
                {
                    End();
                    file = value.FileName;
                    if (!output.IsLive) output.Console.MarkupLine($"Downloading {Markup.Escape(value.FileName)} …");
                }

                if (!output.IsLive || (!isNew && TimeProvider.System.GetElapsedTime(lastShown).TotalMilliseconds < 100 && value.Received != value.Total))
                    return;
                lastShown = TimeProvider.System.GetTimestamp();
                var total = value.Total is { } bytes ? $" of {Megabytes(bytes)}" : "";
                output.Console.Write(new ControlCode("\r"));
                output.Console.Markup($"Downloading [bold]{Markup.Escape(value.FileName)}[/]: {Megabytes(value.Received)}{total} MB   ");
            }
        }

        public void End()
        {
            if (file is not null && output.IsLive) output.Console.WriteLine();
            file = null;
        }

        private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
    }
}
