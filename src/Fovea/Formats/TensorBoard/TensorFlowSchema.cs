namespace Fovea;

/// <summary>The numbers of the fields of TensorFlow's messages, by the names in <c>event.proto</c>, <c>summary.proto</c> and <c>graph.proto</c>.</summary>
internal static class TensorFlowSchema
{
    internal static class Event
    {
        public const int WallTime = 1;
        public const int Step = 2;
        public const int FileVersion = 3;
        public const int GraphDef = 4;
        public const int Summary = 5;
    }

    internal static class Summary
    {
        public const int Value = 1;
        public const int ValueTag = 1;
        public const int ValueSimpleValue = 2;
        public const int ValueImage = 4;
        public const int ValueHisto = 5;
    }

    internal static class Image
    {
        public const int Height = 1;
        public const int Width = 2;
        public const int Colorspace = 3;
        public const int EncodedImageString = 4;
    }

    internal static class HistogramProto
    {
        public const int Min = 1;
        public const int Max = 2;
        public const int Num = 3;
        public const int Sum = 4;
        public const int SumSquares = 5;
        public const int BucketLimit = 6;
        public const int Bucket = 7;
    }

    internal static class GraphDef
    {
        public const int Node = 1;
        public const int Versions = 4;
        public const int VersionsProducer = 1;
    }

    internal static class NodeDef
    {
        public const int Name = 1;
        public const int Op = 2;
        public const int Input = 3;
        public const int Attr = 5;
        public const int AttrKey = 1;
        public const int AttrValue = 2;
    }

    internal static class AttrValue
    {
        public const int List = 1;
        public const int ListShape = 7;
        public const int ShapeDim = 2;
        public const int DimSize = 1;
    }
}
