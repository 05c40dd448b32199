namespace Fovea.Formats.Onnx;

/// <summary>The numbers of the fields of each message, and of the values of its enumerations, by the names in <c>onnx.proto</c>, IR version 10.</summary>
internal static class OnnxSchema
{
    internal static class ModelProto
    {
        public const int IrVersion = 1;
        public const int ProducerName = 2;
        public const int ProducerVersion = 3;
        public const int Graph = 7;
        public const int OpsetImport = 8;
        public const int MetadataProps = 14;
        public const int Functions = 25;
    }

    internal static class OperatorSetIdProto
    {
        public const int Domain = 1;
        public const int Version = 2;
    }

    internal static class StringStringEntryProto
    {
        public const int Key = 1;
        public const int Value = 2;
    }

    internal static class FunctionProto
    {
        public const int Name = 1;
        public const int Input = 4;
        public const int Output = 5;
        public const int Attribute = 6;
        public const int Node = 7;
        public const int OpsetImport = 9;
        public const int Domain = 10;
        public const int AttributeProto = 11;
    }

    internal static class GraphProto
    {
        public const int Node = 1;
        public const int Name = 2;
        public const int Initializer = 5;
        public const int Input = 11;
        public const int Output = 12;
        public const int SparseInitializer = 15;
    }

    internal static class NodeProto
    {
        public const int Input = 1;
        public const int Output = 2;
        public const int Name = 3;
        public const int OpType = 4;
        public const int Attribute = 5;
        public const int Domain = 7;
    }

    internal static class AttributeProto
    {
        public const int Name = 1;
        public const int F = 2;
        public const int I = 3;
        public const int S = 4;
        public const int T = 5;
        public const int G = 6;
        public const int Floats = 7;
        public const int Ints = 8;
        public const int Strings = 9;
        public const int Tensors = 10;
        public const int Graphs = 11;
        public const int Tp = 14;
        public const int TypeProtos = 15;
        public const int Type = 20;
        public const int RefAttrName = 21;
        public const int SparseTensor = 22;
        public const int SparseTensors = 23;
    }

    internal static class AttributeType
    {
        public const int Float = 1;
        public const int Int = 2;
        public const int String = 3;
        public const int Floats = 6;
        public const int Ints = 7;
        public const int Strings = 8;
    }

    internal static class ValueInfoProto
    {
        public const int Name = 1;
        public const int Type = 2;
    }

    internal static class TypeProto
    {
        public const int TensorType = 1;
        public const int TensorElemType = 1;
        public const int TensorShape = 2;
    }

    internal static class TensorShapeProto
    {
        public const int Dim = 1;
        public const int DimValue = 1;
        public const int DimParam = 2;
    }

    internal static class TensorProto
    {
        public const int Dims = 1;
        public const int DataType = 2;
        public const int FloatData = 4;
        public const int Int32Data = 5;
        public const int Int64Data = 7;
        public const int Name = 8;
        public const int RawData = 9;
        public const int DoubleData = 10;
        public const int Uint64Data = 11;
        public const int ExternalData = 13;
        public const int DataLocation = 14;
        public const int External = 1;
    }

    internal static class DataType
    {
        public const int Float = 1;
        public const int UInt8 = 2;
        public const int Int8 = 3;
        public const int UInt16 = 4;
        public const int Int16 = 5;
        public const int Int32 = 6;
        public const int Int64 = 7;
        public const int Bool = 9;
        public const int Float16 = 10;
        public const int Double = 11;
        public const int UInt32 = 12;
        public const int UInt64 = 13;
        public const int BFloat16 = 16;
    }
}
