using Fovea.Benchmarks;
using Spectre.Console;

Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
if (Console.IsOutputRedirected) AnsiConsole.Profile.Width = 200;
return new BenchmarkCommand(AnsiConsole.Console).Parse(args).Invoke();
