using System.Globalization;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>Shows how far a check of data is.</summary>
internal sealed class CheckProgressLine(LiveLine line) : IProgress<DataCheckProgress>, IDisposable
{
    public static CheckProgressLine On(CommandOutput output) => new(new LiveLine(output));

    public void Report(DataCheckProgress value)
    {
        var what = value.Step switch
        {
            "features" => "Computing features of images",
            "predictions" => "Predicting images",
            _ => "Checking images",
        };
        line.Show(string.Create(CultureInfo.InvariantCulture, $"{what}: {value.Done:N0} of {value.Total:N0}"));
    }

    public void Dispose() => line.Dispose();
}
