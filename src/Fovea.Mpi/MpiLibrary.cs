using System.Runtime.InteropServices;
using System.Text;

namespace Fovea.Mpi;

/// <summary>The functions that Fovea uses of the MPI that the machine has, with any of its three binary interfaces.</summary>
/// <remarks>
/// Every handle is passed as <see cref="nint"/>. Where handles are 32-bit integers, the callee reads the lower half of the register (x64 and Arm64); where MPI
/// writes a handle to memory, the place is a zeroed <see cref="nint"/> (little endian). Arrays of handles are not used.
/// </remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>Above the longest texts of all implementations (8192).</summary>
    private const int TextSize = 16384;

    private readonly MpiConstants constants;
    private readonly delegate* unmanaged<int*, int> initialized;
    private readonly delegate* unmanaged<int*, byte***, int, int*, int> initThread;
    private readonly delegate* unmanaged<int> finalize;
    private readonly delegate* unmanaged<nint, int, int> abort;
    private readonly delegate* unmanaged<nint, nint, int> commSetErrhandler;
    private readonly delegate* unmanaged<nint, int*, int> commRank;
    private readonly delegate* unmanaged<nint, int*, int> commSize;
    private readonly delegate* unmanaged<byte*, int*, int> getLibraryVersion;
    private readonly delegate* unmanaged<int, byte*, int*, int> errorString;
    private readonly delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int> allgatherv;
    private readonly delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int> alltoallv;
    private readonly delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int> iallgather;
    private readonly delegate* unmanaged<nint*, int*, nint, int> test;

    private MpiLibrary(nint library, string name)
    {
        Name = name;
        Abi = MpiConstants.AbiOf(library, name);
        constants = MpiConstants.Of(library, Abi);
        initialized = (delegate* unmanaged<int*, int>)Export("MPI_Initialized");
        initThread = (delegate* unmanaged<int*, byte***, int, int*, int>)Export("MPI_Init_thread");
        finalize = (delegate* unmanaged<int>)Export("MPI_Finalize");
        abort = (delegate* unmanaged<nint, int, int>)Export("MPI_Abort");
        commSetErrhandler = (delegate* unmanaged<nint, nint, int>)Export("MPI_Comm_set_errhandler");
        commRank = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_rank");
        commSize = (delegate* unmanaged<nint, int*, int>)Export("MPI_Comm_size");
        getLibraryVersion = (delegate* unmanaged<byte*, int*, int>)Export("MPI_Get_library_version");
        errorString = (delegate* unmanaged<int, byte*, int*, int>)Export("MPI_Error_string");
        allgatherv = (delegate* unmanaged<void*, int, nint, void*, int*, int*, nint, nint, int>)Export("MPI_Allgatherv");
        alltoallv = (delegate* unmanaged<void*, int*, int*, nint, void*, int*, int*, nint, nint, int>)Export("MPI_Alltoallv");
        iallgather = (delegate* unmanaged<void*, int, nint, void*, int, nint, nint, nint*, int>)Export("MPI_Iallgather");
        test = (delegate* unmanaged<nint*, int*, nint, int>)Export("MPI_Test");

        nint Export(string function) => NativeLibrary.GetExport(library, function);
    }

    public string Name { get; }

    public MpiAbi Abi { get; }

    /// <summary>The name and the version of the implementation, such as "Open MPI v4.1.4".</summary>
    public string Version
    {
        get
        {
            var text = stackalloc byte[TextSize];
            var length = 0;
            Check(getLibraryVersion(text, &length), "MPI_Get_library_version");
            var line = Text(text, length).Split(',', '\n')[0];
            return string.Join(' ', line.Split((char[])[' ', '\t', '\r', ':'], StringSplitOptions.RemoveEmptyEntries));
        }
    }

    public int Rank
    {
        get
        {
            int rank;
            Check(commRank(constants.World, &rank), "MPI_Comm_rank");
            return rank;
        }
    }

    public int Size
    {
        get
        {
            int size;
            Check(commSize(constants.World, &size), "MPI_Comm_size");
            return size;
        }
    }

    /// <summary>Opens a library by its name or path.</summary>
    /// <param name="name">The name or the path.</param>
    /// <param name="error">The reason why it cannot be used.</param>
    /// <returns>The library; null if it cannot be loaded or is no MPI.</returns>
    public static MpiLibrary? TryOpen(string name, out string error)
    {
        var library = LibraryLoader.Load(name, out error);
        if (library == 0) return null;
        try
        {
            var target = File.Exists(name) ? File.ResolveLinkTarget(name, returnFinalTarget: true)?.FullName ?? name : name;
            return new MpiLibrary(library, target);
        }
        catch (EntryPointNotFoundException)
        {
            error = "it lacks functions of MPI 3";
            return null;
        }
    }

    /// <summary>Starts MPI for calls of one thread at a time. Errors are returned from then on, and do not end the process.</summary>
    public void Initialize()
    {
        int isInitialized, provided;
        Check(initialized(&isInitialized), "MPI_Initialized");
        if (isInitialized == 0)
        {
            Check(initThread(null, null, constants.ThreadSerialized, &provided), "MPI_Init_thread");
            if (provided < constants.ThreadSerialized)
                throw new MpiException($"MPI: {Version} was built without threads; expected MPI_THREAD_SERIALIZED. Install an MPI that was built with them.");
        }

        Check(commSetErrhandler(constants.World, constants.ErrorsReturn), "MPI_Comm_set_errhandler");
    }

    /// <summary>Ends MPI. It waits for the other processes.</summary>
    public void End() => Check(finalize(), "MPI_Finalize");

    /// <summary>Ends all processes of the job.</summary>
    public void Abort(int exitCode) => _ = abort(constants.World, exitCode);

    /// <summary><c>MPI_Alltoallv</c> of floats, with the parts one behind the other.</summary>
    /// <remarks>The part for this process is copied without MPI: over TCP, MPICH sends it through the network.</remarks>
    public void AllToAll(ReadOnlySpan<float> send, ReadOnlySpan<int> sendCounts, Span<float> receive, ReadOnlySpan<int> receiveCounts)
    {
        int[] sendOffsets = Offsets(sendCounts), receiveOffsets = Offsets(receiveCounts), ofOthers = sendCounts.ToArray(), fromOthers = receiveCounts.ToArray();
        var own = Rank;
        send.Slice(sendOffsets[own], sendCounts[own]).CopyTo(receive.Slice(receiveOffsets[own], receiveCounts[own]));
        (ofOthers[own], fromOthers[own]) = (0, 0);
        fixed (float* from = send, to = receive)
        fixed (int* sends = ofOthers, sendsAt = sendOffsets, receives = fromOthers, receivesAt = receiveOffsets)
        {
            Check(
                alltoallv(from, sends, sendsAt, constants.Float, to, receives, receivesAt, constants.Float, constants.World), "MPI_Alltoallv");
        }
    }

    /// <summary><c>MPI_Allgatherv</c> of floats in place, with the parts one behind the other.</summary>
    public void AllGather(Span<float> values, ReadOnlySpan<int> counts)
    {
        fixed (float* all = values) AllGather(all, constants.Float, counts);
    }

    /// <summary><c>MPI_Allgatherv</c> of bytes in place, with the parts one behind the other.</summary>
    public void AllGather(Span<byte> values, ReadOnlySpan<int> counts)
    {
        fixed (byte* all = values) AllGather(all, constants.Byte, counts);
    }

    /// <summary>Starts <c>MPI_Iallgather</c> of an array of bytes, the same number from each process.</summary>
    /// <param name="own">The bytes of this process, pinned.</param>
    /// <param name="all">Receives the bytes of all processes, pinned.</param>
    /// <returns>The request, for <see cref="IsComplete"/>.</returns>
    public nint BeginAllGather(byte[] own, byte[] all)
    {
        nint request = 0;
        fixed (byte* from = own, to = all)
            Check(iallgather(from, own.Length, constants.Byte, to, own.Length, constants.Byte, constants.World, &request), "MPI_Iallgather");
        return request;
    }

    /// <summary>Whether a request is complete; <c>MPI_Test</c>.</summary>
    public bool IsComplete(ref nint request)
    {
        int flag;
        fixed (nint* place = &request) Check(test(place, &flag, constants.StatusIgnore), "MPI_Test");
        return flag != 0;
    }

    private void AllGather(void* values, nint type, ReadOnlySpan<int> counts)
    {
        var offsets = Offsets(counts);
        fixed (int* receives = counts, receivesAt = offsets)
            Check(allgatherv((void*)constants.InPlace, 0, type, values, receives, receivesAt, type, constants.World), "MPI_Allgatherv");
    }

    private static int[] Offsets(ReadOnlySpan<int> counts)
    {
        var offsets = new int[counts.Length];
        for (var i = 1; i < offsets.Length; i++) offsets[i] = offsets[i - 1] + counts[i - 1];
        return offsets;
    }

    private void Check(int code, string function)
    {
        if (code == 0) return;
        var text = stackalloc byte[TextSize];
        var length = 0;
        var reason = errorString(code, text, &length) == 0 ? Text(text, length) : "unknown error";
        throw new MpiException($"MPI: {function} failed: {reason.Trim()}");
    }

    private static string Text(byte* text, int length) => Encoding.UTF8.GetString(text, Math.Clamp(length, 0, TextSize)).TrimEnd('\0');
}
