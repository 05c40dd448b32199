using System.CommandLine;
using System.Globalization;
using Fovea.Cli;

namespace Fovea.Tests.Cli;

/// <summary>Every option of every command that takes a number, found by walking the commands.</summary>
public class NumberOptionTests
{
    private static readonly string[] NoNumbers =
    [
        " ", "many", "NaN", "Infinity", "-Infinity", "∞", "0,001", "1,000", "1.000,5", "1_000", "1 000", " 5", "5 ", "+5", "0x10", "5e", "e5", ".", "-", "--5",
            "5%", "1/2", "٣", "１", "1.5.2",
    ];

    private static readonly string[] NoWholeNumbers = ["1.5", "1.0", "1e3", "5."];

    public static TheoryData<string> Options() => [.. NumericOptions().Select(found => $"{found.Path} {found.Option.Name}")];

    [Fact]
    public void All_commands_are_walked() => Assert.True(NumericOptions().Count() >= 20, $"{NumericOptions().Count()}");

    [Theory]
    [MemberData(nameof(Options))]
    public void What_is_no_number_is_refused_by_name(string name)
    {
        var (path, option) = Find(name);
        var isWhole = IsWhole(option);
        foreach (var text in isWhole ? NoNumbers.Concat(NoWholeNumbers) : NoNumbers)
        {
            var errors = Errors(path, option.Name, text);
            Assert.Contains(
                errors, error => error.StartsWith($"{option.Name}: expected a {(isWhole ? "whole " : "")}number; received {text}.", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Numbers_that_are_too_small_or_too_large_are_refused(string name)
    {
        var (path, option) = Find(name);
        string[] texts = IsWhole(option) ? ["-1", "2147483648", "99999999999999999999999"]
            : IsFactor(option) ? ["0", "-1", "0.999", "4", "1e39"]
            : IsShare(option) ? ["1", "-1", "-0.001", "1e39", "1.01"] : ["0", "-1", "-0.001", "1e39", "1e-60", "0e5"];
        foreach (var text in texts)
            Assert.Contains(
                Errors(path, option.Name, text), error => error.StartsWith($"{option.Name}: expected ", StringComparison.Ordinal)
                && error.EndsWith($"received {text}.", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void Numbers_mean_the_same_in_every_country(string name)
    {
        var (path, option) = Find(name);
        var culture = CultureInfo.CurrentCulture;
        try
        {
            foreach (var (point, thousands, minus) in new[] { (",", ".", "-"), (",", "\u00A0", "\u2212"), ("\u066B", "\u066C", "-"), (".", "'", "-") })
            {
                CultureInfo.CurrentCulture = Country(point, thousands, minus);
                foreach (var (text, expected) in IsWhole(option)
                    ? [("16", 16.0), ("0032", 32)]
                    : IsFactor(option) ? [("1.25", 1.25), ("25E-1", 2.5), ("1", 1), ("3.", 3)]
                    : IsShare(option) ? [("0.001", 0.001), ("2.5E-4", 2.5e-4), ("0", 0), (".5", 0.5)]
                    : ((string, double)[])[("0.001", 0.001), ("2.5E-4", 2.5e-4), ("12", 12), (".5", 0.5)])
                {
                    var parsed = Parse(path, option.Name, text);
                    Assert.DoesNotContain(parsed.Errors, error => error.Message.Contains(option.Name, StringComparison.Ordinal));
                    Assert.Equal(expected, option switch
                    {
                        Option<int> => parsed.GetValue<int>(option.Name),
                        Option<int?> => parsed.GetValue<int?>(option.Name)!.Value,
                        Option<double?> => parsed.GetValue<double?>(option.Name)!.Value,
                        _ => throw new InvalidOperationException($"{option.Name} takes {option.ValueType}: add it here."),
                    });
                }

                Assert.NotEmpty(Errors(path, option.Name, "0,001"));
            }
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    [Theory]
    [InlineData("train --learning-rate 0,001", "fovea train: --learning-rate: expected a number; received 0,001. Decimals follow a point, as in 0.001.")]
    [InlineData("train --epochs 1,000", "fovea train: --epochs: expected a whole number; received 1,000.")]
    [InlineData("train --batch-size 3000000000", "fovea train: --batch-size: expected a whole number from 1 to 2147483647; received 3000000000.")]
    [InlineData("bench infer book-mnist --seconds 1e999", "fovea bench: --seconds: expected a number; received 1e999.")]
    [InlineData("train --learning-rate 1e39", "fovea train: --learning-rate: expected a number of at most 3.4e38; received 1e39.")]
    public void A_mistake_is_one_sentence(string line, string expected)
    {
        var outcome = CommandRunner.Run(line.Split(' '));
        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal(expected, outcome.Error.Split('\n')[0]);
    }

    /// <summary>Made by hand, since tests may run without the data of countries.</summary>
    private static CultureInfo Country(string point, string thousands, string minus)
    {
        var country = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (country.NumberFormat.NumberDecimalSeparator, country.NumberFormat.NumberGroupSeparator, country.NumberFormat.NegativeSign) = (point, thousands, minus);
        return country;
    }

    private static bool IsWhole(Option option) => option.ValueType == typeof(int) || option.ValueType == typeof(int?);

    /// <summary>Whether the option takes numbers from 0 to below 1.</summary>
    private static bool IsShare(Option option) => option.Name is "--weight-decay" or "--label-smoothing" or "--ema" or "--dropout" or "--progressive-epochs";

    /// <summary>Whether the option takes numbers from 1 to below 4.</summary>
    private static bool IsFactor(Option option) => option.Name is "--oversize";

    private static IEnumerable<string> Errors(string path, string option, string text) => Parse(path, option, text).Errors.Select(error => error.Message);

    private static ParseResult Parse(string path, string option, string text) =>
        Root().Parse([.. path.Split(' ', StringSplitOptions.RemoveEmptyEntries), $"{option}={text}"]);

    private static (string Path, Option Option) Find(string name)
    {
        var found = NumericOptions().Single(found => $"{found.Path} {found.Option.Name}" == name);
        return (found.Path, found.Option);
    }

    private static IEnumerable<(string Path, Option Option)> NumericOptions() => Walk("", Root())
        .Where(found => (Nullable.GetUnderlyingType(found.Option.ValueType) ?? found.Option.ValueType) is { IsPrimitive: true } type && type != typeof(bool));

    private static IEnumerable<(string Path, Option Option)> Walk(string path, Command command) =>
        command.Options.Select(option => (path, option)).Concat(command.Subcommands.SelectMany(sub => Walk($"{path} {sub.Name}".Trim(), sub)));

    private static Command Root() => new FoveaCommand(CommandOutput.ToWriters(TextWriter.Null, TextWriter.Null)).CreateRoot();
}
