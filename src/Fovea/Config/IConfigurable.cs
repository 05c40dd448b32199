namespace Fovea.Extending;

/// <summary>An object that files describe by the name of its class and its settings: a layer, a loss, an optimizer, an initializer, ….</summary>
internal interface IConfigurable
{
    /// <summary>The name of the class in files.</summary>
    string ClassName { get; }

    /// <summary>Writes all settings, including those common to all classes of the kind, such as the name of a layer.</summary>
    void WriteSettings(Config config);

    /// <summary>Reads the settings common to all classes of the kind. The factory that created the object has read the others.</summary>
    /// <exception cref="ModelFormatException">A setting is not of the expected type.</exception>
    /// <exception cref="ArgumentException">A setting is out of its range.</exception>
    void ReadSettings(Config config)
    {
    }
}
