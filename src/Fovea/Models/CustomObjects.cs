namespace Fovea.Extending;

/// <summary>
/// Registers custom classes by the names that files know them by, as Keras' <c>keras.saving.register_keras_serializable</c>. Registered classes can be saved
/// and loaded in <c>.keras</c>, <c>.h5</c>, <c>.safetensors</c> and <see cref="Model.ToJson"/>:
/// <code>CustomObjects.Register("MyPackage>Scale", config => new Scale(config.GetFloat("start")));</code>
/// Layers, losses, metrics, optimizers, schedules, initializers, regularizers and constraints write their settings in <c>WriteConfig</c>; the factory reads
/// them. Register when the program starts, before models are saved or loaded. Any thread may call every member.
/// </summary>
public static class CustomObjects
{
    /// <summary>Registers a custom class. The same call may be made again.</summary>
    /// <typeparam name="T">
    /// The class: a <see cref="Layer"/>, <see cref="Loss"/>, <see cref="Metric"/>, <see cref="Optimizer"/>, <see cref="LearningRateSchedule"/>,
    /// <see cref="Initializer"/>, <see cref="Regularizer"/> or <see cref="Constraint"/>.
    /// </typeparam>
    /// <param name="name">
    /// A package and the class: <c>MyPackage>Scale</c>. It is the name in files by Keras of a class that was registered there with <c>package="MyPackage"</c>.
    /// </param>
    /// <param name="create">
    /// Makes an object from the settings that it wrote. It need not read what every class of the kind has, such as the name of a layer, the reduction of a
    /// loss, or the learning rate and the options of an optimizer: they are set afterwards.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The name has no package, or is that of another class or factory; or the class is not a custom one, or has another name already.
    /// </exception>
    public static void Register<T>(string name, Func<Config, T> create)
        where T : class
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(create);
        var custom = typeof(T);
        if (!custom.IsAssignableTo(typeof(IConfigurable)) || custom.IsAssignableTo(typeof(Model)) || custom.Assembly == typeof(CustomObjects).Assembly)
            throw new ArgumentException(
                $"CustomObjects: expected a custom class for '{name}', derived from Layer, Loss, Metric, Optimizer, LearningRateSchedule, Initializer, "
                + $"Regularizer or Constraint; received a factory of {custom.Name}.", nameof(create));
        CustomParts.Add(name, custom, create, custom.Name);
    }

    /// <summary>Registers a custom activation, which is a function. The same call may be made again.</summary>
    /// <param name="name">A package and the function: <c>MyPackage>leaky</c>.</param>
    /// <param name="activation">The activation. Layers that have this object can be saved.</param>
    /// <exception cref="ArgumentException">
    /// The name has no package, or is that of something else; or the activation is not a custom one, or has another name already.
    /// </exception>
    public static void Register(string name, Activation activation)
    {
        RequireName(name);
        ArgumentNullException.ThrowIfNull(activation);
        if (activation.IsKnown)
            throw new ArgumentException($"CustomObjects: expected a custom activation for '{name}'; files know {activation.Name} already.", nameof(activation));
        CustomParts.Add(name, activation, activation, $"the activation {activation.Name}");
    }

    private static void RequireName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Split('>') is not [{ Length: > 0 }, { Length: > 0 }])
            throw new ArgumentException($"CustomObjects: expected a package and a name, as in 'MyPackage>Scale'; received '{name}'.", nameof(name));
    }
}
