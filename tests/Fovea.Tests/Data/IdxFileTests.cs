using CsCheck;

namespace Fovea.Tests.Data;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void What_was_written_is_read_with_and_without_gzip() =>
        Gen.Select(Gen.Int[1, 5].Array[1, 4], Gen.Bool, Gen.Int).Sample((dimensions, zipped, seed) =>
        {
            var values = new byte[new Shape(dimensions).Count];
            new Random(seed).NextBytes(values);
            var content = IdxBytes.File(dimensions, values);
            var file = IdxFile.Read(folder.Write("any.idx", zipped ? IdxBytes.Gzip(content) : content));
            return file.Shape == new Shape(dimensions) && file.Values.AsSpan().SequenceEqual(values);
        }, iter: 100, threads: 1);

    [Fact]
    public void An_empty_file_is_refused() =>
        Refused("a.idx: expected an IDX file, which begins with two zero bytes, a type and a rank; received an empty file.", []);

    [Fact]
    public void A_file_of_another_format_is_refused() =>
        Refused("a.idx: expected an IDX file, which begins with two zero bytes, a type and a rank; received 0x89 0x50 0x4E 0x47.",
            [0x89, 0x50, 0x4E, 0x47, 0x0D]);

    [Theory]
    [InlineData(0x0D, "32-bit floats (0x0D)")]
    [InlineData(0x09, "signed bytes (0x09)")]
    [InlineData(0x77, "the unknown type 0x77")]
    public void Another_element_type_is_refused(byte type, string name) =>
        Refused($"a.idx: expected unsigned bytes (IDX type 0x08); received {name}.", IdxBytes.File([2], [1, 2], type));

    [Fact]
    public void A_rank_of_zero_is_refused() =>
        Refused("a.idx: expected 1 to 8 dimensions; received 0.", [0, 0, 8, 0]);

    [Fact]
    public void A_header_that_is_cut_off_is_refused() =>
        Refused("a.idx: expected 3 dimensions; received 1: the file is cut off.", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0]);

    [Fact]
    public void A_dimension_of_zero_is_refused() =>
        Refused("a.idx: expected dimensions from 1 to 2147483647; received 0 as dimension 1.", IdxBytes.File([2, 0], []));

    [Fact]
    public void A_dimension_beyond_31_bits_is_refused() =>
        Refused("a.idx: expected dimensions from 1 to 2147483647; received 4294967295 as dimension 0.", IdxBytes.File([-1], []));

    [Fact]
    public void More_elements_than_an_array_can_have_are_refused() =>
        Refused("a.idx: expected at most 2147483591 elements; received the dimensions (60000, 60000, 60000).", IdxBytes.File([60000, 60000, 60000], [1]));

    [Fact]
    public void Dimensions_that_the_file_cannot_hold_are_refused_before_memory_is_taken()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(
            "a.idx: expected 2000000000 bytes for the dimensions (2000000000); received a file too small for them: it is cut off or damaged.",
            IdxBytes.Gzip(IdxBytes.File([2_000_000_000], [1])));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Elements_that_are_cut_off_are_refused()
    {
        Refused(
            "a.idx: expected 60 bytes for the dimensions (3, 20); received a file too small for them: it is cut off or damaged.",
            IdxBytes.File([3, 20], new byte[19]));
        Refused(
            "a.idx: expected 6 bytes for the dimensions (3, 2); received 5: the file is cut off.",
            IdxBytes.Gzip(IdxBytes.File([3, 2], new byte[5])));
    }

    [Fact]
    public void Bytes_after_the_end_are_refused() =>
        Refused("a.idx: expected 6 bytes for the dimensions (3, 2); received more: the file goes on after its end.", IdxBytes.File([3, 2], new byte[7]));

    [Fact]
    public void Damaged_gzip_is_refused()
    {
        var packed = IdxBytes.Gzip(IdxBytes.File([1000], [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * i))]));
        packed.AsSpan(20, 100).Fill(0xFF);
        Refused("a.idx: the gzip compression of this file is damaged.", packed);
    }

    [Fact]
    public void Gzip_that_is_cut_off_is_refused()
    {
        var packed = IdxBytes.Gzip(IdxBytes.File([1000], [.. Enumerable.Range(0, 1000).Select(i => (byte)(i * i))]));
        var path = folder.Write("a.idx", packed.AsSpan(0, packed.Length / 2));
        Assert.StartsWith("a.idx: ", Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_damage_gives_one_kind_of_error() =>
        Gen.Select(Gen.Byte.Array[0, 60], Gen.Bool, Gen.Bool).Sample((noise, header, zipped) =>
        {
            byte[] content = header ? [0, 0, 8, .. noise] : noise;
            var path = folder.Write("a.idx", zipped ? IdxBytes.Gzip(content) : content);
            try
            {
                IdxFile.Read(path);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 2000, threads: 1);

    private void Refused(string message, ReadOnlySpan<byte> content)
    {
        var path = folder.Write("a.idx", content);
        Assert.Equal(message, Assert.Throws<InvalidDataException>(() => IdxFile.Read(path)).Message);
    }
}
