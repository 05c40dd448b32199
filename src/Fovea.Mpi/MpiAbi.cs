using System.Runtime.InteropServices;

namespace Fovea.Mpi;

/// <summary>The binary interfaces of MPI. They differ in the type and the values of handles and constants.</summary>
internal enum MpiAbi
{
    /// <summary>Handles are pointers; the predefined ones are addresses of variables that the library exports.</summary>
    OpenMpi,

    /// <summary>Handles are 32-bit integers. MPICH, MVAPICH, Cray MPICH, Intel MPI (untested) and MS-MPI (untested) have it.</summary>
    Mpich,

    /// <summary>The standard interface of MPI 5, in libraries named libmpi_abi: handles are pointers, the predefined ones small integers. Untested.</summary>
    Standard,
}

/// <summary>The handles and constants of MPI that Fovea uses, as one binary interface defines them.</summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Float">MPI_FLOAT.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN.</param>
/// <param name="InPlace">MPI_IN_PLACE.</param>
/// <param name="StatusIgnore">MPI_STATUS_IGNORE.</param>
/// <param name="ThreadSerialized">MPI_THREAD_SERIALIZED.</param>
/// <remarks>
/// The values are those of the published headers: <c>ompi/include/mpi.h</c> of Open MPI, <c>src/include/mpi.h</c> of MPICH (MS-MPI's <c>mpi.h</c> has the
/// same), and <c>mpi.h</c> of mpi-forum/mpi-abi-stubs for the standard interface.
/// </remarks>
internal readonly record struct MpiConstants(
    nint World, nint Float, nint Byte, nint ErrorsReturn, nint InPlace, nint StatusIgnore, int ThreadSerialized)
{
    private const string OpenMpiWorld = "ompi_mpi_comm_world";

    /// <summary>
    /// The interface of a library, by its name and by its exports. Libraries with the standard interface are known by their names only: their functions are
    /// also in libraries with the older interfaces.
    /// </summary>
    public static MpiAbi AbiOf(nint library, string name) =>
        Path.GetFileName(name).Contains("mpi_abi", StringComparison.Ordinal) ? MpiAbi.Standard
        : NativeLibrary.TryGetExport(library, OpenMpiWorld, out _) ? MpiAbi.OpenMpi
        : MpiAbi.Mpich;

    public static MpiConstants Of(nint library, MpiAbi abi)
    {
        return abi switch
        {
            MpiAbi.OpenMpi => new(
                Variable(OpenMpiWorld), Variable("ompi_mpi_float"), Variable("ompi_mpi_byte"), Variable("ompi_mpi_errors_return"), InPlace: 1,
                StatusIgnore: 0, ThreadSerialized: 2),
            MpiAbi.Mpich => new(0x44000000, 0x4c00040a, 0x4c00010d, 0x54000001, InPlace: -1, StatusIgnore: 1, ThreadSerialized: 2),
            _ => new(0x101, 0x210, 0x247, 0x143, InPlace: 1, StatusIgnore: 0, ThreadSerialized: 2048),
        };

        nint Variable(string name) => NativeLibrary.GetExport(library, name);
    }
}
