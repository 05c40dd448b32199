using System.Runtime.CompilerServices;

namespace Fovea;

/// <content>Application to tensors.</content>
public abstract partial class Layer
{
    private LayerApplication? application;

    private LayerApplication Application =>
        application
        ?? Interlocked.CompareExchange(ref application, new LayerApplication(this, (inputs, context) => TraceAll(inputs, context)), null)
        ?? application;

    /// <summary>
    /// Computes the output of the layer or model for a tensor, as Keras' <c>layer(x)</c>: <c>var changed = augmentation.Apply(images, training: true)</c>.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A layer that is not connected yet is built for the shape of the input, and its weights are initialized. It keeps them when it becomes part of a model.
    /// Weights are read as they are at each call.
    /// </para>
    /// <para>
    /// In training, dropout and augmentation are active, and batch normalization normalizes with the moments of the batch and updates its moving averages, as
    /// in Keras. Each call draws new random values; the first call of each layer draws the same in each run of the program. With <paramref name="seed"/>
    /// the same seed gives the same values.
    /// </para>
    /// <para>
    /// The computation is compiled at the first call for a shape, and kept for the last shapes. Any thread may call it; calls of one layer take turns. A model
    /// in inference predicts on several threads at once (<see cref="Model.Predict(Tensor, int?, Verbosity, IProgress{int}, CancellationToken)"/>).
    /// </para>
    /// </remarks>
    /// <param name="input">One or more samples: the first dimension is the batch.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones at each call.</param>
    /// <returns>The output. Its first dimension is the batch.</returns>
    /// <exception cref="ShapeException">The layer does not accept an input of this shape, or the input has no batch.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer is a model with several outputs (see <see cref="ApplyForAll"/>), or is part of a layer that is not built yet; or it would update moving
    /// averages while another thread trains them.
    /// </exception>
    public Tensor Apply(Tensor input, bool training = false, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Apply([input], training, seed);
    }

    /// <summary>Computes the output of a layer or model of several inputs: <c>new Add().Apply([x, y])</c>.</summary>
    /// <inheritdoc cref="Apply(Tensor, bool, long?)" path="/remarks | /returns | /exception"/>
    /// <param name="inputs">A tensor for each input. The first dimension of each is the batch.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones at each call.</param>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of inputs here, not a stacked tensor
    public Tensor Apply(IReadOnlyList<Tensor> inputs, bool training = false, long? seed = null) => ApplyForAll(inputs, training, seed) is [var output]
        ? output
        : throw new InvalidOperationException($"{Subject}: the model has several outputs; ApplyForAll gives them all.");

    /// <summary>
    /// Computes the output of a layer or model into a tensor that exists, so that repeated calls for large inputs need no new memory:
    /// <c>augmentation.ApplyInto(images, changed, training: true)</c>.
    /// </summary>
    /// <inheritdoc cref="Apply(Tensor, bool, long?)" path="/remarks"/>
    /// <param name="input">One or more samples: the first dimension is the batch.</param>
    /// <param name="output">Receives the output. It has the shape of the output, and may be the input.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones at each call.</param>
    /// <exception cref="ShapeException">The layer does not accept an input of this shape, or its output has another shape than the tensor.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="Apply(Tensor, bool, long?)"/>.</exception>
    public void ApplyInto(Tensor input, Tensor output, bool training = false, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(output);
        if (input.Shape.Rank > 0 && (training || !IsModel))
        {
            Application.Run([input], training, seed, output);
            return;
        }

        var computed = Apply([input], training, seed);
        LayerApplication.RequireShape(this, output, computed.Shape);
        computed.Values.CopyTo(output.Values);
    }

    /// <summary>Computes all outputs of a model of several outputs.</summary>
    /// <inheritdoc cref="Apply(Tensor, bool, long?)" path="/remarks | /exception"/>
    /// <param name="inputs">A tensor for each input. The first dimension of each is the batch.</param>
    /// <param name="training">Whether dropout, augmentation and batch normalization act as in training.</param>
    /// <param name="seed">Selects the random values; null for new ones at each call.</param>
    /// <returns>A tensor for each output.</returns>
    public IReadOnlyList<Tensor> ApplyForAll(IReadOnlyList<Tensor> inputs, bool training = false, long? seed = null)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        if (inputs.Count == 0) throw new ArgumentException($"{Subject}: expected an input; received none.", nameof(inputs));
        for (var i = 0; i < inputs.Count; i++)
        {
            if (inputs[i] is null) throw new ArgumentNullException(nameof(inputs), $"{Subject}: input {i} of {inputs.Count} is null.");
            if (inputs[i].Shape.Rank == 0 || inputs[i].Shape[0] != inputs[0].Shape[0])
                throw new ShapeException(
                    Subject, "expected the batch as the first dimension, the same in all inputs; "
                    + $"received {string.Join(" and ", inputs.Select(input => input.Shape))}. For one sample, begin the shape with 1.");
        }

        return ApplyAll(inputs, training, seed);
    }

    /// <summary>Builds the layer for some inputs, if it is not built yet, and fills weights that have no values.</summary>
    internal void EnsureReady(Shape[] shapes)
    {
        if (Holder is not null && !IsBuilt)
            throw new InvalidOperationException(
                $"{Subject}: the layer is a part of {Holder.Subject}, which must be built before; apply or connect that layer.");
        lock (FirstUse)
        {
            BuildFor(shapes);
            if (IsModel) _ = Weights;  // a model initializes them from its seed
            else Weight.Initialize(Weights, InitialSeed);
        }
    }

    /// <summary>The seed of weights and random values when the layer is applied by itself.</summary>
    internal virtual long InitialSeed => 0;

    private protected virtual IReadOnlyList<Tensor> ApplyAll(IReadOnlyList<Tensor> inputs, bool training, long? seed) =>
        Application.Run(inputs, training, seed);
}
