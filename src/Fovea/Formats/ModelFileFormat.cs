namespace Fovea.Formats;

/// <summary>
/// The format of a whole model, for a stream, which has no file name; see <see cref="Model.Save(Stream, ModelFileFormat, bool, CancellationToken)"/>.
/// </summary>
public enum ModelFileFormat
{
    /// <summary>Keras 3's archive, <c>.keras</c>: layers, weights and the optimizer's state.</summary>
    Keras,

    /// <summary>Keras 2's HDF5, <c>.h5</c>: layers, weights and the optimizer's state.</summary>
    KerasHdf5,

    /// <summary><c>.safetensors</c> with the layers in its metadata.</summary>
    SafeTensors,

    /// <summary>A TensorFlow.js layers model, <c>model.json</c>: several files, which a stream cannot hold.</summary>
    TensorFlowJs,

    /// <summary>ONNX, <c>.onnx</c>: a graph of operators.</summary>
    Onnx,
}
