using System.Diagnostics;
using System.Runtime.InteropServices;
using Fovea.Formats;
using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>What a published program is made for.</summary>
/// <param name="Range">Which numbers the model expects for pixels; null where the model decides.</param>
/// <param name="Treatment">Whether to look for a digit; null where the model decides.</param>
/// <param name="Instructions">What .NET's native compiler calls the instructions it may use; empty for those of every processor.</param>
internal sealed record PublishSettings(PixelRange? Range, PictureTreatment? Treatment, string Instructions);

/// <summary>
/// Makes one native program of a model: a small project (<c>Publishing/Template</c>) with the model and Skia inside, compiled ahead of time by <c>dotnet publish</c>
/// against the assemblies that lie beside this command.
/// </summary>
internal static class ProgramPublisher
{
    private static readonly string[] Assemblies = ["Fovea.dll", "Fovea.Engine.dll", "Fovea.Imaging.dll", "Google.Protobuf.dll", "SkiaSharp.dll", "System.Numerics.Tensors.dll"];
    private static readonly string[] Linkers = ["clang", "gcc"];

    /// <summary>Compiles the program and puts it at a path.</summary>
    /// <exception cref="CommandException">What it takes is not there, or the compiler fails.</exception>
    public static async Task Publish(Model model, string path, PublishSettings settings, CancellationToken cancellation)
    {
        RequireTools();
        var folder = Directory.CreateTempSubdirectory("fovea-publish");
        try
        {
            PutProject(folder.FullName, model, settings);
            await Compile(folder.FullName, settings.Instructions, cancellation);
            var program = Path.Combine(folder.FullName, "out", OperatingSystem.IsWindows() ? "Published.exe" : "Published");
            AtomicFile.Write(path, stream =>
            {
                using var compiled = File.OpenRead(program);
                compiled.CopyTo(stream);
            });
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(program));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void RequireTools()
    {
        if (!IsInPath("dotnet")) throw new CommandException("publishing compiles with the .NET SDK 10 or newer; 'dotnet' was not found.");
        if (OperatingSystem.IsLinux() && !Linkers.Any(IsInPath))
            throw new CommandException("publishing links with clang or gcc, and neither was found; Debian and Ubuntu have them in 'apt-get install clang zlib1g-dev'.");
    }

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe")));

    private static void PutProject(string folder, Model model, PublishSettings settings)
    {
        foreach (var name in (string[])["Program.cs", "SkiaInside.cs", "Published.csproj"])
        {
            using var reader = new StreamReader(typeof(ProgramPublisher).Assembly.GetManifestResourceStream($"Template/{name}")!);
            File.WriteAllText(Path.Combine(folder, name), reader.ReadToEnd()
                .Replace("/*range*/null", settings.Range is { } range ? $"{nameof(PixelRange)}.{range}" : "null", StringComparison.Ordinal)
                .Replace("/*treatment*/null", settings.Treatment is { } treatment ? $"{nameof(PictureTreatment)}.{treatment}" : "null", StringComparison.Ordinal));
        }

        // A second model of the same layers is not compiled, so the optimizer's state stays out of the program.
        new Model(model.Inputs, model.Outputs, model.Name, model.Seed) { ClassNames = model.ClassNames }.Save(Path.Combine(folder, "model.keras"));
        Directory.CreateDirectory(Path.Combine(folder, "assemblies"));
        foreach (var name in Assemblies) File.Copy(Beside(name), Path.Combine(folder, "assemblies", name));
        File.Copy(Beside(NativeSkia), Path.Combine(folder, "skia"));
    }

    private static string NativeSkia => OperatingSystem.IsWindows() ? "libSkiaSharp.dll" : OperatingSystem.IsMacOS() ? "libSkiaSharp.dylib" : "libSkiaSharp.so";

    /// <summary>A file that came with this command.</summary>
    private static string Beside(string name)
    {
        string[] places = [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"), Path.Combine(AppContext.BaseDirectory, "runtimes", OperatingSystem.IsMacOS() ? "osx" : "any", "native")];
        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
            ?? throw new CommandException($"publishing needs '{name}' beside the command, in '{AppContext.BaseDirectory}'; it is missing.");
    }

    private static async Task Compile(string folder, string instructions, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("dotnet",
        [
            "publish", "Published.csproj", "-c", "Release", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "out", "-v", "q", "-nologo",
            $"-p:IlcInstructionSet={instructions}",
        ])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        try
        {
            var error = process.StandardError.ReadToEndAsync(cancellation);
            var text = await process.StandardOutput.ReadToEndAsync(cancellation) + await error;
            await process.WaitForExitAsync(cancellation);
            if (process.ExitCode == 0) return;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var reason = lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it said nothing";
            throw new CommandException($"'dotnet publish' failed with exit code {process.ExitCode}: {reason}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
