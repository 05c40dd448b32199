using System.Buffers.Binary;
using System.Text;
using Fovea.Formats.SafeTensors;

namespace Fovea.Tests.Formats.SafeTensors;

public sealed class SafeTensorsFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("F32", 4, "0000C03F000000C0", 1.5f, -2f)]
    [InlineData("F16", 2, "003E00C0", 1.5f, -2f)]
    [InlineData("BF16", 2, "C03F00C0", 1.5f, -2f)]
    [InlineData("F64", 8, "000000000000F83F00000000000000C0", 1.5f, -2f)]
    [InlineData("I8", 1, "05FE", 5f, -2f)]
    [InlineData("U8", 1, "05FE", 5f, 254f)]
    [InlineData("I16", 2, "0500FEFF", 5f, -2f)]
    [InlineData("I32", 4, "05000000FEFFFFFF", 5f, -2f)]
    [InlineData("I64", 8, "0500000000000000FEFFFFFFFFFFFFFF", 5f, -2f)]
    [InlineData("BOOL", 1, "0100", 1f, 0f)]
    public void Numbers_of_every_kind_are_read(string dtype, int size, string hex, float first, float second)
    {
        var path =
            Put($$$"""{"a":{"dtype":"{{{dtype}}}","shape":[2],"data_offsets":[0,{{{2 * size}}}]},"__metadata__":{"format":"pt"}}  """,
            Convert.FromHexString(hex));
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal([first, second], Assert.Single(file.Tensors).ReadFloats());
        Assert.Equal("pt", file.Metadata["format"]);
    }

    [Fact]
    public void Tensors_come_in_the_order_of_their_numbers_and_a_scalar_has_no_dimensions()
    {
        var path = Put("""{"late":{"dtype":"U8","shape":[],"data_offsets":[2,3]},"early":{"dtype":"U8","shape":[1,2],"data_offsets":[0,2]}}""", [1, 2, 3]);
        using var file = SafeTensorsFile.Open(path);
        Assert.Equal(["early (1, 2)", "late ()"], file.Tensors.Select(tensor => $"{tensor.Name} {tensor.Shape}"));
        Assert.Equal([3f], file.Tensors[1].ReadFloats());
    }

    [Theory]
    [InlineData(
        """{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}""",
        "the tensor 'a' is stored as F8_E4M3, which is not supported; expected BF16, BOOL, F16, F32, F64, I16, I32, I64, I8, U16, U32, U64, U8.")]
    [InlineData(
        """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
        "it is not a sound safetensors file: the tensor 'a' is at bytes 0 to 4; its shape [2] of F32 takes 8.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[3],"data_offsets":[1,4]}}""",
        "it is not a sound safetensors file: the tensor 'b' begins at byte 1 of the data; expected 2, where the one before it ends.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "it is not a sound safetensors file: the tensor 'b' begins at byte 2 of the data; expected 1, where the one before it ends.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""",
        "it is not a sound safetensors file: its tensors end at byte 2 of the data, of which the file has 4.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""",
        "it is not a sound safetensors file: its tensors end at byte 8 of the data, of which the file has 4.")]
    [InlineData(
        """{"a":{"dtype":"F64","shape":[2147483647,2147483647,2147483647,2147483647],"data_offsets":[0,4]}}""",
        "it is not a sound safetensors file: the tensor 'a' of shape [2147483647,2147483647,2147483647,2147483647] takes more than the 2147483591 bytes that "
        + "are read.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[-4],"data_offsets":[0,4]}}""",
        "it is not a sound safetensors file: the tensor 'a' has the shape [-4]; expected up to 8 sizes of at least 1.")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0.5,4]}}""",
        "it is not a sound safetensors file: the tensor 'a' has the data_offsets [0.5,4]; expected [begin, end].")]
    [InlineData(
        """{"a":{"dtype":"U8","shape":[4],"data_offsets":[4,0]}}""",
        "it is not a sound safetensors file: the tensor 'a' is at bytes 4 to 0; its shape [4] of U8 takes 4.")]
    [InlineData("""{"a":{"shape":[4],"data_offsets":[0,4]}}""", "it is not a sound safetensors file: the tensor 'a' has no dtype.")]
    [InlineData("""{"a":7}""", "it is not a sound safetensors file: the tensor 'a' is a number; expected an object with dtype, shape and data_offsets.")]
    [InlineData("""{"__metadata__":{"a":1}}""", "it is not a sound safetensors file: '__metadata__' is an object; expected an object of texts.")]
    [InlineData("""["a"]""", "it is not a sound safetensors file: its header does not begin with '{'.")]
    public void A_header_that_lies_is_refused(string header, string sentence)
    {
        var path = Put(header, [1, 2, 3, 4]);
        Assert.Equal($"'damaged.safetensors': {sentence}", Assert.Throws<ModelFormatException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Theory]
    [InlineData(0UL, "")]
    [InlineData(ulong.MaxValue, "{}")]
    [InlineData(1UL << 40, "{}")]
    [InlineData(3UL, "{}")]
    public void A_header_longer_than_the_file_is_not_allocated(ulong length, string header)
    {
        var path = Path.Combine(folder, "damaged.safetensors");
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
        File.WriteAllBytes(path, [.. bytes, .. Encoding.UTF8.GetBytes(header)]);
        Assert.StartsWith(
            $"'damaged.safetensors': it is not a sound safetensors file: its header has a stated length of {length} bytes",
            Assert.Throws<ModelFormatException>(() => SafeTensorsFile.Open(path)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, [1, 2, 3]);
        Assert.Equal(
            "'damaged.safetensors': it is not a sound safetensors file: it has 3 bytes; expected the length of a header in the first 8.",
            Assert.Throws<ModelFormatException>(() => SafeTensorsFile.Open(path)).Message);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused() =>
        Assert.StartsWith("'damaged.safetensors': 'header' is not JSON", Assert.Throws<ModelFormatException>(() => SafeTensorsFile.Open(
        Put("""{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", [1, 2, 3, 4]))).Message,
            StringComparison.Ordinal);

    private string Put(string header, byte[] data)
    {
        var path = Path.Combine(folder, "damaged.safetensors");
        var text = Encoding.UTF8.GetBytes(header);
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        File.WriteAllBytes(path, [.. length, .. text, .. data]);
        return path;
    }
}
