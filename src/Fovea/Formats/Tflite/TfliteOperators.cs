namespace Fovea.Formats.Tflite;

/// <summary>The names of the operators, by number, and the type of the options of each.</summary>
/// <remarks>TensorFlow, tensorflow/compiler/mlir/lite/schema/schema.fbs, BuiltinOperator and BuiltinOptions.</remarks>
internal static class TfliteOperators
{
    private static readonly string[] Names =
    [
        "ADD", "AVERAGE_POOL_2D", "CONCATENATION", "CONV_2D", "DEPTHWISE_CONV_2D", "DEPTH_TO_SPACE", "DEQUANTIZE", "EMBEDDING_LOOKUP", "FLOOR",
        "FULLY_CONNECTED", "HASHTABLE_LOOKUP", "L2_NORMALIZATION", "L2_POOL_2D", "LOCAL_RESPONSE_NORMALIZATION", "LOGISTIC", "LSH_PROJECTION", "LSTM",
        "MAX_POOL_2D", "MUL", "RELU", "RELU_N1_TO_1", "RELU6", "RESHAPE", "RESIZE_BILINEAR", "RNN", "SOFTMAX", "SPACE_TO_DEPTH", "SVDF", "TANH",
        "CONCAT_EMBEDDINGS", "SKIP_GRAM", "CALL", "CUSTOM", "EMBEDDING_LOOKUP_SPARSE", "PAD", "UNIDIRECTIONAL_SEQUENCE_RNN", "GATHER", "BATCH_TO_SPACE_ND",
        "SPACE_TO_BATCH_ND", "TRANSPOSE", "MEAN", "SUB", "DIV", "SQUEEZE", "UNIDIRECTIONAL_SEQUENCE_LSTM", "STRIDED_SLICE", "BIDIRECTIONAL_SEQUENCE_RNN",
        "EXP", "TOPK_V2", "SPLIT", "LOG_SOFTMAX", "DELEGATE", "BIDIRECTIONAL_SEQUENCE_LSTM", "CAST", "PRELU", "MAXIMUM", "ARG_MAX", "MINIMUM", "LESS", "NEG",
        "PADV2", "GREATER", "GREATER_EQUAL", "LESS_EQUAL", "SELECT", "SLICE", "SIN", "TRANSPOSE_CONV", "SPARSE_TO_DENSE", "TILE", "EXPAND_DIMS", "EQUAL",
        "NOT_EQUAL", "LOG", "SUM", "SQRT", "RSQRT", "SHAPE", "POW", "ARG_MIN", "FAKE_QUANT", "REDUCE_PROD", "REDUCE_MAX", "PACK", "LOGICAL_OR", "ONE_HOT",
        "LOGICAL_AND", "LOGICAL_NOT", "UNPACK", "REDUCE_MIN", "FLOOR_DIV", "REDUCE_ANY", "SQUARE", "ZEROS_LIKE", "FILL", "FLOOR_MOD", "RANGE",
        "RESIZE_NEAREST_NEIGHBOR", "LEAKY_RELU", "SQUARED_DIFFERENCE", "MIRROR_PAD", "ABS", "SPLIT_V", "UNIQUE", "CEIL", "REVERSE_V2", "ADD_N", "GATHER_ND",
        "COS", "WHERE", "RANK", "ELU", "REVERSE_SEQUENCE", "MATRIX_DIAG", "QUANTIZE", "MATRIX_SET_DIAG", "ROUND", "HARD_SWISH", "IF", "WHILE",
        "NON_MAX_SUPPRESSION_V4", "NON_MAX_SUPPRESSION_V5", "SCATTER_ND", "SELECT_V2", "DENSIFY", "SEGMENT_SUM", "BATCH_MATMUL", "PLACEHOLDER", "CUMSUM",
        "CALL_ONCE", "BROADCAST_TO", "RFFT2D", "CONV_3D", "IMAG", "REAL", "COMPLEX_ABS", "HASHTABLE", "HASHTABLE_FIND", "HASHTABLE_IMPORT", "HASHTABLE_SIZE",
        "REDUCE_ALL", "CONV_3D_TRANSPOSE", "VAR_HANDLE", "READ_VARIABLE", "ASSIGN_VARIABLE", "BROADCAST_ARGS", "RANDOM_STANDARD_NORMAL", "BUCKETIZE",
        "RANDOM_UNIFORM", "MULTINOMIAL", "GELU", "DYNAMIC_UPDATE_SLICE", "RELU_0_TO_1", "UNSORTED_SEGMENT_PROD", "UNSORTED_SEGMENT_MAX",
        "UNSORTED_SEGMENT_SUM", "ATAN2", "UNSORTED_SEGMENT_MIN", "SIGN", "BITCAST", "BITWISE_XOR", "RIGHT_SHIFT",
    ];

    private static readonly Dictionary<string, int> OptionsTypes = new()
    {
        ["ADD"] = 11,
        ["AVERAGE_POOL_2D"] = 5,
        ["CONCATENATION"] = 10,
        ["CONV_2D"] = 1,
        ["DEPTHWISE_CONV_2D"] = 2,
        ["DEPTH_TO_SPACE"] = 94,
        ["DEQUANTIZE"] = 38,
        ["FULLY_CONNECTED"] = 8,
        ["L2_NORMALIZATION"] = 12,
        ["L2_POOL_2D"] = 5,
        ["LOCAL_RESPONSE_NORMALIZATION"] = 13,
        ["MAX_POOL_2D"] = 5,
        ["MUL"] = 21,
        ["RESHAPE"] = 17,
        ["RESIZE_BILINEAR"] = 15,
        ["SOFTMAX"] = 9,
        ["SPACE_TO_DEPTH"] = 19,
        ["PAD"] = 22,
        ["GATHER"] = 23,
        ["BATCH_TO_SPACE_ND"] = 24,
        ["SPACE_TO_BATCH_ND"] = 25,
        ["TRANSPOSE"] = 26,
        ["MEAN"] = 27,
        ["SUM"] = 27,
        ["REDUCE_MAX"] = 27,
        ["REDUCE_MIN"] = 27,
        ["REDUCE_PROD"] = 27,
        ["SUB"] = 28,
        ["DIV"] = 29,
        ["SQUEEZE"] = 30,
        ["STRIDED_SLICE"] = 32,
        ["EXP"] = 33,
        ["SPLIT"] = 35,
        ["SPLIT_V"] = 79,
        ["LOG_SOFTMAX"] = 36,
        ["CAST"] = 37,
        ["MAXIMUM"] = 39,
        ["MINIMUM"] = 39,
        ["ARG_MAX"] = 40,
        ["NEG"] = 42,
        ["PADV2"] = 43,
        ["SLICE"] = 48,
        ["TRANSPOSE_CONV"] = 49,
        ["TILE"] = 51,
        ["EXPAND_DIMS"] = 52,
        ["SHAPE"] = 55,
        ["POW"] = 56,
        ["FAKE_QUANT"] = 58,
        ["PACK"] = 59,
        ["UNPACK"] = 64,
        ["SQUARE"] = 66,
        ["FILL"] = 68,
        ["RANGE"] = 73,
        ["RESIZE_NEAREST_NEIGHBOR"] = 74,
        ["LEAKY_RELU"] = 75,
        ["SQUARED_DIFFERENCE"] = 76,
        ["MIRROR_PAD"] = 77,
        ["ABS"] = 78,
        ["COS"] = 84,
        ["QUANTIZE"] = 89,
        ["HARD_SWISH"] = 91,
        ["DENSIFY"] = 99,
        ["BATCH_MATMUL"] = 101,
        ["BROADCAST_TO"] = 104,
        ["GELU"] = 116,
        ["REVERSE_V2"] = 81,
        ["ADD_N"] = 82,
    };

    /// <summary>The name of an operator; a phrase with its number if it is not known.</summary>
    public static string NameOf(TfliteOperator op) => op.Custom is { } custom ? custom : op.Code < Names.Length ? Names[op.Code] : $"number {op.Code}";

    /// <summary>The number of the type of the options of an operator; 0 if it has none.</summary>
    public static int OptionsTypeOf(string name) => OptionsTypes.GetValueOrDefault(name);
}
