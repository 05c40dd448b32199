using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>
/// Changes of the colors of images (batch, height, width, channels), as ops. Numbers that differ between images are nodes (batch, 1). A range is the smallest
/// and the largest value of a pixel.
/// </summary>
internal static class ImageColors
{
    /// <summary>The weights of red, green and blue in a shade of gray, as in Keras (ITU-R BT.601, rounded).</summary>
    private static readonly float[] GrayWeights = [0.2989f, 0.587f, 0.114f];

    extension(Node images)
    {
        /// <summary>Maps a range of values to 0 … 255.</summary>
        public Node ToBytes((double Low, double High) range) => range == (0, 255)
            ? images
            : (images - range.Low) / ((float)range.High - (float)range.Low) * 255;

        /// <summary>Maps 0 … 255 to a range of values.</summary>
        public Node FromBytes((double Low, double High) range) => range == (0, 255)
            ? images
            : (images / 255 * ((float)range.High - (float)range.Low)) + range.Low;

        /// <summary>Limits the values to a range.</summary>
        public Node Within((double Low, double High) range) => images.Clip(range.Low, range.High);

        /// <summary>Adds a number to all values of an image.</summary>
        public Node Brighten(Node added, (double Low, double High) range) => (images + OfPixels(added)).Within(range);

        /// <summary>Multiplies the distance of the values from the mean of their channel.</summary>
        public Node AdjustContrast(Node factor, (double Low, double High) range)
        {
            var (batch, channels) = (images.Shape[0], images.Shape[3]);
            var mean = images.SumRange(1, 2) / (images.Shape[1] * images.Shape[2]);
            return ((images * OfPixels(factor)) + (mean * (1 - factor)).Reshape([batch, 1, 1, channels])).Within(range);
        }

        /// <summary>Stretches the values of each channel to the whole range. A channel of one value is not changed.</summary>
        public Node StretchContrast(CallContext context, (double Low, double High) range)
        {
            Shape channels = [images.Shape[0], 1, 1, images.Shape[3]];
            // In inference the same values come from ops that other formats have.
            var extrema = context.Training ? new Node(new ChannelExtremaOp(), images) : null;
            var (lowest, highest) = extrema is null ? (images.Min(1, 2), images.Max(1, 2)) : (extrema.Slice(1, 0, 1), extrema.Slice(1, 1, 1));
            (lowest, highest) = (lowest.Reshape(channels), highest.Reshape(channels));
            var isFlat = highest.EqualTo(lowest);
            var scale = isFlat + (((float)range.High - (float)range.Low) * (1 - isFlat) / (highest - lowest + isFlat));
            var offset = (range.Low - (lowest * scale)) * (1 - isFlat);
            return ((images * scale) + offset).Within(range);
        }

        /// <summary>Equalizes the histogram of each channel of an image, or of all images.</summary>
        public Node Equalize((double Low, double High) range, int bins = 256, bool perBatch = false) =>
            new Node(new EqualizeOp(bins, perBatch), images.ToBytes(range)).FromBytes(range);

        /// <summary>Keeps the highest bits of values of 8 bits: a whole number from 1 to 8.</summary>
        public Node Posterize(CallContext context, Node bits, (double Low, double High) range)
        {
            var powers = AffineAugmentation.Vector(context, [.. Enumerable.Range(0, 9).Select(bit => (float)(256 >> bit))]);
            var step = OfPixels((bits.Reshape([images.Shape[0]]).OneHot(9) * powers).SumAlong(1));
            return ((images.ToBytes(range).Clip(0, 255) / step).Floor() * step).FromBytes(range);
        }

        /// <summary>Adds a number and inverts the values that are not below a threshold. Both count from 0 to 255 in any range of values.</summary>
        public Node Solarize(Node added, Node threshold, (double Low, double High) range)
        {
            var bytes = (images.ToBytes(range) + OfPixels(added)).Clip(0, 255);
            var (isBelow, inverse) = (OfPixels(threshold) - bytes, 255 - bytes);
            return (bytes.Mask(isBelow) + (inverse - inverse.Mask(isBelow))).FromBytes(range);
        }

        /// <summary>Replaces each value x of the chosen images, for which the number is 1 and not 0, by highest − x.</summary>
        public Node Invert(Node isChosen, double highest) => (images * OfPixels(1 - (2 * isChosen))) + OfPixels(isChosen * highest);

        /// <summary>
        /// Blends each image with a smoothed one: 0 gives the smoothed image, 1 the image itself, more sharpens it. The smoothing kernel is 5/13 at the pixel
        /// and 1/13 at each of its 8 neighbors; outside the image are zeros.
        /// </summary>
        public Node Sharpen(CallContext context, Node factor, (double Low, double High) range)
        {
            // With the mean m of the 9 pixels the smoothed pixel is (9·m + 4·x) / 13, so that its difference to x is 9/13 · (m − x).
            var third = AffineAugmentation.Vector(context, 1f / 3, 1f / 3, 1f / 3).BroadcastTo([images.Shape[0], 3]);
            var mean = images.SeparableFilter(third, third, FillMode.Constant);
            return (images + (OfPixels((1 - factor) * (9f / 13)) * (mean - images))).Within(range);
        }

        /// <summary>Blends each image with its shades of gray: 0 gives the image itself, 1 the gray one; below 0, colors become stronger.</summary>
        public Node BlendWithGray(CallContext context, Node factor)
        {
            var part = factor.Reshape([images.Shape[0], 1, 1]);
            var gray = AffineAugmentation.Vector(context, GrayWeights).Reshape([1, 1, 3]);
            var identity = AffineAugmentation.Vector(context, 0, 1, 2).OneHot(3).Reshape([1, 3, 3]);
            return new Node(new ColorMatrixOp(), images, (part * gray) + ((1 - part) * identity));
        }

        /// <summary>Rotates the hue, by a part of a whole turn, and multiplies the saturation, which is limited: see <see cref="AdjustColorOp"/>.</summary>
        public Node AdjustColor(Node turn, Node factor, (double Low, double High) saturations) =>
            new(new AdjustColorOp((float)saturations.Low, (float)saturations.High), images, Concatenation.Concatenate(1, turn, factor));

        /// <summary>
        /// Blurs the chosen images by Gaussian kernels. Their weights are e^(−x²/2σ²) at the distances x from the center, divided by the sum of all.
        /// </summary>
        /// <param name="context">The graph.</param>
        /// <param name="down">The standard deviation along columns, (batch, 1), above 0, in pixels.</param>
        /// <param name="across">The standard deviation along rows.</param>
        /// <param name="isChosen">1 for the images to blur, 0 for the others.</param>
        /// <param name="size">The height and width of the kernel, odd.</param>
        /// <param name="fillMode">How images are continued beyond their border; <see cref="FillMode.Constant"/> means zeros.</param>
        public Node GaussianBlur(CallContext context, Node down, Node across, Node isChosen, Size2D size, FillMode fillMode)
        {
            return images.SeparableFilter(Weights(down, size.Height), Weights(across, size.Width), fillMode);

            Node Weights(Node sigma, int length)
            {
                var distances = AffineAugmentation.Vector(context, [.. Enumerable.Range(0, length).Select(i => (float)(i - (length / 2)))]);
                var weights = (-0.5 * (distances / sigma).Square()).Exp();
                return (weights / weights.SumAlong(1) * isChosen) + (distances.EqualTo(0) * (1 - isChosen));
            }
        }
    }

    /// <summary>A number of each image, for all its values.</summary>
    private static Node OfPixels(Node number) => number.Reshape([number.Shape[0], 1, 1, 1]);
}
