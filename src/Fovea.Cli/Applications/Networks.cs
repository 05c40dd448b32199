using Fovea.Imaging;

namespace Fovea.Cli;

/// <summary>The networks that commands know by name, and the models in files.</summary>
internal static class Networks
{
    /// <summary>The names of all networks.</summary>
    public static IReadOnlyList<string> Names { get; } = [BookMnist.Name, BookCatsDogs.Name, SmallNetwork.MiniXception, SmallNetwork.ResNet, SmallNetwork.UNet];

    /// <summary>Whether the name is that of a network, not of a file.</summary>
    public static bool IsNamed(string name) => Names.Contains(name);

    /// <summary>Builds a named network with fresh weights and its usual settings.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">The seed of everything random in it.</param>
    /// <param name="head">The last layer; null for two classes. book-mnist always has ten.</param>
    /// <param name="augmentation">The layers of book-catsdogs that vary images at random in training; null for its own. Other networks have none.</param>
    public static Model Create(string name, int seed, NetworkHead? head = null, IReadOnlyList<Layer>? augmentation = null)
    {
        var last = head ?? NetworkHead.Binary;
        return name switch
        {
            BookMnist.Name => BookMnist.Create(seed),
            BookCatsDogs.Name => BookCatsDogs.Create(seed, last, augmentation ?? BookCatsDogs.Augmentation()),
            SmallNetwork.MiniXception => SmallNetworks.MiniXception(
                SmallNetwork.MiniXceptionInput, last.Outputs, last.Activation, seed: seed),
            SmallNetwork.ResNet => SmallNetworks.ResNet(
                SmallNetwork.ResNetInput, last.Outputs, classifierActivation: last.Activation, seed: seed),
            SmallNetwork.UNet => SmallNetworks.UNet(SmallNetwork.UNetInput, Math.Max(2, last.Outputs), seed: seed),
            _ => throw new CommandException($"expected one of the networks {string.Join(", ", Names)}; received '{name}'."),
        };
    }

    /// <summary>Reads a model file, or creates a published network with its weights for ImageNet.</summary>
    /// <param name="path">The file, or the name of the network.</param>
    /// <param name="inputShape">The shape of one sample, for a model that leaves sizes open.</param>
    /// <exception cref="CommandException">There is no such file and no such network.</exception>
    public static Model Load(string path, Shape? inputShape)
    {
        if (Published(path) is { } network) return LoadPublished(network, new() { InputShape = inputShape });
        RequireFile(path);
        return inputShape is { } shape ? Model.Load(path, shape) : Model.Load(path);
    }

    /// <summary>The published network of a name; null for a file, also if it has the name of a network.</summary>
    public static ApplicationInfo? Published(string name) => File.Exists(name) || Directory.Exists(name) ? null : Fovea.Applications.Find(name);

    /// <summary>Creates a published network with its weights for ImageNet, and shows the progress of a download.</summary>
    /// <param name="network">The network.</param>
    /// <param name="options">Its options.</param>
    public static Model LoadPublished(ApplicationInfo network, ApplicationOptions options)
    {
        var weights = Downloads.Show(
            CommandOutput.OnError(),
            progress => Fovea.Applications.DownloadWeightsAsync(network.Name, options, progress).GetAwaiter().GetResult());
        return network.Create(options with { Weights = weights });
    }

    /// <summary>
    /// Reads a model file for one size of images. A model of images of any size gets the shape that was given, or that of its preprocessing.
    /// </summary>
    /// <exception cref="CommandException">The file does not exist, or nothing tells the size of the images.</exception>
    /// <param name="path">The file.</param>
    /// <param name="inputShape">The shape that was given; null for none.</param>
    /// <param name="image">An image file whose size decides if nothing else does; null for none.</param>
    public static Model LoadSized(string path, Shape? inputShape, string? image = null)
    {
        return WithSize(Load(path, inputShape), path, image);
    }

    /// <summary>The same model for one size of images.</summary>
    /// <param name="model">The model.</param>
    /// <param name="path">Its file, for errors.</param>
    /// <param name="image">An image file whose size decides if nothing else does; null for none.</param>
    /// <exception cref="CommandException">Nothing tells the size of the images.</exception>
    public static Model WithSize(Model model, string path, string? image = null)
    {
        if (!model.Inputs.Any(input => input.Shape.IsOpen)) return model;
        if (model is { ImageInput: { } images, Inputs.Count: 1 }) return model.WithInput(images.Shape);
        if (image is not null && TakesAnySize(model)) return model.WithInput(SizeOf(image, model));
        var example = model.Inputs.First(input => input.Shape.IsOpen).Shape.Sizes.Select(size => size ?? 224);
        throw new CommandException(
            $"'{Path.GetFileName(path)}' takes inputs of any size, {string.Join(" and ", model.Inputs)}; give the size of the images: "
            + $"--input-shape {string.Join(',', example)}.");
    }

    /// <summary>Whether a model takes images of any size, and has no preprocessing that has one.</summary>
    public static bool TakesAnySize(Model model) => model is { Inputs: [{ Shape: { IsOpen: true, Rank: 3 } }], ImageInput: null };

    /// <summary>The shape of an image, upright, for a model that takes any size. Images of more than 4096 pixels on a side are reduced.</summary>
    public static Shape SizeOf(string image, Model model)
    {
        const int longest = 4096;
        var shown = ImageFile.ReadToShow(image, longest).Shape;
        var sizes = model.InputShape.Sizes;
        return [sizes[0] ?? shown[1], sizes[1] ?? shown[2], sizes[2] ?? 3];
    }

    /// <summary>Requires that a model file exists.</summary>
    /// <exception cref="CommandException">It does not.</exception>
    public static void RequireFile(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
            throw new CommandException($"'{path}' does not exist; expected a model file such as .keras, .h5 or .onnx, or a network that 'fovea models' lists.");
    }
}
