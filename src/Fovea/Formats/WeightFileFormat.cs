namespace Fovea.Formats;

/// <summary>
/// The format of weights alone, for a stream, which has no file name; see <see cref="Model.SaveWeights(Stream, WeightFileFormat, bool, CancellationToken)"/>.
/// </summary>
public enum WeightFileFormat
{
    /// <summary>Keras 3's weights, <c>.weights.h5</c>.</summary>
    Keras,

    /// <summary>Keras 2's weights, <c>.h5</c>.</summary>
    KerasHdf5,

    /// <summary><c>.safetensors</c>.</summary>
    SafeTensors,
}
