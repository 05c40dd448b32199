using System.Buffers.Binary;
using System.Numerics;
using Fovea.Formats.Protobuf;
using Google.Protobuf;

namespace Fovea;

/// <summary>
/// A file of TensorFlow events: records of a length, its checksum, an <c>Event</c> message and its checksum. Checksums are CRC-32C, rotated right by 15
/// bits plus a constant, so that the checksum of a record which contains checksums is not 0 (TensorFlow's <c>record_writer</c>).
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const uint MaskDelta = 0xA282EAD8;
    private readonly FileStream stream;

    public EventFile(string folder)
    {
        Directory.CreateDirectory(folder);
        var seconds = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        string path;
        var number = 0;
        do path = Path.Combine(folder, $"events.out.tfevents.{seconds}.{Environment.MachineName}.{Environment.ProcessId}.{number++}.v2");
        while (File.Exists(path));
        stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite);
        Write(0, output => output.Text(TensorFlowSchema.Event.FileVersion, "brain.Event:2"));
    }

    /// <summary>Appends an event and passes it to the operating system, so that TensorBoard sees it at once.</summary>
    /// <param name="step">The step of the event.</param>
    /// <param name="what">Writes the content of the event.</param>
    public void Write(long step, Action<CodedOutputStream> what)
    {
        var now = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        var data = ProtobufWriting.Message(output =>
        {
            output.Number(TensorFlowSchema.Event.WallTime, now);
            output.Integer(TensorFlowSchema.Event.Step, step);
            what(output);
        });
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteInt64LittleEndian(header, data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Checksum(header[..8]));
        Span<byte> footer = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Checksum(data));
        stream.Write(header);
        stream.Write(data);
        stream.Write(footer);
        stream.Flush();
    }

    public void Dispose() => stream.Dispose();

    private static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var value in bytes) crc = BitOperations.Crc32C(crc, value);
        return BitOperations.RotateRight(~crc, 15) + MaskDelta;
    }
}
