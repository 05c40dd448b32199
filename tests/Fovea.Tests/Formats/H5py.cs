using System.Diagnostics;

namespace Fovea.Tests.Formats;

/// <summary>An independent reader and writer of HDF5: Debian's python3-h5py.</summary>
internal static class H5py
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Skips the test where h5py is missing.</summary>
    public static void Require() =>
        Assert.SkipUnless(File.Exists(Python) && Start("import h5py").Code == 0, $"'{Python}' with h5py is not there (Debian: python3-h5py).");

    /// <summary>Skips the test where a module of Python's is missing.</summary>
    public static void Require(string module) =>
        Assert.SkipUnless(File.Exists(Python) && Start($"import {module}").Code == 0, $"'{Python}' with {module} is not there.");

    /// <summary>Runs a script and returns what it prints.</summary>
    public static string Run(string script, params string[] arguments)
    {
        var (code, output) = Start(script, arguments);
        Assert.True(code == 0, output);
        return output.ReplaceLineEndings("\n");
    }

    private static (int Code, string Output) Start(string script, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Python, ["-c", script, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
