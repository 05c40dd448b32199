namespace Fovea.Engine.Ops;

/// <summary>Copies an image into a larger one with margins of zeros, or crops it out of the larger one. A unit is one image.</summary>
internal sealed unsafe class MarginKernel(Shape inner, Shape outer, int top, int left, bool crops) : Kernel
{
    public override int Units(int phase) => inner[0];

    public override void Run(int phase, int unit, in KernelBuffers buffers)
    {
        int length = inner[2] * inner[3], outerRow = outer[2] * outer[3];
        var innerStart = (nint)unit * inner[1] * length;
        var outerStart = (nint)unit * outer[1] * outerRow;
        var first = outerStart + ((nint)top * outerRow) + (left * inner[3]);
        if (!crops) new Span<float>(buffers.Output + outerStart, outer[1] * outerRow).Clear();
        for (var y = 0; y < inner[1]; y++)
        {
            var (small, large) = (innerStart + ((nint)y * length), first + ((nint)y * outerRow));
            var source = buffers.Input(0) + (crops ? large : small);
            new ReadOnlySpan<float>(source, length).CopyTo(new Span<float>(buffers.Output + (crops ? small : large), length));
        }
    }
}
