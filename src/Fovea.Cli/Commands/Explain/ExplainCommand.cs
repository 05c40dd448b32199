using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea explain</c>: draws what a model does and what it has learned.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandOutput output) => new DocumentedCommand(
        "explain",
        "Draw what a model does with an image, and what it has learned.",
        new Example("fovea explain conv MODEL IMAGE", "how a convolution computes: one output, borders, strides, pooling, receptive fields"),
        new Example("fovea explain activations MODEL IMAGE", "the output of every layer"),
        new Example("fovea explain filters MODEL", "the kernels of the first layer, and the patterns that filters respond to"),
        new Example("fovea explain gradcam MODEL IMAGE", "the regions of the image that support a class"))
    {
        ExplainConvCommand.Create(output),
        ExplainActivationsCommand.Create(output),
        ExplainFiltersCommand.Create(output),
        ExplainGradCamCommand.Create(output),
    };
}
