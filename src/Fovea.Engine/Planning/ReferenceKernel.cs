namespace Fovea.Engine.Planning;

/// <summary>Runs the float64 reference of an op without a kernel. It is slow, and the only step of a plan that allocates.</summary>
internal sealed unsafe class ReferenceKernel(Node node) : Kernel
{
    public override int Units(int phase) => 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        var inputs = new double[node.Inputs.Count][];
        for (var k = 0; k < inputs.Length; k++)
            inputs[k] = Array.ConvertAll(new ReadOnlySpan<float>(buffers.Input(k), node.Inputs[k].Shape.Count).ToArray(), value => (double)value);
        var output = new double[node.Shape.Count];
        node.Op.Reference(new ReferenceCall(inputs, [.. node.Inputs.Select(input => input.Shape)], output, node.Shape));
        for (var i = 0; i < output.Length; i++) buffers.Output[i] = (float)output[i];
    }
}

/// <summary>Copies a new value into its variable if it could not be computed in place.</summary>
internal sealed unsafe class CopyKernel(int count) : Kernel
{
    public override int Units(int phase) => 1;

    public override void Run(int phase, int unit, in KernelBuffers buffers) =>
        new ReadOnlySpan<float>(buffers.Input(0), count).CopyTo(new Span<float>(buffers.Output, count));
}
