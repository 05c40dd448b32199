namespace Fovea;

/// <summary>A data set with other class names or another preprocessing.</summary>
internal sealed class DescribedDataset(Dataset source, IReadOnlyList<string> classNames, ImageInput? imageInput) : DerivedDataset(source)
{
    public override IReadOnlyList<string> ClassNames => classNames;

    public override ImageInput? ImageInput => imageInput;

    internal override Sample SampleAt(int index) => Source.SampleAt(index);
}
