namespace Fovea;

/// <summary>The processes that were started together with this one.</summary>
public static class Processes
{
    private static IProcessGroup current = OneProcess.Instance;

    /// <summary>
    /// The processes of this job: this one alone, unless a launcher such as <c>mpirun</c> has started several and the program has joined them
    /// (<c>Fovea.Mpi</c>). Any thread may read it.
    /// </summary>
    public static IProcessGroup Current => Volatile.Read(ref current);

    /// <summary>Makes a group the current one, for the rest of the program; <c>Fovea.Mpi</c> calls it.</summary>
    /// <param name="processes">The group; null for this process alone.</param>
    public static void Join(IProcessGroup? processes) => Volatile.Write(ref current, processes ?? OneProcess.Instance);
}
