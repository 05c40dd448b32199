using System.IO.Pipes;

namespace Fovea.Tests.Formats;

/// <summary>Models and weights to and from streams of all kinds.</summary>
public sealed class ModelStreamTests : IDisposable
{
    private const string Unseekable = "reads and writes, and cannot seek";
    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public static TheoryData<ModelFileFormat, bool> WholeFormats =>
        [.. from format in Enum.GetValues<ModelFileFormat>()
        where format != ModelFileFormat.TensorFlowJs from seekable in (bool[])[true, false] select (format, seekable)];

    public static TheoryData<WeightFileFormat, bool> WeightFormats =>
        [.. from format in Enum.GetValues<WeightFileFormat>() from seekable in (bool[])[true, false] select (format, seekable)];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(WholeFormats))]
    public async Task Every_format_goes_through_a_stream(ModelFileFormat format, bool seekable)
    {
        var model = Net(1);
        foreach (var wait in (bool[])[false, true])
        {
            // The stream begins with other bytes, before the file.
            using var memory = new MemoryStream();
            memory.Write(new byte[7]);
            Stream stream = seekable ? memory : new OneWay(memory);
            if (wait) await model.SaveAsync(stream, format, leaveOpen: true, TestContext.Current.CancellationToken);
            else model.Save(stream, format, leaveOpen: true);
            var path = Path.Combine(folder, "m");
            File.WriteAllBytes(path, memory.ToArray()[7..]);
            Assert.Equal(Answer(model), Answer(Model.Load(path)));
            memory.Position = 7;
            var loaded = wait
                ? await Model.LoadAsync(stream, leaveOpen: true, cancellationToken: TestContext.Current.CancellationToken)
                : Model.Load(stream, leaveOpen: true);
            Assert.Equal(Answer(model), Answer(loaded));
            Assert.Equal(memory.Length, memory.Position);
        }
    }

    [Theory]
    [MemberData(nameof(WeightFormats))]
    public async Task Weights_of_every_format_go_through_a_stream(WeightFileFormat format, bool seekable)
    {
        var model = Net(1);
        foreach (var wait in (bool[])[false, true])
        {
            using var memory = new MemoryStream();
            Stream stream = seekable ? memory : new OneWay(memory);
            if (wait) await model.SaveWeightsAsync(stream, format, leaveOpen: true, TestContext.Current.CancellationToken);
            else model.SaveWeights(stream, format, leaveOpen: true);
            memory.Position = 0;
            var other = Net(2);
            var report = wait ? await other.LoadWeightsAsync(stream, cancellationToken: TestContext.Current.CancellationToken) : other.LoadWeights(stream);
            Assert.Equal(Answer(model), Answer(other));
            Assert.Equal(model.Weights.Count, report.Count(TensorOutcome.Loaded));
            Assert.False(memory.CanRead);
        }
    }

    [Fact]
    public void Formats_are_those_of_the_names()
    {
        var model = Net(1);
        foreach (var (format, name) in (ReadOnlySpan<(ModelFileFormat, string)>)[(ModelFileFormat.Keras, "m.keras"), (ModelFileFormat.KerasHdf5, "m.h5"),
            (ModelFileFormat.SafeTensors, "m.safetensors"), (ModelFileFormat.Onnx, "m.onnx")])
        {
            using var memory = new MemoryStream();
            model.Save(memory, format, leaveOpen: true);
            memory.Position = 0;
            Model.Load(memory, "a name", leaveOpen: true, out var report);
            model.Save(Path.Combine(folder, name));
            Model.Load(Path.Combine(folder, name), out var ofFile);
            Assert.Equal(ofFile.Format, report.Format);
            Assert.Equal("a name", report.FilePath);
            Assert.Equal(new FileInfo(Path.Combine(folder, name)).Length, memory.Length);
        }
    }

    [Fact]
    public void Streams_are_closed_unless_they_are_to_stay_open()
    {
        var model = Net(1);
        var memory = new MemoryStream();
        model.Save(memory);
        Assert.False(memory.CanWrite);
        memory = new MemoryStream(memory.ToArray());
        Model.Load(memory, leaveOpen: true);
        Assert.True(memory.CanRead);
        memory.Position = 0;
        Model.Load(memory);
        Assert.False(memory.CanRead);
        var damaged = new MemoryStream([1, 2, 3]);
        Assert.Throws<ModelFormatException>(() => Model.Load(damaged, "x"));
        Assert.False(damaged.CanRead);
    }

    [Fact]
    public async Task A_pipe_takes_a_model_from_one_end_to_the_other()
    {
        var model = Net(1);
        using var server = new AnonymousPipeServerStream(PipeDirection.Out);
        using var client = new AnonymousPipeClientStream(PipeDirection.In, server.ClientSafePipeHandle);
        var reading = Model.LoadAsync(client, cancellationToken: TestContext.Current.CancellationToken);
        await model.SaveAsync(server, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(Answer(model), Answer(await reading));
    }

    [Fact]
    public void TensorFlow_js_takes_several_files_and_no_stream()
    {
        Assert.Equal("A TensorFlow.js model is several files, model.json and the files of its weights, which a stream cannot hold; save it to a path.",
            Assert.Throws<NotSupportedException>(() => Net(1).Save(new MemoryStream(), ModelFileFormat.TensorFlowJs)).Message);
        Net(1).Save(Path.Combine(folder, "model.json"));
        foreach (var seekable in (bool[])[true, false])
        {
            using var file = File.OpenRead(Path.Combine(folder, "model.json"));
            Assert.Equal(
                "'model.json': a TensorFlow.js model is several files, model.json and the files of its weights, which a stream does not have; load it "
                + "by its path.",
                Assert.Throws<ModelFormatException>(() => Model.Load(seekable ? file : new OneWay(file), "model.json")).Message);
        }
    }

    [Theory]
    [MemberData(nameof(WholeFormats))]
    public void Truncated_streams_are_damaged_files_with_the_name_that_was_given(ModelFileFormat format, bool seekable)
    {
        using var memory = new MemoryStream();
        Net(1).Save(memory, format, leaveOpen: true);
        var whole = memory.ToArray();
        for (var length = 0; length < whole.Length; length += Math.Max(1, whole.Length / 23))
        {
            using var part = new MemoryStream(whole[..length]);
            var error = Assert.Throws<ModelFormatException>(() => Model.Load(seekable ? part : new OneWay(part), "given.name"));
            Assert.StartsWith("'given.name': ", error.Message, StringComparison.Ordinal);
            Assert.Equal("given.name", error.FilePath);
        }
    }

    [Fact]
    public void Streams_without_end_are_left_at_once_where_they_begin_as_no_model_does()
    {
        foreach (var name in (string[])["x", "x.bin"])
        {
            var endless = new Endless([5, 5, 5]);
            Assert.StartsWith(
                $"'{name}': expected a model file; its first bytes match none of ", Assert.Throws<ModelFormatException>(() => Model.Load(endless, name))
                .Message, StringComparison.Ordinal);
            Assert.InRange(endless.Given, 1, 1 << 20);
        }

        var weights = new Endless([5, 5, 5]);
        Assert.StartsWith(
            "'w': expected a file of weights; its first bytes match none of ",
            Assert.Throws<ModelFormatException>(() => Net(1).LoadWeights(weights, name: "w")).Message, StringComparison.Ordinal);
        Assert.InRange(weights.Given, 1, 1 << 20);
    }

    [Fact]
    public void Streams_without_end_that_begin_as_a_model_are_left_after_two_gigabytes()
    {
        Assert.SkipUnless(Environment.GetEnvironmentVariable("FOVEA_SLOW") == "1", "writes 2 GiB to a temporary file; set FOVEA_SLOW=1 to run it.");
        Assert.Equal("'x': it has more than 2147483648 bytes, the maximum for a stream that cannot seek; load it from a file.",
            Assert.Throws<ModelFormatException>(() => Model.Load(new Endless("PK"u8.ToArray()), "x")).Message);
    }

    [Fact]
    public async Task Failing_streams_fail_with_their_own_exception_and_change_nothing()
    {
        using var memory = new MemoryStream();
        var model = Net(1);
        model.Save(memory, leaveOpen: true);
        var whole = memory.ToArray();
        Assert.Equal("the line is dead", Assert.Throws<IOException>(() => Model.Load(new Failing(whole[..(whole.Length / 2)]), "x")).Message);
        Assert.Equal("the line is dead", Assert.Throws<IOException>(() => model.Save(new Failing([]))).Message);
        Assert.Equal(
            "the line is dead",
            (await Assert.ThrowsAsync<IOException>(() => model.SaveAsync(new Failing([]), cancellationToken: TestContext.Current.CancellationToken))).Message);
        var other = Net(2);
        var before = Answer(other);
        Assert.Throws<IOException>(() => other.LoadWeights(new Failing(whole[..^5])));
        Assert.Equal(before, Answer(other));
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled()
    {
        using var cancellationToken = new CancellationTokenSource();
        var loading = Model.LoadAsync(new Silent(), cancellationToken: cancellationToken.Token);
        Assert.False(loading.IsCompleted);
        await cancellationToken.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loading);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Net(1).SaveAsync(new MemoryStream(), cancellationToken: cancellationToken.Token));
    }

    [Fact]
    public void What_cannot_be_saved_leaves_the_stream_as_it_was()
    {
        using var memory = new MemoryStream();
        var own = new Sequential { new Input(3), new Dense(2, new Activation("own", x => x)) };
        Assert.Throws<NotSupportedException>(() => own.Save(memory, leaveOpen: true));
        Assert.Equal(0, memory.Length);
    }

    [Fact]
    public void Streams_that_cannot_do_it_are_said()
    {
        using var closed = new MemoryStream();
        closed.Dispose();
        Assert.Equal(
            "expected a stream that can be written; this one cannot, or is closed. (Parameter 'stream')",
            Assert.Throws<ArgumentException>(() => Net(1).Save(closed)).Message);
        Assert.Equal(
            "expected a stream that can be read; this one cannot, or is closed. (Parameter 'stream')",
            Assert.Throws<ArgumentException>(() => Model.Load(closed)).Message);
        Assert.Throws<ArgumentNullException>("stream", () => Model.Load((Stream)null!));
        Assert.Throws<ArgumentOutOfRangeException>("format", () => Net(1).Save(new MemoryStream(), (ModelFileFormat)9));
        Assert.Throws<ArgumentOutOfRangeException>("format", () => Net(1).SaveWeights(new MemoryStream(), (WeightFileFormat)9));
    }

    /// <summary>Larger than what is kept in memory, through a temporary file, of which nothing stays.</summary>
    [Fact]
    public void Large_models_go_through_streams_that_cannot_seek()
    {
        var model = new Sequential(seed: 1) { new Input(4200), new Dense(4200) { UseBias = false } };
        var path = Path.Combine(folder, "large");
        using (var file = File.Create(path)) model.Save(new OneWay(file), leaveOpen: true);
        Assert.InRange(new FileInfo(path).Length, 65L << 20, 80L << 20);
        using var again = File.OpenRead(path);
        Assert.Equal(model.Weights[0].Values.ToArray(), Model.Load(new OneWay(again)).Weights[0].Values.ToArray());
    }

    private static Sequential Net(long seed) => new("net", seed)
    {
        new Input(8, 8, 1), new Conv2D(3, 3, activation: Activation.Relu) { Name = "c" }, new BatchNormalization { Name = "bn" }, new Flatten(),
            new Dense(4, Activation.Softmax) { Name = "d" },
    };

    private static float[] Answer(Model model) =>
        [.. model.Predict(new Tensor([1, 8, 8, 1], [.. Enumerable.Range(0, 64).Select(i => MathF.Cos(i))])).Values.Select(value => MathF.Round(value, 5))];

    /// <summary>As of a network: it gives a few bytes at a time, and knows neither a position nor a length.</summary>
    private class OneWay(Stream inner) : Stream
    {
        public override bool CanRead => inner.CanRead;

        public override bool CanWrite => inner.CanWrite;

        public override bool CanSeek => false;

        public override long Length => throw new NotSupportedException(Unseekable);

        public override long Position
        {
            get => throw new NotSupportedException(Unseekable);
            set => throw new NotSupportedException(Unseekable);
        }

        public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, Math.Min(count, 1000));

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Flush() => inner.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException(Unseekable);

        public override void SetLength(long value) => throw new NotSupportedException(Unseekable);

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }

    private sealed class Endless(byte[] start) : OneWay(new MemoryStream())
    {
        public long Given { get; private set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Clear();
            if (Given == 0) start.CopyTo(buffer, offset);
            Given += count;
            return count;
        }
    }

    private sealed class Failing(byte[] start) : OneWay(new MemoryStream(start))
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, count) is > 0 and var read
            ? read
            : throw new IOException("the line is dead");

        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("the line is dead");
    }

    private sealed class Silent() : OneWay(new MemoryStream())
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
            return 0;
        }
    }
}
