using System.Globalization;

namespace Fovea.Mpi;

/// <summary>The program that started this process as one of several, known by the variables that it sets in the environment.</summary>
/// <param name="Name">Its name in messages.</param>
/// <param name="Size">The number of processes that it started; null if it does not say.</param>
/// <param name="Rank">The number of this process, from 0; null if it does not say.</param>
/// <param name="Libraries">The libraries that may be its MPI, in the order in which they are tried.</param>
/// <param name="Package">How to install its MPI.</param>
internal sealed record Launcher(string Name, int? Size, int? Rank, IReadOnlyList<string> Libraries, string Package)
{
    /// <summary>The variable with the path of the library to use.</summary>
    public const string PathVariable = "FOVEA_MPI";

    private const string OpenMpiPackage = "Install Open MPI (Debian: apt-get install openmpi-bin)";
    private const string MpichPackage = "Install MPICH (Debian: apt-get install mpich)";

    private static string[] OpenMpi => OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];

    private static string[] Mpich => OperatingSystem.IsWindows() ? ["msmpi.dll", "impi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpi.12.dylib", "libmpi.dylib"]
        : ["libmpich.so.12", "libmpi.so.12", "libmpi.so"];

    private static string[] Standard => OperatingSystem.IsWindows() ? ["mpi_abi.dll"]
        : OperatingSystem.IsMacOS() ? ["libmpi_abi.1.dylib", "libmpi_abi.dylib"]
        : ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"];

    /// <summary>Finds the launcher of this process.</summary>
    /// <param name="variable">Returns a variable of the environment, or null.</param>
    /// <returns>The launcher; null if the process was started alone.</returns>
    /// <exception cref="MpiException">Slurm started several processes in such a way that MPI cannot connect them.</exception>
    public static Launcher? Find(Func<string, string?> variable)
    {
        // Slurm's own start of processes, untested.
        var step = Number("SLURM_STEP_NUM_TASKS");
        if (Number("OMPI_COMM_WORLD_SIZE") is { } size)
            return new("Open MPI's mpirun", size, Number("OMPI_COMM_WORLD_RANK"), [.. OpenMpi, .. Standard], OpenMpiPackage);
        if (Has("PMI_SIZE") || Has("PMI_RANK") || Has("MPI_LOCALNRANKS"))
        {
            string[] libraries = [.. Mpich, .. Standard, .. step is null ? [] : OpenMpi];
            return new("an mpiexec of MPICH's kind", Number("PMI_SIZE") ?? step, Number("PMI_RANK"), libraries, MpichPackage);
        }

        if (Has("PMIX_RANK")) return new("a PMIx launcher", step, Number("PMIX_RANK"), [.. OpenMpi, .. Standard, .. Mpich], OpenMpiPackage);
        return step is not > 1 ? null : throw new MpiException(string.Create(
            CultureInfo.InvariantCulture,
            $"MPI: Slurm started {step} processes without an interface for MPI. Start them with srun --mpi=pmix or srun --mpi=pmi2, or with mpirun."));

        bool Has(string name) => variable(name) is { Length: > 0 };

        int? Number(string name) => int.TryParse(variable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>Loads the MPI of this launcher, or the one that <c>FOVEA_MPI</c> names.</summary>
    /// <param name="path">The value of <c>FOVEA_MPI</c>.</param>
    /// <exception cref="MpiException">It cannot be loaded, or it is no MPI.</exception>
    public MpiLibrary Load(string? path)
    {
        if (path is { Length: > 0 })
        {
            return MpiLibrary.TryOpen(path, out var error) ?? throw new MpiException(
                $"MPI: the library '{path}', which {PathVariable} names, cannot be loaded ({error}). Set {PathVariable} to the path of the MPI that belongs "
                    + "to the launcher, or remove it.");
        }

        foreach (var name in Libraries)
        {
            if (MpiLibrary.TryOpen(name, out _) is { } library) return library;
        }

        throw new MpiException(
            $"MPI: {Name} started this process, but none of its libraries can be loaded: {string.Join(", ", Libraries)}. {Package}, or set {PathVariable} to "
                + "the path of the library.");
    }

    /// <summary>Compares what the library reports with what the launcher said.</summary>
    /// <exception cref="MpiException">The library sees this process alone: it is not that of the launcher.</exception>
    public void RequireSize(int size, string library)
    {
        if (Size is { } expected ? size == expected : size > 1 || Rank is null or 0) return;
        var started = Size is { } number ? string.Create(CultureInfo.InvariantCulture, $"{number} processes") : "several processes";
        throw new MpiException(string.Create(
            CultureInfo.InvariantCulture,
            $"MPI: {Name} started {started}, but {library} finds {size}: it does not belong to this launcher. Use the launcher of that MPI, or set "
                + $"{PathVariable} to the path of the launcher's library."));
    }
}
