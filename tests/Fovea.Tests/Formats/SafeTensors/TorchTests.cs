using Fovea.Formats.Matching;
using Fovea.Formats.SafeTensors;

namespace Fovea.Tests.Formats.SafeTensors;

/// <summary>Networks that PyTorch makes and computes, against Fovea with the same weights, in both directions.</summary>
public sealed class TorchTests : IDisposable
{
    /// <summary>The networks, and a reader and a writer of the format that are not Fovea's.</summary>
    private const string Networks = """
        import sys, json, struct, numpy, torch
        from torch import nn
        torch.manual_seed(1)

        def write(path, state):
            names, header, data = sorted(state), {'__metadata__': {'format': 'pt'}}, b''
            for name in names:
                array = state[name].numpy()
                kind = 'I64' if array.dtype == numpy.int64 else 'F32'
                header[name] = {'dtype': kind, 'shape': list(array.shape), 'data_offsets': [len(data), len(data) + array.nbytes]}
                data += array.tobytes()
            text = json.dumps(header).encode()
            text += b' ' * (-len(text) % 8)
            open(path, 'wb').write(struct.pack('<Q', len(text)) + text + data)

        def read(path):
            raw = open(path, 'rb').read()
            n, = struct.unpack('<Q', raw[:8])
            assert n % 8 == 0 and raw[8:9] == b'{'
            header, state, end = json.loads(raw[8:8 + n]), {}, 0
            assert all(isinstance(value, str) for value in header.pop('__metadata__').values())
            for name, entry in header.items():
                begin, stop = entry['data_offsets']
                assert begin == end
                end = stop
                state[name] = torch.from_numpy(numpy.frombuffer(raw[8 + n + begin:8 + n + stop], '<f4').reshape(entry['shape']).copy())
            assert 8 + n + end == len(raw)
            return state

        def shaken(net):
            for m in net.modules():
                for p in list(m.parameters(recurse=False)) + [b for b in m.buffers(recurse=False) if b.dtype == torch.float32]:
                    p.data.copy_(torch.rand(p.shape) + 0.5 if p.dim() == 1 else torch.randn(p.shape) * 0.3)
            return net.eval()

        class Digits(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1, self.bn1 = nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4, eps=1e-3)
                self.dw, self.pw = nn.Conv2d(4, 8, 3, groups=4), nn.Conv2d(8, 6, 1, bias=False)
                self.up, self.prelu = nn.ConvTranspose2d(6, 5, 2, stride=2), nn.PReLU(5)
                self.norm = nn.GroupNorm(1, 5, eps=1e-3)
                self.fc1, self.ln, self.fc2 = nn.Linear(5 * 4 * 6, 7), nn.LayerNorm(7, eps=1e-3), nn.Linear(7, 3)
            def forward(self, x):
                x = torch.relu(self.bn1(self.conv1(x)))
                x = self.norm(self.prelu(self.up(self.pw(self.dw(x)))))
                return self.fc2(self.ln(torch.relu(self.fc1(x.flatten(1)))))

        class Maker(nn.Module):
            def __init__(self):
                super().__init__()
                self.seed, self.norm, self.conv = nn.Linear(4, 3 * 2 * 5), nn.BatchNorm1d(30, eps=1e-3), nn.Conv2d(3, 2, 1)
            def forward(self, x):
                return self.conv(torch.relu(self.norm(self.seed(x))).view(-1, 3, 2, 5))

        class Sound(nn.Module):
            def __init__(self):
                super().__init__()
                self.a, self.b, self.out = nn.Conv1d(3, 4, 3), nn.Conv1d(4, 4, 3, groups=2), nn.Linear(4 * 5, 2)
                self.norm = nn.BatchNorm1d(20, eps=1e-3)
            def forward(self, x):
                return self.out(self.norm(torch.relu(self.b(self.a(x))).flatten(1)))

        makers = {'digits': (Digits, (2, 3, 6, 7)), 'maker': (Maker, (2, 4)), 'sound': (Sound, (2, 3, 9))}

        def last(x):
            return x.movedim(1, -1) if x.dim() > 2 else x

        def show(name, net, x):
            with torch.no_grad():
                y = net(x)
            for part in (last(x), last(y)):
                print(' '.join(repr(float(v)) for v in part.flatten()))

        """;

    private readonly string folder = Directory.CreateTempSubdirectory("fovea").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Weights_of_PyTorch_compute_what_PyTorch_computes_and_go_back()
    {
        H5py.Require("torch, numpy");
        var numbers = Run("""
            for name, (make, shape) in makers.items():
                net = shaken(make())
                write(f'{sys.argv[1]}/{name}.safetensors', net.state_dict())
                show(name, net, torch.randn(shape))
            """, folder);
        foreach (var (index, (name, model)) in Models().Index())
        {
            var path = Path.Combine(folder, $"{name}.safetensors");
            var report = new LoadReport(path);
            SafeTensorsFormat.ReadWeights(model, path, report);
            Assert.Equal(0, report.Count(TensorOutcome.Missing));
            Equal(numbers[(2 * index) + 1], model.Predict(new Tensor(model.InputShape.Prepend(2), numbers[2 * index])).Values);
            SafeTensorsFormat.Write(model, Path.Combine(folder, $"{name}-back.safetensors"), TensorLayout.PyTorch);
            // In the library's order, by shapes and order alone, the names of Fovea's layers being no help.
            Assert.DoesNotContain(
                report.Tensors, tensor => tensor.Outcome == TensorOutcome.Loaded && tensor.Target!.Split('/')[0] == tensor.Source!.Split('.')[0]);
        }

        var back = Run("""
            names = json.loads(sys.argv[2])
            for name, (make, shape) in makers.items():
                first, net = read(f'{sys.argv[1]}/{name}-back.safetensors'), make().eval()
                keys = [k for k in net.state_dict() if 'num_batches' not in k]
                net.load_state_dict({k: first[names[name][k]] for k in keys}, strict=False)
                torch.manual_seed(7)
                show(name, net, torch.randn(shape))
            """, folder, System.Text.Json.JsonSerializer.Serialize(Models().ToDictionary(entry => entry.Name, entry => Names(entry.Name, entry.Model))));
        foreach (var (index, (name, model)) in Models().Index())
        {
            SafeTensorsFormat.ReadWeights(model, Path.Combine(folder, $"{name}-back.safetensors"), new LoadReport(name));
            Equal(back[(2 * index) + 1], model.Predict(new Tensor(model.InputShape.Prepend(2), back[2 * index])).Values);
        }
    }

    /// <summary>For each name in PyTorch's network, the one in the file that Fovea wrote.</summary>
    private Dictionary<string, string> Names(string name, Model model)
    {
        var report = new LoadReport(name);
        SafeTensorsFormat.ReadWeights(model, Path.Combine(folder, $"{name}.safetensors"), report);
        var arrangements = new WeightArrangements(TensorLayout.PyTorch, new FeatureOrders(model));
        var written = WeightUnit.Of(model, TensorLayout.PyTorch)
            .SelectMany(unit => unit.Weights.Select(weight => (Target: unit.PathOf(weight), File: arrangements.PathOf(unit, weight))))
            .ToDictionary(entry => entry.Target, entry => entry.File);
        return report.Tensors.Where(tensor => tensor.Outcome == TensorOutcome.Loaded).ToDictionary(tensor => tensor.Source!, tensor => written[tensor.Target!]);
    }

    private static (string Name, Model Model)[] Models() =>
    [
        ("digits", new Sequential
        {
            new Input(6, 7, 3), new Conv2D(4, 3), new BatchNormalization(), new ReLU(), new DepthwiseConv2D(3) { DepthMultiplier = 2 },
            new Conv2D(6, 1) { UseBias = false }, new Conv2DTranspose(5, 2, 2), new PReLU(1, 2), new GroupNormalization(1), new Flatten(),
                new Dense(7, Activation.Relu), new LayerNormalization(), new Dense(3),
        }),
        ("maker", new Sequential { new Input(4), new Dense(30), new BatchNormalization(), new ReLU(), new Reshape(2, 5, 3), new Conv2D(2, 1) }),
        ("sound",
            new Sequential { new Input(9, 3), new Conv1D(4, 3), new Conv1D(4, 3, activation: Activation.Relu) { Groups = 2 }, new Flatten(),
            new BatchNormalization(), new Dense(2) }),
    ];

    private static float[][] Run(string script, params string[] arguments) =>
        [.. H5py.Run(Networks + script, arguments).Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ').Select(word => float.Parse(word, System.Globalization.CultureInfo.InvariantCulture)).ToArray())];

    private static void Equal(float[] expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        var scale = expected.Max(Math.Abs);
        for (var i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-5f * scale);
    }
}
