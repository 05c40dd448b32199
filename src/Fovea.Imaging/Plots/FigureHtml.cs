using System.Net;

namespace Fovea.Imaging;

/// <summary>Figures as elements of HTML pages.</summary>
internal static class FigureHtml
{
    /// <summary>An image that contains its data.</summary>
    /// <param name="png">The PNG file.</param>
    /// <param name="description">The text for readers who do not see the image.</param>
    public static string Image(byte[] png, string description) =>
        $"<img src=\"data:image/png;base64,{Convert.ToBase64String(png)}\" alt=\"{WebUtility.HtmlEncode(description)}\" style=\"max-width:100%\">";
}
