namespace Fovea;

/// <summary>What a <see cref="TensorIndex"/> selects.</summary>
internal enum TensorIndexKind
{
    /// <summary>One element; the dimension is removed. It is the default, so that <c>default(TensorIndex)</c> is index 0.</summary>
    Element,

    /// <summary>A range of elements, perhaps with a step; the dimension stays.</summary>
    Range,

    /// <summary>All dimensions that are not named.</summary>
    Ellipsis,

    /// <summary>A new dimension of size 1.</summary>
    NewAxis,
}
