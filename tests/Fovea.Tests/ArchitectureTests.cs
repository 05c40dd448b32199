using System.Buffers;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Fovea.Engine;

namespace Fovea.Tests;

/// <summary>The dependencies between folders and projects, as ARCHITECTURE.md draws them.</summary>
public partial class ArchitectureTests
{
    private static readonly string Root = FindRoot();

    [Theory]
    [InlineData("Graph", new string[0])]
    [InlineData("Simd", new[] { "Simd" })]
    [InlineData("Ops", new[] { "Ops", "Simd" })]
    [InlineData("Autodiff", new[] { "Ops" })]
    [InlineData("Reference", new[] { "Ops" })]
    [InlineData("Fusion", new[] { "Ops", "Simd" })]
    [InlineData("Planning", new[] { "Ops", "Simd", "Fusion" })]
    public void A_folder_of_the_engine_uses_only_those_before_it(string folder, string[] allowed)
    {
        var used = Sources($"src/Fovea.Engine/{folder}").SelectMany(file => Using().Matches(File.ReadAllText(file)).Select(match => match.Groups[1].Value));
        Assert.Empty(used.Except(allowed).Distinct());
    }

    [Theory]
    [InlineData("Distribution", new[] { "Terminal" })]
    [InlineData("Terminal", new string[0])]
    [InlineData("Applications", new[] { "Terminal" })]
    [InlineData("Data", new[] { "Distribution", "Terminal", "Applications" })]
    [InlineData("Reports", new[] { "Distribution", "Terminal", "Applications", "Data" })]
    [InlineData("Training", new[] { "Distribution", "Terminal", "Applications", "Data", "Reports" })]
    [InlineData("Conversion", new[] { "Terminal", "Applications" })]
    [InlineData("Measuring", new[] { "Terminal", "Applications", "Reports" })]
    [InlineData("Publishing", new[] { "Terminal" })]
    public void A_folder_of_the_command_uses_only_those_before_it(string folder, string[] allowed) =>
        Assert.Empty(FoldersUsedBy("src/Fovea.Cli", folder).Except(allowed));

    [Fact]
    public void Kernels_know_nothing_of_nodes()
    {
        var guilty = Sources("src/Fovea.Engine/Ops")
            .Where(file => file.EndsWith("Kernel.cs", StringComparison.Ordinal) && NodeWord().IsMatch(File.ReadAllText(file)));
        Assert.Empty(guilty);
    }

    [Fact]
    public void Ops_know_nothing_of_layers_and_only_the_engine_and_the_declarations_of_MPI_are_unsafe()
    {
        Assert.DoesNotContain(Sources("src/Fovea.Engine"), file => File.ReadAllText(file).Contains("using Fovea;", StringComparison.Ordinal));
        foreach (var project in (string[])["src/Fovea", "src/Fovea.Imaging", "src/Fovea.ML", "src/Fovea.Cli"])
            Assert.DoesNotContain(Sources(project), file => UnsafeWord().IsMatch(File.ReadAllText(file)));
    }

    /// <summary>An address in a field outlives the call that knew its owner: no class has one, not even within a struct.</summary>
    [Theory]
    [InlineData(typeof(Node))]
    [InlineData(typeof(Model))]
    [InlineData(typeof(global::Fovea.Imaging.ImageFile))]
    [InlineData(typeof(global::Fovea.Mpi.MpiProcesses))]
    [InlineData(typeof(global::Fovea.Cli.FoveaCommand))]
    [InlineData(typeof(global::Fovea.Benchmarks.Machine))]
    public void No_object_keeps_an_address_but_the_one_that_keeps_its_owner_too(Type inAssembly)
    {
        const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        var guilty =
            from type in inAssembly.Assembly.GetTypes()
            where type != typeof(AlignedBuffer.Addresses) && type != typeof(global::Fovea.Mpi.MpiLibrary)  // libraries are never unloaded
            from field in type.GetFields(All)
            where !field.IsLiteral && (field.IsStatic || !type.IsValueType) && HoldsAddress(field.FieldType, [])
            select $"{type}.{field.Name}";
        Assert.Empty(guilty);
    }

    [Fact]
    public void Addresses_are_taken_in_one_place()
    {
        var guilty = new[] { "src/Fovea.Engine", "src/Fovea", "benchmarks/Fovea.Benchmarks" }.SelectMany(Sources)
            .Where(file => !Path.GetFileName(file).StartsWith("AlignedBuffer.", StringComparison.Ordinal))
            .Where(file => AddressWord().IsMatch(File.ReadAllText(file)));
        Assert.Empty(guilty);
    }

    [Theory]
    [InlineData("src/Fovea.Engine/Fovea.Engine.csproj", new string[0])]
    [InlineData("src/Fovea/Fovea.csproj", new[] { "Fovea.Engine" })]
    [InlineData("src/Fovea.Imaging/Fovea.Imaging.csproj", new[] { "Fovea" })]
    [InlineData("src/Fovea.ML/Fovea.ML.csproj", new[] { "Fovea" })]
    [InlineData("src/Fovea.Mpi/Fovea.Mpi.csproj", new[] { "Fovea" })]
    [InlineData("src/Fovea.Cli/Fovea.Cli.csproj", new[] { "Fovea.Imaging", "Fovea.Mpi" })]
    [InlineData("benchmarks/Fovea.Benchmarks/Fovea.Benchmarks.csproj", new[] { "Fovea.Cli" })]
    public void A_project_refers_only_to_those_below_it(string project, string[] expected)
    {
        var text = File.ReadAllText(Path.Combine(Root, project));
        Assert.Equal(expected, ProjectReference().Matches(text).Select(match => match.Groups[1].Value));
    }

    [Theory]
    [InlineData("src/Fovea.Engine/Fovea.Engine.csproj")]
    [InlineData("src/Fovea/Fovea.csproj")]
    [InlineData("src/Fovea.Imaging/Fovea.Imaging.csproj")]
    [InlineData("src/Fovea.Mpi/Fovea.Mpi.csproj")]
    public void The_other_projects_use_the_public_members_of_the_library_alone(string project)
    {
        var friends = Friend().Matches(File.ReadAllText(Path.Combine(Root, project))).Select(match => match.Groups[1].Value);
        Assert.Empty(friends.Intersect(["Fovea.Cli", "Fovea.Imaging", "Fovea.ML", "Fovea.Mpi"]));
    }

    /// <summary>
    /// The other folders of a project whose types or extension methods a folder uses, by their names: folders of one namespace have no usings.
    /// </summary>
    private static IEnumerable<string> FoldersUsedBy(string project, string folder)
    {
        var code = string.Concat(Sources($"{project}/{folder}").Select(file => LineComment().Replace(File.ReadAllText(file), "")));
        return Directory.GetDirectories(Path.Combine(Root, project)).Select(path => Path.GetFileName(path))
            .Where(other => other != folder && other is not ("bin" or "obj"))
            .Where(other => Sources($"{project}/{other}").SelectMany(Declared).Any(name => Regex.IsMatch(code, name)));

        static IEnumerable<string> Declared(string file)
        {
            var text = File.ReadAllText(file);
            return DeclaredType().Matches(text).Select(match => $@"\b{match.Groups[1].Value}\b")
                .Concat(ExtensionMethod().Matches(text).Select(match => $@"\.{match.Groups[1].Value}\("));
        }
    }

    private static bool HoldsAddress(Type type, HashSet<Type> seen)
    {
        if (type.IsPointer || type.IsFunctionPointer || type == typeof(nint[]) || type == typeof(GCHandle) || type == typeof(MemoryHandle)) return true;
        if (type.HasElementType) return HoldsAddress(type.GetElementType()!, seen);
        var arguments = type.GetGenericArguments().Any(argument => argument == typeof(nint) || HoldsAddress(argument, seen));
        return arguments || (type is { IsValueType: true, IsPrimitive: false, IsEnum: false } && seen.Add(type)
            && type.GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance).Any(field => HoldsAddress(field.FieldType, seen)));
    }

    private static IEnumerable<string> Sources(string folder) => Directory
        .EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories)
        .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Fovea.slnx"))) folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex(@"(?:using|[^.\w])\s*Fovea\.Engine\.(Ops|Simd|Autodiff|Fusion|Reference|Planning)\b(?=[.;])(?<!namespace Fovea\.Engine\.\w+)")]
    private static partial Regex Using();

    [GeneratedRegex(@"<InternalsVisibleTo Include=""([\w.]+)""")]
    private static partial Regex Friend();

    [GeneratedRegex("//.*")]
    private static partial Regex LineComment();

    [GeneratedRegex(@"^(?:public|internal) [^(\n]*?\b(?:class|record struct|record|struct|interface|enum) (\w+)", RegexOptions.Multiline)]
    private static partial Regex DeclaredType();

    [GeneratedRegex(@"static [^(\n]+? (\w+)(?:<\w+>)?\(\s*this ")]
    private static partial Regex ExtensionMethod();

    [GeneratedRegex(@"\b(AsPointer|GCHandle|MemoryHandle|NativeMemory|AllocHGlobal|AllocCoTaskMem|UnsafeAddrOfPinnedArrayElement)\b")]
    private static partial Regex AddressWord();

    [GeneratedRegex(@"\bNode\b")]
    private static partial Regex NodeWord();

    [GeneratedRegex(@"^\s*(public|internal|private).*\bunsafe\b", RegexOptions.Multiline)]
    private static partial Regex UnsafeWord();

    [GeneratedRegex(@"<ProjectReference Include=""[^""]*/([\w.]+)\.csproj""")]
    private static partial Regex ProjectReference();
}
