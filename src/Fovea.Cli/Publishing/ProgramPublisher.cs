using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Fovea.Cli;

/// <summary>
/// Compiles a model into one native program: a small project (<c>Publishing/Template</c>), with the model and Skia embedded, is compiled ahead of time by
/// <c>dotnet publish</c> against the assemblies of this command.
/// </summary>
internal static class ProgramPublisher
{
    private static readonly string[] Assemblies =
        ["Fovea.dll", "Fovea.Engine.dll", "Fovea.Imaging.dll", "Google.Protobuf.dll", "SkiaSharp.dll", "System.Numerics.Tensors.dll"];
    private static readonly string[] Linkers = ["clang", "gcc"];

    /// <summary>Compiles the program, which prepares images as the model defines.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">The program's file.</param>
    /// <param name="instructions">The instruction set for .NET's native compiler; empty for the one that all processors support.</param>
    /// <param name="cancellationToken">Stops the compiler.</param>
    /// <exception cref="CommandException">A tool is missing, or the compiler fails.</exception>
    public static async Task Publish(Model model, string path, string instructions, CancellationToken cancellationToken)
    {
        RequireTools();
        var folder = Directory.CreateTempSubdirectory("fovea-publish");
        try
        {
            PutProject(folder.FullName, model);
            await Compile(folder.FullName, instructions, cancellationToken);
            var program = Path.Combine(folder.FullName, "out", OperatingSystem.IsWindows() ? "Published.exe" : "Published");
            AtomicFile.Write(path, stream =>
            {
                using var compiled = File.OpenRead(program);
                compiled.CopyTo(stream);
            }, cancellationToken);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, File.GetUnixFileMode(program));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void RequireTools()
    {
        if (!IsInPath("dotnet")) throw new CommandException("publishing requires the .NET SDK 10 or newer; 'dotnet' was not found.");
        if (OperatingSystem.IsLinux() && !Linkers.Any(IsInPath))
            throw new CommandException(
                "publishing links with clang or gcc, and neither was found; Debian and Ubuntu have them in 'apt-get install clang zlib1g-dev'.");
    }

    private static bool IsInPath(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)) || File.Exists(Path.Combine(folder, $"{program}.exe")));

    private static void PutProject(string folder, Model model)
    {
        foreach (var name in (string[])["Program.cs", "SkiaInside.cs", "Published.csproj"])
        {
            using var reader = new StreamReader(typeof(ProgramPublisher).Assembly.GetManifestResourceStream($"Template/{name}")!);
            File.WriteAllText(Path.Combine(folder, name), reader.ReadToEnd());
        }

        // A second model of the same layers is not compiled, so that the program does not contain the state of the optimizer.
        new Model(
            model.Inputs, model.Outputs, model.Name, model.Seed)
        {
            ClassNames = model.ClassNames,
            ImageInput = model.ImageInput,
            OutputKind = model.OutputKind
        }.Save(Path.Combine(folder, "model.keras"));
        Directory.CreateDirectory(Path.Combine(folder, "assemblies"));
        foreach (var name in Assemblies) File.Copy(Installed(name), Path.Combine(folder, "assemblies", name));
        File.Copy(Installed(NativeSkia), Path.Combine(folder, "skia"));
    }

    private static string NativeSkia => OperatingSystem.IsWindows() ? "libSkiaSharp.dll" : OperatingSystem.IsMacOS() ? "libSkiaSharp.dylib" : "libSkiaSharp.so";

    /// <summary>A file that is installed with this command.</summary>
    private static string Installed(string name)
    {
        string[] places =
            [AppContext.BaseDirectory, Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native"),
            Path.Combine(AppContext.BaseDirectory, "runtimes", OperatingSystem.IsMacOS() ? "osx" : "any", "native")];
        return places.Select(place => Path.Combine(place, name)).FirstOrDefault(File.Exists)
            ?? throw new CommandException($"publishing needs '{name}' in the folder of the command, '{AppContext.BaseDirectory}'; it is missing.");
    }

    private static async Task Compile(string folder, string instructions, CancellationToken cancellationToken)
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
            var error = process.StandardError.ReadToEndAsync(cancellationToken);
            var text = await process.StandardOutput.ReadToEndAsync(cancellationToken) + await error;
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode == 0) return;
            var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var reason = lines.FirstOrDefault(line => line.Contains("error", StringComparison.Ordinal)) ?? lines.LastOrDefault() ?? "it printed no message";
            throw new CommandException($"'dotnet publish' failed with exit code {process.ExitCode}: {reason}");
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
    }
}
