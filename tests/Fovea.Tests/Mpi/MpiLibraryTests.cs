using System.Diagnostics;
using System.Runtime.InteropServices;
using Fovea.Mpi;
using Fovea.Tests.Data;

namespace Fovea.Tests.Mpi;

/// <summary>The three binary interfaces, held against a library in C that compares what it receives with the published values.</summary>
public sealed class MpiLibraryTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("MPICH", "libmpich.so.12", (int)MpiAbi.Mpich)]
    [InlineData("OPENMPI", "libmpi.so.40", (int)MpiAbi.OpenMpi)]
    [InlineData("STANDARD", "libmpi_abi.so.1", (int)MpiAbi.Standard)]
    public void Every_function_receives_the_handles_and_constants_of_the_interface(string abi, string file, int expected)
    {
        var mpi = MpiLibrary.TryOpen(Compile(abi, file), out var error);
        Assert.True(mpi is not null, error);
        Assert.Equal((MpiAbi)expected, mpi.Abi);
        mpi.Initialize();
        mpi.Initialize();  // once more, as in a program that has initialized MPI itself
        Assert.Equal((1, 3, "Stub version 1.2"), (mpi.Rank, mpi.Size, mpi.Version));

        var received = new float[6];
        mpi.AllToAll([1, 2, 3, 4, 5, 6], [3, 0, 3], received, [3, 0, 3]);
        Assert.Equal([1, 2, 3, 4, 5, 6], received);
        mpi.AllToAll([], [0, 0, 0], [], [0, 0, 0]);

        float[] floats = [0, 7, 8, 0, 0];
        mpi.AllGather(floats, [1, 2, 2]);
        Assert.Equal([7, 7, 8, 7, 8], floats);
        byte[] bytes = [0, 0, 3, 4, 0];
        mpi.AllGather(bytes, [2, 2, 1]);
        Assert.Equal([3, 4, 3, 4, 3], bytes);

        byte[] own = GC.AllocateArray<byte>(2, pinned: true), all = GC.AllocateArray<byte>(6, pinned: true);
        own[0] = 9;
        var request = mpi.BeginAllGather(own, all);
        Assert.False(mpi.IsComplete(ref request));
        Assert.True(mpi.IsComplete(ref request));
        Assert.Equal([9, 0, 9, 0, 9, 0], all);
        var again = Assert.Throws<MpiException>(() => mpi.IsComplete(ref request));  // it is MPI_REQUEST_NULL now
        Assert.Equal("MPI: MPI_Test failed: code 13, expected *request == REQUEST && status == STATUS_IGNORE", again.Message);

        mpi.Abort(5);
        Assert.Equal(5, Aborted(NativeLibrary.Load(mpi.Name)));
        mpi.End();
        var error13 = Assert.Throws<MpiException>(mpi.End);
        Assert.Equal("MPI: MPI_Finalize failed: code 13, expected initialized", error13.Message);
    }

    [Fact]
    public void A_link_to_a_library_with_the_standard_interface_is_one()
    {
        var target = Compile("STANDARD", "libmpi_abi.so.1");
        var link = Path.Combine(folder.Path, "libmpi.so");
        File.CreateSymbolicLink(link, target);
        Assert.Equal(MpiAbi.Standard, MpiLibrary.TryOpen(link, out _)?.Abi);
    }

    [Fact]
    public void A_library_that_is_no_MPI_is_refused()
    {
        var source = Path.Combine(folder.Path, "other.c");
        File.WriteAllText(source, "int MPI_Initialized(int *flag) { return 0; }\n");
        var library = Compile(source, "OTHER", "libother.so");
        Assert.Null(MpiLibrary.TryOpen(library, out var reason));
        Assert.Equal("it lacks functions of MPI 3", reason);
        var launcher = new Launcher("Open MPI's mpirun", 2, 0, ["libno-such-mpi.so"], "Install Open MPI (Debian: apt-get install openmpi-bin)");
        Assert.Equal(
            $"MPI: the library '{library}', which FOVEA_MPI names, cannot be loaded (it lacks functions of MPI 3). Set FOVEA_MPI to the path of the MPI that "
                + "belongs to the launcher, or remove it.", Assert.Throws<MpiException>(() => launcher.Load(library)).Message);
        Assert.Equal(
            "MPI: Open MPI's mpirun started this process, but none of its libraries can be loaded: libno-such-mpi.so. Install Open MPI (Debian: apt-get "
                + "install openmpi-bin), or set FOVEA_MPI to the path of the library.", Assert.Throws<MpiException>(() => launcher.Load(null)).Message);
    }

    private static unsafe int Aborted(nint library) => ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, "stub_aborted"))();

    private string Compile(string abi, string file) => Compile(Path.Combine(RepositoryFiles.Root, "tests/Fovea.Tests/Mpi/stub.c"), abi, file);

    private string Compile(string source, string abi, string file)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the library is compiled on systems with the command cc");
        var path = Path.Combine(folder.Path, file);
        foreach (var compiler in (string[])["cc", "gcc", "clang"])
        {
            try
            {
                using var run = Process.Start(
                    new ProcessStartInfo(compiler, ["-shared", "-fPIC", $"-D{abi}", "-o", path, source]) { RedirectStandardError = true })!;
                var error = run.StandardError.ReadToEnd();
                run.WaitForExit();
                Assert.True(run.ExitCode == 0, error);
                return path;
            }
            catch (System.ComponentModel.Win32Exception)
            {
                // there is no such compiler
            }
        }

        Assert.Skip("there is no C compiler: cc, gcc or clang");
        return path;
    }
}
