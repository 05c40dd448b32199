using System.Runtime.InteropServices;
using System.Text;

namespace Fovea.Mpi;

/// <summary>Loads a library of MPI so that its components find its symbols.</summary>
internal static unsafe class LibraryLoader
{
    private const int Now = 2;

    private static int Global => OperatingSystem.IsMacOS() ? 0x8 : 0x100;

    /// <summary>Loads a library by its path, or by its name from where the system looks for libraries.</summary>
    /// <param name="name">The path or the name.</param>
    /// <param name="error">The reason why it cannot be loaded, as the system states it.</param>
    /// <returns>The library; 0 if it cannot be loaded.</returns>
    public static nint Load(string name, out string error)
    {
        error = "";
        if (OperatingSystem.IsWindows())
        {
            if (NativeLibrary.TryLoad(name, out var library)) return library;
            error = "the file does not exist, or it is no library for this system";
            return 0;
        }

        // The environment of .NET is a copy. Components of MPI read that of the C library.
        Set("UCX_ERROR_SIGNALS", "SIGILL,SIGBUS,SIGFPE");  // by default, UCX treats the signal of a null reference as a crash
        var program = NativeLibrary.GetMainProgramHandle();
        var open = (delegate* unmanaged<byte*, int, nint>)NativeLibrary.GetExport(program, "dlopen");
        var lastError = (delegate* unmanaged<nint>)NativeLibrary.GetExport(program, "dlerror");
        fixed (byte* text = Text(name))
        {
            // Global, since the components of Open MPI are libraries that use the symbols of libmpi without naming it.
            var library = open(text, Now | Global);
            if (library == 0) error = Marshal.PtrToStringUTF8(lastError()) ?? "unknown error";
            return library;
        }
    }

    /// <summary>Sets a variable in the environment of the C library, if it has no value yet.</summary>
    private static void Set(string name, string value)
    {
        var set = (delegate* unmanaged<byte*, byte*, int, int>)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "setenv");
        fixed (byte* nameText = Text(name), valueText = Text(value)) set(nameText, valueText, 0);
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes($"{text}\0");
}
