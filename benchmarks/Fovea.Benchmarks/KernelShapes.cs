using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea.Benchmarks;

/// <summary>An op with the sizes that occur in networks.</summary>
/// <param name="Name">The op and its sizes, as in <c>3×3, 64 → 128 at 56²</c>.</param>
/// <param name="BatchSize">The default batch size, with which a run takes about a millisecond.</param>
/// <param name="IsFirstLayer">Whether its image is the network's input, which needs no gradient.</param>
/// <param name="Build">Builds the op for a batch size.</param>
internal sealed record KernelShape(string Name, int BatchSize, bool IsFirstLayer, Func<int, Node> Build)
{
    public static IReadOnlyList<KernelShape> All { get; } =
    [
        First(3, 1, 32, 28, 64, Padding.Valid),
        First(3, 3, 32, 150, 16, Padding.Valid),
        First(3, 3, 64, 224, 1),
        First(3, 3, 32, 224, 4, stride: 2),
        First(7, 3, 64, 224, 4, stride: 2),
        Conv(3, 32, 64, 13, 64, padding: Padding.Valid),
        Conv(3, 64, 64, 5, 64, padding: Padding.Valid),
        Conv(3, 32, 32, 112, 4),
        Conv(3, 64, 64, 112, 1),
        Conv(3, 64, 64, 56, 8),
        Conv(3, 128, 128, 28, 8),
        Conv(3, 256, 256, 56, 1),
        Conv(3, 256, 256, 14, 8),
        Conv(3, 512, 512, 14, 4),
        Conv(3, 512, 512, 7, 8),
        Conv(3, 128, 128, 56, 4, stride: 2),
        Conv(3, 256, 256, 28, 4, stride: 2),
        Conv(3, 64, 64, 28, 16, dilation: 2),
        Conv(3, 128, 128, 56, 4, groups: 32),
        Conv(5, 96, 256, 27, 8, groups: 2),
        Conv(5, 32, 64, 28, 16),
        Conv(5, 64, 64, 14, 16),
        Conv(1, 64, 256, 56, 4),
        Conv(1, 256, 64, 56, 4),
        Conv(1, 512, 128, 28, 8),
        Conv(1, 1024, 256, 14, 16),
        Conv(1, 512, 2048, 7, 16),
        Conv(1, 256, 512, 56, 4, stride: 2),
        Depthwise(32, 112, 4),
        Depthwise(64, 112, 4, stride: 2),
        Depthwise(128, 56, 8),
        Depthwise(512, 14, 16),
        Depthwise(1024, 7, 16),
        Dense(576, 64, 64),
        Dense(2048, 1000, 16),
        Dense(4096, 4096, 8),
        Dense(4096, 4096, 1),
    ];

    private static KernelShape First(int kernel, int channels, int filters, int size, int batch, Padding padding = Padding.Same, int stride = 1) =>
        Conv(kernel, channels, filters, size, batch, stride, padding: padding) with { IsFirstLayer = true };

    private static KernelShape Conv(
        int kernel, int channels, int filters, int size, int batch, int stride = 1, int dilation = 1, Padding padding = Padding.Same, int groups = 1) => new(
        $"{kernel}×{kernel}{Steps(stride, dilation)}, {channels} → {filters}{(groups > 1 ? $" in {groups} groups" : "")} at {size}²", batch, false,
        count => Image(count, size, channels)
            .Conv2D(Weights(kernel, kernel, channels / groups, filters), (stride, stride), (dilation, dilation), padding, groups));

    private static KernelShape Depthwise(int channels, int size, int batch, int stride = 1) => new(
        $"depthwise 3×3{Steps(stride, 1)}, {channels} at {size}²", batch, false,
        count => Image(count, size, channels).DepthwiseConv2D(Weights(3, 3, channels, 1), (stride, stride), (1, 1), Padding.Same));

    private static KernelShape Dense(int inputs, int units, int batch) => new(
        $"dense, {inputs} → {units}", batch, false, count => new Node(new InputOp("features", [count, inputs])).MatMul(Weights(inputs, units)));

    private static string Steps(int stride, int dilation) => (stride > 1 ? $" stride {stride}" : "") + (dilation > 1 ? $" dilation {dilation}" : "");

    private static Node Image(int count, int size, int channels) => new(new InputOp("image", [count, size, size, channels]));

    private static Node Weights(params int[] shape) => new(new VariableOp(new Variable("weights", new Shape(shape))));
}
