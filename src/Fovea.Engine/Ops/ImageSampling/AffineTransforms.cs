namespace Fovea.Engine.Ops;

/// <summary>
/// Transforms of images (n, h, w, c), which are read at other positions. x points to the right and y down; the origin is the center of the first pixel.
/// Gradients reach the images, not the parameters.
/// </summary>
public static class AffineTransforms
{
    extension(Node images)
    {
        /// <summary>
        /// Applies an affine transform to each image. The output pixel (x, y) is read at (a·x + b·y + c, d·x + e·y + f). The output has the size of the image.
        /// </summary>
        /// <param name="parameters">The numbers a b c d e f of each image, (n, 6).</param>
        /// <param name="fillMode">How the image is continued beyond its border.</param>
        /// <param name="interpolation">How values between pixels are computed.</param>
        /// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
        /// <exception cref="ShapeException">The node is not a batch of images, or the parameters have another shape.</exception>
        public Node AffineTransform(Node parameters, FillMode fillMode, Interpolation interpolation, double fillValue = 0) =>
            images.Sample(
                PositionRule.Affine, images.Shape.Rank == 4 ? (images.Shape[1], images.Shape[2]) : (1, 1), parameters, fillMode, interpolation, fillValue);

        /// <summary>
        /// Applies a projective transform to each image. The output pixel (x, y) is read at ((a·x + b·y + c) / q, (d·x + e·y + f) / q) with q = g·x + h·y + 1.
        /// </summary>
        /// <param name="parameters">The numbers a b c d e f g h of each image, (n, 8).</param>
        /// <param name="size">The height and width of the output, in pixels.</param>
        /// <param name="fillMode">How the image is continued beyond its border.</param>
        /// <param name="interpolation">How values between pixels are computed.</param>
        /// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
        /// <param name="antialias">
        /// Whether an output pixel is the mean of several positions where the transform shrinks the image: one position in each direction for each pixel
        /// of the image between neighboring output pixels, 16 at most.
        /// </param>
        /// <exception cref="ShapeException">The node is not a batch of images, the parameters have another shape, or the size is below 1.</exception>
        public Node ProjectiveTransform(
            Node parameters, (int Height, int Width) size, FillMode fillMode, Interpolation interpolation, double fillValue = 0, bool antialias = false) =>
            images.Sample(PositionRule.Projective, size, parameters, fillMode, interpolation, fillValue, antialias);

        /// <summary>Reads each image at given positions. A position that is not a number is far outside the image.</summary>
        /// <param name="positions">The position (x, y) of each output pixel, in pixels of the image, (n, output height, output width, 2).</param>
        /// <param name="fillMode">How the image is continued beyond its border.</param>
        /// <param name="interpolation">How values between pixels are computed.</param>
        /// <param name="fillValue">The value beyond the border for <see cref="FillMode.Constant"/>.</param>
        /// <exception cref="ShapeException">The node is not a batch of images, or the positions have another shape.</exception>
        public Node SampleAt(Node positions, FillMode fillMode, Interpolation interpolation, double fillValue = 0)
        {
            ArgumentNullException.ThrowIfNull(positions);
            var size = positions.Shape.Rank == 4
                ? (positions.Shape[1], positions.Shape[2])
                : throw new ShapeException("SampleAt", $"expected positions (batch, height, width, 2); received {positions.Shape}.");
            return images.Sample(PositionRule.Grid, size, positions, fillMode, interpolation, fillValue);
        }

        internal Node Sample(
            PositionRule rule, (int Height, int Width) size, Node parameters, FillMode fillMode, Interpolation interpolation, double fillValue,
            bool antialias = false) =>
            new(new ImageSamplingOp(rule, size, fillMode, interpolation, (float)fillValue, antialias), images, parameters);
    }
}
