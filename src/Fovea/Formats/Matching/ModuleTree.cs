using System.Globalization;

namespace Fovea.Formats.Matching;

/// <summary>
/// The modules of a file as their names nest them: <c>layer1.0.conv1</c> lies in <c>0</c>, that in <c>layer1</c>. Files of PyTorch are in alphabetical order,
/// so the order
/// in which a network uses its modules is lost, but not wholly: what is numbered comes in that order (<c>conv1</c> before <c>conv2</c>), and what lies in one
/// module
/// is not mixed with what lies in another.
/// </summary>
internal sealed class ModuleTree
{
    private readonly List<ModuleTree> children = [];

    private ModuleTree(string name)
    {
        Name = name;
        var digits = name.Length;
        while (digits > 0 && char.IsAsciiDigit(name[digits - 1])) digits--;
        Stem = name[..digits];
        Number = long.TryParse(name.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>The last part of its name.</summary>
    public string Name { get; }

    /// <summary>That without the number at its end.</summary>
    public string Stem { get; }

    /// <summary>The number at its end.</summary>
    public long? Number { get; }

    /// <summary>The module, where it has tensors.</summary>
    public StoredModule? Module { get; private set; }

    /// <summary>How many modules with tensors it is.</summary>
    public int Size { get; private set; }

    /// <summary>The modules in it, those of one stem together in the order of their numbers.</summary>
    public IReadOnlyList<IReadOnlyList<ModuleTree>> Rows { get; private set; } = [];

    /// <summary>Sorts modules into the tree of their names.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="separators">What separates the parts of a name.</param>
    public static ModuleTree Of(IEnumerable<StoredModule> modules, params char[] separators)
    {
        var root = new ModuleTree("");
        foreach (var module in modules)
        {
            var node = root;
            foreach (var part in module.Name.Split(separators, StringSplitOptions.RemoveEmptyEntries)) node = node.Child(part);
            node.Module = module;
        }

        root.Finish();
        return root;
    }

    private ModuleTree Child(string name)
    {
        var child = children.Find(child => child.Name == name);
        if (child is null) children.Add(child = new ModuleTree(name));
        return child;
    }

    private void Finish()
    {
        // A module that has tensors and others in it comes before them.
        if (Module is not null && children.Count > 0)
        {
            children.Add(new ModuleTree("") { Module = Module });
            Module = null;
        }

        foreach (var child in children) child.Finish();
        Size = Module is null ? children.Sum(child => child.Size) : 1;
        Rows = [.. children.GroupBy(child => child.Stem).Select(row => (IReadOnlyList<ModuleTree>)[.. row.OrderBy(child => child.Number ?? -1)])];
    }
}
