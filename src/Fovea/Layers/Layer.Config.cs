namespace Fovea;

/// <content>The settings that every layer has.</content>
public abstract partial class Layer : IConfigurable
{
    void IConfigurable.WriteSettings(Config config) => WriteConfig(config);

    void IConfigurable.ReadSettings(Config config)
    {
        Name = config.Name;
        Trainable = config.GetBool("trainable", true);
        ActivityRegularizer = config.GetRegularizer("activity_regularizer");
        _ = config.Find(PartTraining.Entry);  // applied when the parts are there
    }
}
