using ScottPlot;
using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// The typeface of all pictures: Inter (SIL Open Font License, <c>Fonts/LICENSE-Inter.txt</c>), Latin characters only. It is
/// part of the assembly, so that pictures look the same everywhere and have text on machines without fonts.
/// </summary>
internal static class Typefaces
{
    /// <summary>The family name that plots use.</summary>
    public const string Family = "Fovea Inter";

    private static readonly Lazy<SKTypeface> RegularFace = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> SemiBoldFace = new(() => Load("Inter-SemiBold.ttf"));
    private static readonly Lazy<bool> Registration = new(Register);

    public static SKTypeface Regular => RegularFace.Value;

    public static SKTypeface SemiBold => SemiBoldFace.Value;

    /// <summary>Makes the typeface known to ScottPlot.</summary>
    public static void UseInPlots() => _ = Registration.Value;

    private static bool Register()
    {
        Fonts.FontResolvers.Add(new InterResolver());
        return true;
    }

    private static SKTypeface Load(string resource)
    {
        using var stream = typeof(Typefaces).Assembly.GetManifestResourceStream(resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }

    private sealed class InterResolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName == Family ? Choose(weight >= FontWeight.SemiBold) : null;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Family ? Choose(bold) : null;

        private static SKTypeface Choose(bool bold) => bold ? SemiBold : Regular;
    }
}
