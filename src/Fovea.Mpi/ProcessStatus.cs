using System.Globalization;

namespace Fovea.Mpi;

/// <summary>What Linux tells about a process in <c>/proc/PID/status</c>.</summary>
/// <param name="Name">The name of its program, of which Linux keeps 15 characters.</param>
/// <param name="Parent">The process that started it; 0 for none.</param>
/// <param name="Processors">The numbers of the processors that it may run on.</param>
internal sealed record ProcessStatus(string Name, int Parent, IReadOnlyList<int> Processors)
{
    /// <summary>The beginnings of the names of programs that start the processes of a job.</summary>
    private static readonly string[] Launchers = ["mpirun", "mpiexec", "orte", "prte", "hydra_pmi"];

    /// <summary>Reads the status of a process.</summary>
    /// <param name="process">Its number, or "self".</param>
    /// <returns>The status; null if there is none, as on other systems.</returns>
    public static ProcessStatus? Read(string process) => ReadText($"/proc/{process}/status") is { } text ? Parse(text) : null;

    public static ProcessStatus Parse(string text)
    {
        var fields = text.Split('\n').Select(line => line.Split(':', 2)).Where(parts => parts.Length == 2)
            .DistinctBy(parts => parts[0]).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return new(
            fields.GetValueOrDefault("Name", ""), int.Parse(fields.GetValueOrDefault("PPid", "0"), CultureInfo.InvariantCulture),
            [.. Ranges(fields.GetValueOrDefault("Cpus_allowed_list", ""))]);
    }

    /// <summary>The text of a small file; null if it cannot be read.</summary>
    public static string? ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The processors of the launcher that started this process, possibly by a script; none if there is no launcher on this machine.</summary>
    public IReadOnlyList<int> LauncherProcessors()
    {
        for (var status = this; status is { Parent: > 0 };)
        {
            status = Read(status.Parent.ToString(CultureInfo.InvariantCulture));
            if (status is not null && Launchers.Any(name => status.Name.StartsWith(name, StringComparison.Ordinal))) return status.Processors;
        }

        return [];
    }

    /// <summary>The numbers in a list such as "0-3,8".</summary>
    private static IEnumerable<int> Ranges(string list) =>
        from part in list.Split(',', StringSplitOptions.RemoveEmptyEntries)
        let ends = part.Split('-')
        let first = int.Parse(ends[0], CultureInfo.InvariantCulture)
        from processor in Enumerable.Range(first, int.Parse(ends[^1], CultureInfo.InvariantCulture) - first + 1)
        select processor;
}
