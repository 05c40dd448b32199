using System.Runtime.CompilerServices;

namespace Fovea.Tests.Layers;

/// <summary>A wrong value that a layer must refuse, and the full error.</summary>
/// <param name="Argument">The constructor's parameter or the property that is wrong; <c>input</c> for the value that the layer is connected to.</param>
/// <param name="Create">Makes the layer.</param>
/// <param name="Error">The full text of the error.</param>
/// <param name="Tried">The source text of <paramref name="Create"/>.</param>
public sealed record LayerErrorCase(Type Layer, string Argument, Func<Layer> Create, string Error, string Tried)
{
    /// <summary>The shapes of the inputs that cause the error; null if it occurs at construction.</summary>
    public Shape[]? ConnectedTo { get; init; }

    /// <summary>A value that is wrong for every input: the error occurs at construction.</summary>
    public static LayerErrorCase Construct<T>(string argument, Func<T> create, string error, [CallerArgumentExpression(nameof(create))] string tried = "")
        where T : Layer =>
        new(typeof(T), argument, create, error, tried);

    /// <summary>A value that is wrong for some inputs: the error occurs when the layer is connected to them.</summary>
    public static LayerErrorCase Connect<T>(
        string argument, Func<T> create, Shape[] inputs, string error, [CallerArgumentExpression(nameof(create))] string tried = "")
        where T : Layer =>
        new(typeof(T), argument, create, error, tried) { ConnectedTo = inputs };

    public override string ToString() => $"{Layer.Name} {Argument}: {Tried}{(ConnectedTo is null ? "" : $" on {string.Join(" and ", ConnectedTo)}")}";
}
