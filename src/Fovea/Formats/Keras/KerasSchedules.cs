using System.Text.Json.Nodes;

namespace Fovea.Formats.Keras;

/// <summary>Learning-rate schedules as Keras files describe them in an optimizer's <c>learning_rate</c>.</summary>
internal static class KerasSchedules
{
    /// <summary>The schedule as Keras writes it, or the present rate as a number where it is no schedule or Keras has none like it.</summary>
    public static JsonNode Describe(Optimizer optimizer) =>
        optimizer.Schedule.IsOfKeras ? Describe(optimizer.Schedule) : Config.Shortest(optimizer.LearningRate);

    /// <summary>The schedule's class and arguments.</summary>
    public static JsonNode Describe(LearningRateSchedule schedule) =>
        KerasJson.ToJson(new KerasObject(schedule.GetType().Name, schedule.Config!) { Module = "keras.optimizers.schedules" });

    /// <summary>Builds the schedule, or null where the file asks for one that is not supported.</summary>
    public static LearningRateSchedule? Create(JsonObject described)
    {
        if (KerasJson.ParseObject(described) is not { } schedule) return null;
        var config = new Config(schedule.ClassName, "learning_rate", schedule.Config);
        return schedule.ClassName switch
        {
            "ExponentialDecay" =>
                new ExponentialDecay(Number("initial_learning_rate"), Steps("decay_steps"), Number("decay_rate"), config.GetBool("staircase", false)),
            "InverseTimeDecay" =>
                new InverseTimeDecay(Number("initial_learning_rate"), Steps("decay_steps"), Number("decay_rate"), config.GetBool("staircase", false)),
            "PolynomialDecay" => new PolynomialDecay(
                Number("initial_learning_rate"), Steps("decay_steps"), config.GetFloat("end_learning_rate", 1e-4f), config.GetFloat("power", 1),
                    config.GetBool("cycle", false)),
            "CosineDecay" => new CosineDecay(
                Number("initial_learning_rate"), Steps("decay_steps"), config.GetFloat("alpha", 0), config.GetOptionalFloat("warmup_target"),
                    config.GetOptionalInt("warmup_steps") ?? 0),
            "CosineDecayRestarts" => new CosineDecayRestarts(
                Number("initial_learning_rate"), Steps("first_decay_steps"), config.GetFloat("t_mul", 2), config.GetFloat("m_mul", 1),
                    config.GetFloat("alpha", 0)),
            "PiecewiseConstantDecay" => new PiecewiseConstantDecay(config.GetInts("boundaries"), config.GetFloats("values") ?? []),
            "OneCycle" => new OneCycle(
                Number("max_learning_rate"), Steps("total_steps"), Number("pct_start"), Number("div_factor"), Number("final_div_factor"))
            { IsLinear = config.GetBool("linear", false) },
            _ => null,
        };

        float Number(string key) => config.GetFloat(key);

        // Keras takes 1.0 steps too.
        int Steps(string key) => JsonReading.AsInteger(config.Find(key)) ?? config.GetInt(key);
    }
}
