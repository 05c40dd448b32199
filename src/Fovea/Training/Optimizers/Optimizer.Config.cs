using System.Text.Json.Nodes;

namespace Fovea;

/// <content>The settings of an optimizer in files, and the order of its state.</content>
public abstract partial class Optimizer : IConfigurable
{
    string IConfigurable.ClassName => ClassName;

    /// <summary>The name of the class in Keras.</summary>
    internal virtual string ClassName => Subject;

    /// <summary>The slots that files may store, including those that the optimizer does not use.</summary>
    internal virtual IReadOnlyList<Slot> SlotsInFiles => Slots;

    /// <summary>Numbers that files store after the slots, and that follow from the number of updates.</summary>
    internal virtual IReadOnlyList<(string Name, Func<long, double> Value)> DerivedScalars => [];

    /// <summary>One of <see cref="DerivedScalars"/> after a number of batches.</summary>
    internal float DerivedScalar(string name, long iterations) =>
        (float)DerivedScalars.First(scalar => scalar.Name == name).Value(Updates(iterations));

    /// <summary>
    /// Writes the settings of the optimizer for the factory that is registered for its class (<see cref="CustomObjects"/>):
    /// <c>config.Set("beta_1", Beta1)</c>. The learning rate and the options of all optimizers are saved without it.
    /// </summary>
    protected internal virtual void WriteConfig(Config config)
    {
    }

    void IConfigurable.WriteSettings(Config config)
    {
        config.Set("name", SnakeCase.Of(ClassName));
        config.Json["learning_rate"] = ScheduleCatalog.Known.IsOfKeras(Schedule)
            ? ScheduleCatalog.Known.Write(Schedule, config.Subject)
            : LearningRate;
        config.Set("weight_decay", weightDecay);
        config.Set("clipnorm", clipNorm);
        config.Set("global_clipnorm", globalClipNorm);
        config.Set("clipvalue", clipValue);
        config.Set("use_ema", UseEma);
        config.Set("ema_momentum", emaMomentum);
        config.Set("ema_overwrite_frequency", EmaOverwriteFrequency);
        config.SetNull("loss_scale_factor");
        config.Set("gradient_accumulation_steps", GradientAccumulationSteps);
        WriteConfig(config);
    }

    void IConfigurable.ReadSettings(Config config)
    {
        if (config.Find("learning_rate") is JsonObject schedule) Schedule = ScheduleCatalog.Known.Read(schedule, config.Subject);
        else if (config.GetOptionalFloat("learning_rate") is { } rate) Schedule = rate;
        if (config.Find("loss_scale_factor") is { } scale) throw config.Wrong("loss_scale_factor", "null", scale);
        weightDecay = CheckDecay(config.GetOptionalFloat("weight_decay")) ?? weightDecay;
        excludeFromWeightDecay = CheckExcluded(config.GetTexts("exclude_from_weight_decay"));
        clipNorm = CheckClip(config.GetOptionalFloat("clipnorm"), nameof(ClipNorm), clipValue ?? globalClipNorm);
        globalClipNorm = CheckClip(config.GetOptionalFloat("global_clipnorm"), nameof(GlobalClipNorm), clipValue ?? clipNorm);
        clipValue = CheckClip(config.GetOptionalFloat("clipvalue"), nameof(ClipValue), clipNorm ?? globalClipNorm);
        useEma = config.GetBool("use_ema", useEma);
        emaMomentum = CheckMomentum(config.GetFloat("ema_momentum", emaMomentum));
        emaOverwriteFrequency = CheckFrequency(config.GetOptionalInt("ema_overwrite_frequency"));
        gradientAccumulationSteps = CheckSteps(config.GetOptionalInt("gradient_accumulation_steps"));
    }

    /// <summary>The settings that Keras' form does not have: a schedule that Keras does not know, and the weights that do not decay.</summary>
    internal JsonObject WriteRest()
    {
        var config = new Config(Subject, []);
        if (ScheduleCatalog.Known.CanWrite(Schedule) && !ScheduleCatalog.Known.IsOfKeras(Schedule))
            config.Json["learning_rate"] = ScheduleCatalog.Known.Write(Schedule, Subject);
        if (ExcludeFromWeightDecay.Count > 0) config.Set("exclude_from_weight_decay", ExcludeFromWeightDecay);
        return config.Json;
    }
}
