namespace Fovea;

/// <content>Layers within a layer.</content>
public abstract partial class Layer
{
    private readonly List<Layer> parts = [];
    private bool isClosed;

    /// <summary>Whether the layer is a model, whose layers are those between its inputs and outputs.</summary>
    internal virtual bool IsModel => false;

    /// <summary>The layer that contains this one; null for a layer that is not a part.</summary>
    internal Layer? Holder { get; private set; }

    /// <summary>The layers within: the parts of a layer, or the layers of a model.</summary>
    internal virtual IReadOnlyList<Layer> Contained => parts;

    /// <summary>The weights without those of the layers within; a model has none.</summary>
    internal IReadOnlyList<Weight> OwnWeights => weights;

    /// <summary>
    /// Makes a layer a part of this one, in the constructor or in <see cref="Build"/>. Its weights are trained, frozen, saved and loaded with those of this
    /// layer. <see cref="Call(Engine.Node, CallContext)"/> computes its output by <see cref="CallContext.Call(Layer, Engine.Node)"/>.
    /// <code>
    /// private readonly Conv2D conv;
    /// public Block(int filters) => conv = Contain(new Conv2D(filters, 3, padding: Padding.Same) { Name = "conv" });
    /// protected override Node Call(Node input, CallContext context) => input + context.Call(conv, input);
    /// </code>
    /// In a model its path is <c>block/conv</c>. Parts without a name are named after their class.
    /// </summary>
    /// <typeparam name="T">The class of the part.</typeparam>
    /// <param name="part">A layer, or a model with one output, that is used nowhere else.</param>
    /// <returns>The part itself.</returns>
    /// <exception cref="ArgumentException">The part is used elsewhere, or contains this layer.</exception>
    /// <exception cref="InvalidOperationException">This layer is built already, or is a model.</exception>
    protected T Contain<T>(T part)
        where T : Layer
    {
        ArgumentNullException.ThrowIfNull(part);
        if (IsModel) throw new InvalidOperationException($"{Subject}: a model has the layers between its inputs and outputs; Contain is for layers.");
        if (IsBuilt)
            throw new InvalidOperationException(
                $"{Subject}: parts are added in the constructor or in Build; the layer is built already, and {part.Subject} comes too late.");
        if (part.Holder is { } holder)
            throw new ArgumentException($"{Subject}: {part.Subject} is a part of {holder.Subject} already; a part belongs to one layer.", nameof(part));
        if (part.firstCall is not null)
            throw new ArgumentException($"{Subject}: {part.Subject} is connected by itself already; a part is used by its layer alone.", nameof(part));
        for (var outer = this; outer is not null; outer = outer.Holder)
        {
            if (outer == part) throw new ArgumentException($"{Subject}: a layer cannot contain itself; {part.Subject} would.", nameof(part));
        }

        part.Holder = this;
        parts.Add(part);
        if (!Trainable) part.Trainable = false;
        if (LearningRateMultiplier != 1) part.LearningRateMultiplier = LearningRateMultiplier;
        return part;
    }

    /// <summary>The layer at a path within this one, such as <c>conv</c> or <c>inner/conv</c>; null if there is none.</summary>
    internal Layer? Find(string path) => Contained.FirstOrDefault(part => part.Name == path)
        ?? Contained.Where(part => path.StartsWith($"{part.Name}/", StringComparison.Ordinal)).Select(part => part.Find(path[(part.Name.Length + 1)..]))
            .FirstOrDefault(found => found is not null);

    /// <summary>
    /// Builds a part where it is first used. That must be when the layer around it is connected, because a model counts and initializes weights then.
    /// </summary>
    internal void EnsureBuiltAsPart(IReadOnlyList<Shape> inputs)
    {
        if (!IsBuilt && Holder!.isClosed)
            throw new InvalidOperationException(
                $"{Holder.Subject}: {Subject} was not used when the layer was connected, so that it has no weights; use the same parts in every call.");
        EnsureBuilt(inputs);
    }

    /// <summary>Ends the building of parts.</summary>
    private void Close()
    {
        isClosed = true;
        foreach (var part in parts) part.Close();
    }

    private void NameParts()
    {
        foreach (var part in parts.Where(part => part.IsNamed))
        {
            var name = part.Name;
            if (name is "" or "." or "vars" || name.AsSpan().ContainsAny('/', '\0'))
                throw new InvalidOperationException(
                    $"{Subject}: a part cannot be named '{name}', since files have its name in paths; choose one without slashes that is not empty, '.' "
                    + "or 'vars'.");
            if (parts.Count(other => other.IsNamed && other.Name == name) > 1)
                throw new InvalidOperationException($"{Subject}: two parts are named '{name}'; names must be unique.");
        }

        NameLayers(parts);
    }
}
