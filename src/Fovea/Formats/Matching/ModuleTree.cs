using System.Globalization;

namespace Fovea.Formats.Matching;

/// <summary>
/// The modules of a file as a tree of their names: <c>layer1.0.conv1</c> is in <c>0</c>, which is in <c>layer1</c>. PyTorch files are in alphabetical
/// order, so the order in which a network uses its modules is lost. The names keep a part of it: numbered modules have the order of their numbers
/// (<c>conv1</c> before <c>conv2</c>), and the modules in one module are not mixed with those in another.
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

    /// <summary>The name without the number at its end.</summary>
    public string Stem { get; }

    /// <summary>The number at its end.</summary>
    public long? Number { get; }

    /// <summary>The module; null for a node without tensors.</summary>
    public StoredModule? Module { get; private set; }

    /// <summary>The number of modules with tensors in this node.</summary>
    public int Size { get; private set; }

    /// <summary>The children, one row for each stem, in the order of their numbers.</summary>
    public IReadOnlyList<IReadOnlyList<ModuleTree>> Rows { get; private set; } = [];

    /// <summary>Creates the tree of modules.</summary>
    /// <param name="modules">The modules.</param>
    /// <param name="separators">The characters that separate the parts of a name.</param>
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
        // A module with tensors and children comes before its children.
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
