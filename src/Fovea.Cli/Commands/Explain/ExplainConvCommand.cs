using System.CommandLine;

namespace Fovea.Cli;

/// <summary><c>fovea explain conv</c>: how a convolution computes.</summary>
internal static class ExplainConvCommand
{
    public static Command Create(CommandOutput output)
    {
        var request = new ExplainRequest();
        var command = new TaughtCommand(
            "conv",
            "Draw how a convolution of the model computes: patch, kernel, products and sum; borders, strides, pooling; receptive fields.",
            new Example("fovea explain conv book-mnist.keras digit.png --out pictures", "of the model's first convolution"));
        request.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            output.Output.WriteLine(request.Read(parsed, cancellation).Folder);
            return Task.FromResult(FoveaCommand.Success);
        });
        return command;
    }
}
