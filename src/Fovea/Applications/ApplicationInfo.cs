namespace Fovea;

/// <summary>What is known about a network of <see cref="Applications"/>: <c>Applications.All</c>. It is immutable, and threads may share it.</summary>
public sealed class ApplicationInfo
{
    private readonly Func<ApplicationOptions?, Model> build;

    internal ApplicationInfo(
        string name, Func<ApplicationOptions?, Model> build, int size, long parameters, long parametersWithoutTop, double accuracy, string license)
    {
        (Name, this.build, InputShape, Parameters) = (name, build, [size, size, 3], parameters);
        (ParametersWithoutTop, Accuracy, License) = (parametersWithoutTop, accuracy, license);
    }

    /// <summary>The name, which is also that of the method of <see cref="Applications"/>.</summary>
    public string Name { get; }

    /// <summary>The number of weights, counted by element.</summary>
    public long Parameters { get; }

    /// <summary>The number of weights of the network without top.</summary>
    public long ParametersWithoutTop { get; }

    /// <summary>The shape of an image: height, width, channels.</summary>
    public Shape InputShape { get; }

    /// <summary>
    /// The share of ImageNet's validation images whose class is right with the published weights, from 0 to 1. Sources: keras.io/api/applications, the table
    /// of Keras' MobileNetV3, and torchvision's documentation of its first weights.
    /// </summary>
    public double Accuracy { get; }

    /// <summary>The license under which the authors published the weights, as Keras' documentation or their repository names it.</summary>
    public string License { get; }

    /// <summary>Whether <c>Weights = "imagenet"</c> downloads weights; otherwise a file is needed.</summary>
    public bool HasDownload => PublishedWeights.Exist(Name);

    /// <summary>Creates the network.</summary>
    /// <param name="options">The arguments; null for the defaults.</param>
    /// <exception cref="ArgumentException">An option is wrong.</exception>
    /// <exception cref="IOException">The weights cannot be downloaded or read.</exception>
    public Model Create(ApplicationOptions? options = null) => build(options);

    /// <summary>The path of the published weights if they are on this machine; null if they are not. The hash is not compared.</summary>
    /// <param name="options">The arguments of the network; null for the defaults.</param>
    /// <exception cref="ArgumentException">There are no weights for these options.</exception>
    public string? FindWeights(ApplicationOptions? options = null)
    {
        var name = PublishedWeights.For(Name, options ?? new()).File.Name;
        return Applications.WeightsFolders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Returns <see cref="Name"/>.</summary>
    public override string ToString() => Name;
}
