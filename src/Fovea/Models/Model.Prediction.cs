using System.Runtime.CompilerServices;

namespace Fovea;

/// <content>Prediction.</content>
public partial class Model
{
    internal Prediction Prediction => Initialized.Prediction;

    /// <summary>
    /// Computes the output for some inputs. Any number of threads may call it at once. As many as <see cref="Cpu.Threads"/> compute at the same time; further
    /// callers wait. Weights, and values that depend on weights alone, exist once; each caller that computes has its own memory for activations, as large as
    /// its largest batch so far. A single caller has the help of all threads, several callers share them. The result has the same bits in any case.
    /// </summary>
    /// <remarks>
    /// A model of open size (<see cref="Fovea.Input(ReadOnlySpan{int?})"/>) takes samples of any size; those of one call have the same. The first call for a
    /// size compiles the model for it. The plans of the last 128 sizes and batch sizes are kept, and all use the same memory.
    /// </remarks>
    /// <param name="inputs">One or more samples: the model's input shape with a batch in front.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Ends the waiting for other callers, and stops between two batches.</param>
    /// <exception cref="ShapeException">The inputs do not have the model's shape, or a layer does not take values of that size.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Predict(
        Tensor inputs, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        _ = Output;
        return Predict([inputs], batchSize, verbose, progress, cancellationToken)[0];
    }

    /// <summary>
    /// Predicts from the caller's memory into the caller's memory, with a model of one input and one output. Once a batch of that size has been predicted,
    /// nothing is allocated. See <see cref="Predict(Tensor, int?, Verbosity, IProgress{int}, CancellationToken)"/>.
    /// </summary>
    /// <param name="inputs">The values of one or more samples, one sample after the other.</param>
    /// <param name="outputs">Receives the outputs; its length is <see cref="OutputShape"/>.Count for each sample.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="cancellationToken">Ends the waiting for other callers, and stops between two batches.</param>
    /// <exception cref="ArgumentException">The inputs are not whole samples, or the outputs have another length or share memory with them.</exception>
    /// <exception cref="InvalidOperationException">The model has several inputs or outputs.</exception>
    /// <exception cref="ShapeException">The model takes inputs of any size, so that values alone do not tell the size.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Predict(ReadOnlySpan<float> inputs, Span<float> outputs, int? batchSize = null, CancellationToken cancellationToken = default) =>
        Predict(inputs, outputs, trace: true, batchSize, cancellationToken);

    /// <summary>
    /// Predicts from the caller's memory into the caller's memory, and decides whether the call is traced. Where each row of a table or each frame of a video
    /// is a call, an activity for each of them is too much; the metrics count them all the same.
    /// </summary>
    /// <param name="inputs">The values of one or more samples, one sample after the other.</param>
    /// <param name="outputs">Receives the outputs; its length is <see cref="OutputShape"/>.Count for each sample.</param>
    /// <param name="trace">Whether the call is an activity of the source "Fovea".</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="cancellationToken">Ends the waiting for other callers, and stops between two batches.</param>
    /// <inheritdoc cref="Predict(ReadOnlySpan{float}, Span{float}, int?, CancellationToken)" path="/exception"/>
    public void Predict(
        ReadOnlySpan<float> inputs, Span<float> outputs, bool trace, int? batchSize = null, CancellationToken cancellationToken = default)
    {
        _ = (Input, Output);
        var topology = Initialized;
        var size = topology.Only(Subject, "Predict a Tensor, which has a shape, or fix the size: model.WithInput(150, 150, 3).");
        var samples = size.BatchSizeOr(batchSize);
        int inputLength = size.Inputs[0].Count, outputLength = size.Outputs[0].Count;
        if (inputs.Length % inputLength != 0)
            throw new ArgumentException(
                $"{Subject}: expected inputs of a multiple of {inputLength} values, {SymbolicTensor.Print(InputShape)}; received {inputs.Length}.",
                nameof(inputs));
        if (outputs.Length != (long)inputs.Length / inputLength * outputLength)
            throw new ArgumentException(
                $"{Subject}: expected a span for {inputs.Length / inputLength} × {outputLength} outputs; received one of {outputs.Length}.", nameof(outputs));
        if (inputs.Overlaps(outputs))
            throw new ArgumentException($"{Subject}: expected outputs in other memory than the inputs; they overlap.", nameof(outputs));
        var operation = BeginPrediction(inputs.Length / inputLength, samples, trace);
        try
        {
            topology.Prediction.Run(size, inputs, outputs, samples, cancellationToken);
            operation.End();
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }
    }

    /// <summary>
    /// Computes all outputs of a model of several inputs or outputs. See <see cref="Predict(Tensor, int?, Verbosity, IProgress{int}, CancellationToken)"/>.
    /// </summary>
    /// <param name="inputs">A tensor for each input, all with the same number of samples.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Ends the waiting for other callers, and stops between two batches.</param>
    /// <returns>A tensor for each output.</returns>
    /// <exception cref="ShapeException">The inputs do not have the model's shapes.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    [OverloadResolutionPriority(1)]  // [a, b] is a list of inputs here, not a stacked tensor
    public IReadOnlyList<Tensor> Predict(
        IReadOnlyList<Tensor> inputs, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(inputs);
        RequireEach(inputs, nameof(inputs));
        var topology = Initialized;
        if (topology.SizeOf(inputs) is not { } size)
            throw new ShapeException(
                Subject, $"expected inputs {SymbolicTensor.Print(topology.Inputs)}; received {string.Join(" and ", inputs.Select(input => input.Shape))}.");
        var samples = size.BatchSizeOr(batchSize);
        var count = inputs[0].Shape[0];
        Tensor[] outputs = [.. size.Outputs.Select(output => new Tensor(output.Prepend(count), new float[count * output.Count]))];
        using var steps = StepProgress.Begin(Shown(verbose), progress, count, samples);
        var operation = BeginPrediction(count, samples);
        try
        {
            topology.Prediction.Run(size, inputs, outputs, samples, cancellationToken, steps);
            operation.End();
        }
        catch (Exception error) when (operation.HasFailed(error))
        {
            throw;
        }

        steps?.Finish();
        return outputs;
    }

    /// <summary>Computes the output for each sample of a data set, in its order; Keras' <c>predict(dataset)</c>. Targets are ignored.</summary>
    /// <remarks>
    /// With a <see cref="Distribution"/> every process makes this call, with the same data. Each computes a part of the batches, and all receive all outputs. A
    /// stream is computed by each process for itself.
    /// </remarks>
    /// <param name="data">The samples, which are read in advance on other threads. A stream is read to its end.</param>
    /// <param name="batchSize">The number of samples per batch; null for 256, or fewer where samples are large, so that memory suffices.</param>
    /// <param name="verbose">What is printed to the terminal; 0, 1 and 2 mean the same as in Keras.</param>
    /// <param name="progress">Receives the number of finished samples after each batch.</param>
    /// <param name="cancellationToken">Stops after the current batch.</param>
    /// <returns>The outputs, with the samples as the first dimension.</returns>
    /// <exception cref="InvalidOperationException">The model has several outputs, or is trained on another thread.</exception>
    /// <exception cref="ShapeException">The samples do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// A sample cannot be read or is not finite, or the images were read with another preprocessing than <see cref="ImageInput"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public Tensor Predict(
        Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        _ = Output;
        return PredictAll(data, batchSize, verbose, progress, cancellationToken)[0];
    }

    /// <summary>Computes all outputs of a model of several outputs for each sample of a data set. Targets are ignored.</summary>
    /// <remarks>
    /// With a <see cref="Distribution"/> every process makes this call, with the same data. Each computes a part of the batches, and all receive all outputs. A
    /// stream is computed by each process for itself.
    /// </remarks>
    /// <returns>A tensor for each output, with the samples as the first dimension.</returns>
    /// <inheritdoc cref="Predict(Dataset, int?, Verbosity, IProgress{int}?, CancellationToken)" path="/param"/>
    /// <exception cref="InvalidOperationException">The model is trained on another thread.</exception>
    /// <exception cref="ShapeException">The samples do not have the model's shapes.</exception>
    /// <exception cref="TrainingException">
    /// A sample cannot be read or is not finite, or the images were read with another preprocessing than <see cref="ImageInput"/>.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public IReadOnlyList<Tensor> PredictAll(
        Dataset data, int? batchSize = null, Verbosity verbose = default, IProgress<int>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        WeightLock.Claim? claim = null;
        try
        {
            DatasetPass pass = null!;
            BeginPass(data, () =>
            {
                pass = new DatasetPass(this, data, batchSize, keepsTargets: false);
                claim = Begin(WeightUse.Evaluation, nameof(Predict));
            });
            pass.Run(verbose, progress, cancellationToken);
            return [.. pass.Outputs.Select(output => output.ToTensor())];
        }
        finally
        {
            claim?.Dispose();
            data.Close();
        }
    }

    /// <summary>Begins a pass over a data set, which several processes share unless it is a stream.</summary>
    internal void BeginPass(Dataset data, Action begin)
    {
        if (data.IsStream) begin();
        else Together(begin);
    }

    /// <summary>The weights as a text by which processes compare them, and what to do if they differ.</summary>
    internal IEnumerable<(string Fact, string Fix)> DescribeWeights() =>
    [
        ($"weights with the hash {ContentHash.Print(ContentHash.Of(Weights.Select(weight => weight.Variable)))}",
            $"Load the same weights into '{Name}' in all processes."),
    ];

    /// <summary>Begins the trace and the measurement of a prediction.</summary>
    internal Operation BeginPrediction(int? count, int batchSize, bool trace = true)
    {
        var operation = Operation.Begin("fovea.predict", Name, Telemetry.PredictionDuration, trace);
        if (count is not { } samples) return operation;
        CountPredictions(samples);
        operation.Set("fovea.samples", samples);
        operation.Set("fovea.batch_size", Math.Min(batchSize, samples));
        return operation;
    }

    /// <summary>Counts the samples of a call of Predict.</summary>
    internal void CountPredictions(int samples)
    {
        if (Telemetry.PredictionSamples.Enabled) Telemetry.PredictionSamples.Record(samples, Telemetry.Model(Name));
    }

    internal override long InitialSeed => Seed;

    private protected override IReadOnlyList<Tensor> ApplyAll(IReadOnlyList<Tensor> inputs, bool training, long? seed)
    {
        if (training) return base.ApplyAll(inputs, training, seed);
        if (!IsBuilt) EnsureReady([.. inputs.Select(input => input.Shape[1..])]);
        return Predict(inputs, verbose: Verbosity.Silent);
    }
}
