namespace Fovea.Mpi;

/// <summary>Standard error. It is the only place in this library that uses the console.</summary>
internal static class StandardError
{
#pragma warning disable RS0030 // What ends the job, and what slows it down, must be seen even if the program shows nothing.
    public static void Write(string line)
    {
        Console.Error.WriteLine(line);
        Console.Error.Flush();
    }
#pragma warning restore RS0030
}
