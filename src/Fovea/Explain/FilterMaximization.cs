using System.Numerics.Tensors;
using Fovea.Engine;
using Fovea.Engine.Autodiff;
using Fovea.Engine.Ops;

namespace Fovea.Explain;

/// <summary>The pattern to which a filter responds most strongly.</summary>
/// <param name="Filter">The index of the filter in its layer.</param>
/// <param name="Image">(height, width, channels) of the model's input, in its range of values.</param>
/// <param name="Response">The filter's mean output for the image.</param>
/// <param name="Start">Its mean output for the noise from which the search started.</param>
public sealed record FilterPattern(int Filter, Tensor Image, double Response, double Start);

/// <summary>
/// Finds what the filters of a layer look for, by gradient ascent on the input (Erhan et al. 2009, "Visualizing higher-layer features of
/// a deep network"): starting from faint noise, the image follows the gradient of the filter's mean output, without the border, in
/// steps of equal length.
/// </summary>
public sealed class FilterMaximization
{
    private const int BatchSize = 8;

    /// <summary>The number of steps, at least 1.</summary>
    public int Steps
    {
        get; init => field = value >= 1
        ? value
        : throw new ArgumentException($"FilterMaximization: expected at least 1 step; received {value}.", nameof(value));
    } = 40;

    /// <summary>The root mean square of a step, as a share of the range of values.</summary>
    public double StepSize
    {
        get; init => field = value > 0 && double.IsFinite(value)
        ? value
        : throw new ArgumentException($"FilterMaximization: expected a step above 0; received {value}.", nameof(value));
    } = 0.03;

    /// <summary>The range of the model's input values, such as (0, 1), (0, 255) or (−1, 1).</summary>
    public (double Low, double High) Range
    {
        get; init => field = value.Low < value.High
        ? value
        : throw new ArgumentException($"FilterMaximization: expected a range, the lower number first; received {value}.", nameof(value));
    } = (0, 1);

    /// <summary>The seed of the initial noise.</summary>
    public long Seed { get; init; }

    /// <summary>Finds the patterns of some filters.</summary>
    /// <param name="model">The model.</param>
    /// <param name="layer">A layer of images, by its path or name.</param>
    /// <param name="filters">The indices of the filters, at least one.</param>
    /// <param name="cancellationToken">Stops after the current step.</param>
    /// <exception cref="KeyNotFoundException">There is no such layer.</exception>
    /// <exception cref="ShapeException">The outputs of the layer are not images.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such filter.</exception>
    public IReadOnlyList<FilterPattern> Compute(Model model, string layer, IReadOnlyList<int> filters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filters);
        if (filters.Count == 0) throw new ArgumentException("FilterMaximization: expected at least one filter; received none.", nameof(filters));
        var batch = Math.Min(BatchSize, filters.Count);
        var graph = new ModelGraph(model, batch);
        var seen = graph[layer];
        if (seen.Node.Shape.Rank != 4)
            throw new ShapeException(
                "FilterMaximization", $"expected a layer of images (None, height, width, channels); '{seen.Path}' "
                + $"gives {SymbolicTensor.Print(seen.Node.Shape[1..])}.");
        foreach (var filter in filters)
        {
            if (filter < 0 || filter >= seen.Node.Shape[3])
                throw new ArgumentOutOfRangeException(
                    nameof(filters), $"FilterMaximization: expected filters from 0 to {seen.Node.Shape[3] - 1} of '{seen.Path}'; received {filter}.");
        }

        var chosen = new Node(new InputOp("chosen filters", seen.Node.Shape));
        var responses = (seen.Node * chosen).SumRange(1, 3);
        var run = graph.Compile([chosen], responses, Differentiation.Gradients(responses.Sum(), [graph.Input])[0]);
        return [.. filters.Chunk(batch).SelectMany(part => Ascend(run, graph.Input.Shape, seen.Node.Shape, part, cancellationToken))];
    }

    private FilterPattern[] Ascend(GraphRun run, Shape inputs, Shape outputs, int[] filters, CancellationToken cancellationToken)
    {
        var images = Noise(inputs);
        var mask = new Tensor(outputs, Inside(outputs, filters));
        var pixels = inputs[1..].Count;
        float[] start = [];
        for (var step = 0; step < Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var values = run.Run(images, 0, mask);
            if (step == 0) start = values[0].Values;
            for (var i = 0; i < inputs[0]; i++) Move(images.Values.AsSpan(i * pixels, pixels), values[1].Values.AsSpan(i * pixels, pixels));
        }

        var reached = run.Run(images, 0, mask)[0].Values;
        return [.. filters.Select((filter, i) => new FilterPattern(filter, new Tensor(inputs[1..], images.Sample(i).ToArray()), reached[i], start[i]))];
    }

    /// <summary>A fifth of the range around its middle.</summary>
    private Tensor Noise(Shape shape)
    {
        var (low, high) = ((float)Range.Low, (float)Range.High);
        var random = new RandomNumbers(Seed);
        var values = new float[shape.Count];
        foreach (ref var value in values.AsSpan()) value = low + ((high - low) * (0.4f + (0.2f * random.NextSingle())));
        return new Tensor(shape, values);
    }

    /// <summary>
    /// The weights of the mean: 1 / count at the positions of each image's filter that are averaged, 0 elsewhere. The two outermost positions are
    /// excluded if enough others remain.
    /// </summary>
    private static float[] Inside(Shape outputs, int[] filters)
    {
        var (height, width, channels) = (outputs[1], outputs[2], outputs[3]);
        var (top, left) = (height > 6 ? 2 : 0, width > 6 ? 2 : 0);
        var share = 1f / ((height - (2 * top)) * (width - (2 * left)));
        var mask = new float[outputs.Count];
        for (var i = 0; i < filters.Length; i++)
            for (var y = top; y < height - top; y++)
                for (var x = left; x < width - left; x++) mask[(((((i * height) + y) * width) + x) * channels) + filters[i]] = share;
        return mask;
    }

    private void Move(Span<float> image, ReadOnlySpan<float> gradient)
    {
        var length = TensorPrimitives.Norm(gradient) / MathF.Sqrt(gradient.Length);
        if (length == 0) return;
        var factor = (float)StepSize * ((float)Range.High - (float)Range.Low) / length;
        for (var i = 0; i < image.Length; i++) image[i] += factor * gradient[i];
    }
}
