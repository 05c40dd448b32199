using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea explain</c>: pictures of what a model does and of what it has learned.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandOutput output) => new DocumentedCommand(
        "explain",
        "Draw what a model does with a picture, and what it has learned.",
        new Example("fovea explain conv MODEL IMAGE", "how a convolution computes one number, borders, strides, pooling, receptive fields"),
        new Example("fovea explain activations MODEL IMAGE", "what every layer makes of the picture"),
        new Example("fovea explain filters MODEL", "the first layer's kernels, and the patterns that filters look for"),
        new Example("fovea explain gradcam MODEL IMAGE", "where in the picture the model sees its class"))
    {
        ExplainConvCommand.Create(output),
        ExplainActivationsCommand.Create(output),
        ExplainFiltersCommand.Create(output),
        ExplainGradCamCommand.Create(output),
    };
}
