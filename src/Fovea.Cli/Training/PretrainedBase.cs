namespace Fovea.Cli;

/// <summary>The pretrained network of <c>--base</c>.</summary>
internal static class PretrainedBase
{
    /// <summary>Reads a model file and removes its classifier, or creates a published network without top.</summary>
    /// <param name="name">The file, or the name of the network.</param>
    /// <param name="inputShape">The shape of an image; null for that of the network.</param>
    /// <exception cref="CommandException">There is no such file and no such network, or it is no base.</exception>
    public static ClassifierCut Load(string name, Shape? inputShape) => Networks.Published(name) is { } network
        ? new(Networks.WithSize(Networks.LoadPublished(network, new() { IncludeTop = false, InputShape = inputShape }), name), Note: null)
        : ClassifierCut.Of(Networks.LoadSized(name, inputShape), name);
}
