using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea explain</c>: pictures of what a model does and of what it has learned.</summary>
internal static class ExplainCommand
{
    public static Command Create(CommandOutput output) => new TaughtCommand(
        "explain",
        "Draw what a model does with a picture, and what it has learned.",
        new Example("fovea explain conv MODEL IMAGE", "how a convolution computes one number, borders, strides, pooling, receptive fields"))
    {
        ExplainConvCommand.Create(output),
    };
}
