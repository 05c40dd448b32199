namespace Fovea;

/// <content>The settings that every layer has.</content>
public abstract partial class Layer : IConfigurable
{
    void IConfigurable.WriteSettings(Config config)
    {
        WriteConfig(config);
        WriteOptional(config);
    }

    void IConfigurable.ReadSettings(Config config)
    {
        Name = config.Name;
        Trainable = config.GetBool("trainable", true);
        ActivityRegularizer = config.GetRegularizer("activity_regularizer");
        _ = config.Find(PartTraining.Entry);  // applied when the parts are there
        ReadOptional(config);
    }

    /// <summary>Writes the settings that all layers of a family have, and that are left out where they are not set.</summary>
    private protected virtual void WriteOptional(Config config)
    {
    }

    /// <summary>Reads the settings of <see cref="WriteOptional"/>.</summary>
    private protected virtual void ReadOptional(Config config)
    {
    }
}
