using SkiaSharp;

namespace Fovea.Imaging;

/// <summary>
/// The typeface of all figures: Inter (SIL Open Font License, <c>Fonts/LICENSE-Inter.txt</c>), with Latin characters only. It is embedded in the assembly, so
/// that figures look the same on all machines, also on those without fonts.
/// </summary>
internal static class Typefaces
{
    private static readonly Lazy<SKTypeface> RegularFace = new(() => Load("Inter-Regular.ttf"));
    private static readonly Lazy<SKTypeface> SemiBoldFace = new(() => Load("Inter-SemiBold.ttf"));

    public static SKTypeface Regular => RegularFace.Value;

    public static SKTypeface SemiBold => SemiBoldFace.Value;

    private static SKTypeface Load(string resource)
    {
        using var stream = typeof(Typefaces).Assembly.GetManifestResourceStream(resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
