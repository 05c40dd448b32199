// Skia decodes images, as in 'fovea predict'. Its library is embedded in the program. It is loaded from memory, or else from a temporary file.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SkiaSharp;

internal static partial class SkiaInside
{
    public static void Use() => NativeLibrary.SetDllImportResolver(typeof(SKCodec).Assembly, (name, _, _) => name == "libSkiaSharp" ? library.Value : 0);

    private static readonly Lazy<nint> library = new(() =>
    {
        using var stream = typeof(SkiaInside).Assembly.GetManifestResourceStream("skia")!;
        return OperatingSystem.IsLinux() && MemoryFile("skia", 0) is >= 0 and var memory ? LoadFromMemory(stream, memory) : LoadFromFile(stream);
    });

    private static nint LoadFromMemory(Stream stream, int memory)
    {
        using var file = new FileStream(new SafeFileHandle(memory, ownsHandle: true), FileAccess.Write, bufferSize: 0);
        stream.CopyTo(file, 1 << 20);
        return NativeLibrary.Load($"/proc/self/fd/{memory}");
    }

    private static nint LoadFromFile(Stream stream)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using (var file = new FileStream(path, FileMode.CreateNew)) stream.CopyTo(file);
        try
        {
            return NativeLibrary.Load(path);
        }
        finally
        {
            if (!OperatingSystem.IsWindows()) File.Delete(path);
        }
    }

    [LibraryImport("libc", EntryPoint = "memfd_create", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MemoryFile(string name, uint flags);
}
