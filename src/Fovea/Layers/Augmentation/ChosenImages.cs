using Fovea.Engine;
using Fovea.Engine.Ops;

namespace Fovea;

/// <summary>Choices between two changes of the same images.</summary>
internal static class ChosenImages
{
    extension(ImageNodes nodes)
    {
        /// <summary>For each image these nodes where a condition, (batch, 1), is 1, and others where it is 0.</summary>
        /// <exception cref="ShapeException">The two have images or boxes of different shapes.</exception>
        public ImageNodes Where(Node condition, ImageNodes other, string subject)
        {
            var batch = condition.Shape[0];
            return nodes with
            {
                Images = Choose(nodes.Images, other.Images)!,
                Boxes = Choose(nodes.Boxes, other.Boxes),
                BoxLabels = Choose(nodes.BoxLabels, other.BoxLabels),
                Masks = Choose(nodes.Masks, other.Masks),
                Mixture = nodes.Mixture is null && other.Mixture is null ? null
                    : (nodes.Mixture ?? LabelMixture.Unmixed(batch)).Where(condition.Reshape([batch]), other.Mixture ?? LabelMixture.Unmixed(batch)),
            };

            Node? Choose(Node? left, Node? right)
            {
                if (left == right || left is null || right is null) return left;
                if (left.Shape != right.Shape)
                    throw new ShapeException(
                        subject, $"expected changes that give parts of the same shape; received {left.Shape[1..]} and {right.Shape[1..]}.");
                var each = condition.Reshape([batch, .. Enumerable.Repeat(1, left.Shape.Rank - 1)]);
                return (left * each) + (right * (1 - each));
            }
        }
    }
}
