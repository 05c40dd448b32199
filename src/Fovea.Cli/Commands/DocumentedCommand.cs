using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Fovea.Cli;

/// <summary>A command line to copy, and its meaning.</summary>
internal sealed record Example(string Line, string Meaning);

/// <summary>A command whose help ends with examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params Example[] examples) : Command(name, description)
{
    public IReadOnlyList<Example> Examples => examples;
}

/// <summary>The help of a command, followed by its examples.</summary>
internal sealed class HelpWithExamples(HelpAction help, params Example[] rootExamples) : SynchronousCommandLineAction
{
    private const int Width = 110;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        help.MaxWidth = help.MaxWidth is > 0 and < Width ? help.MaxWidth : Width;  // the terminals that Open MPI makes have no width
        var code = help.Invoke(parseResult);
        var examples = parseResult.CommandResult.Command switch
        {
            DocumentedCommand command => command.Examples,
            _ => rootExamples,
        };
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        var width = examples.Max(example => example.Line.Length);
        foreach (var example in examples) output.WriteLine($"  {example.Line.PadRight(width)}  {example.Meaning}");
        output.WriteLine();
        return code;
    }
}
