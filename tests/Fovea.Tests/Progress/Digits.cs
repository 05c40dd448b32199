using System.Text.RegularExpressions;

namespace Fovea.Tests.Progress;

/// <summary>Hides values of losses and metrics, which depend on the processor in their last digits.</summary>
internal static partial class Digits
{
    public static string Hide(string text) => Decimals().Replace(text, "#.####");

    [GeneratedRegex(@"\d+\.\d{4}(e[+-]\d\d)?")]
    private static partial Regex Decimals();
}
