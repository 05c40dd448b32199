using Fovea.Tests.Data;
using Fovea.Tests.Formats;

namespace Fovea.Tests.Applications;

/// <summary>Networks with random weights next to those of Debian's python3-torchvision, which writes weights, images and outputs.</summary>
public sealed class TorchvisionTests(TorchvisionTests.Networks networks) : IClassFixture<TorchvisionTests.Networks>
{
    private const string Script = """
        import json, os, struct, sys
        import numpy, torch, torchvision
        def save(path, tensors):
            header, offset = {}, 0
            for name, tensor in tensors.items():
                size = 4 * tensor.numel()
                header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': [offset, offset + size]}
                offset += size
            text = json.dumps(header).encode()
            with open(path, 'wb') as file:
                file.write(struct.pack('<Q', len(text)) + text)
                for tensor in tensors.values(): file.write(tensor.detach().contiguous().numpy().tobytes())
        for one in sys.argv[2:]:
            name, size, epsilon, part = one.split(',')
            folder = sys.argv[1] + '/' + name
            os.mkdir(folder)
            torch.manual_seed(3)
            net = getattr(torchvision.models, name)(weights=None).eval()
            for module in net.modules():
                if isinstance(module, torch.nn.BatchNorm2d):
                    if float(epsilon): module.eps = float(epsilon)
                    for values in (module.weight, module.running_var): torch.nn.init.uniform_(values, 0.5, 1.5)
                    for values in (module.bias, module.running_mean): torch.nn.init.normal_(values, 0, 0.1)
            if part: net = getattr(net, part)
            images = torch.randn(2, 3, int(size), int(size))
            with torch.no_grad(): outputs = net.double()(images.double()).float()
            net.float()
            save(folder + '/weights.safetensors', {k: v for k, v in net.state_dict().items() if not k.endswith('num_batches_tracked')})
            numpy.save(folder + '/images.npy', images.permute(0, 2, 3, 1).contiguous().numpy())
            numpy.save(folder + '/outputs.npy', (outputs.permute(0, 2, 3, 1) if outputs.dim() == 4 else outputs).contiguous().numpy())
        """;

    /// <summary>
    /// torchvision's name, the height and width of the images, the epsilon of the normalizations if it is not torchvision's, and the part that is compared.
    /// Keras' DenseNet has 1.001e-5. Of VGG16 the features are compared, since its dense layers have 124 million weights.
    /// </summary>
    private static readonly string[] Compared =
        ["resnet18,65,0,", "resnet34,64,0,", "resnet50,64,0,", "squeezenet1_1,64,0,", "densenet121,64,1.001e-5,", "vgg16,64,0,features"];

    [Theory]
    [InlineData("resnet18", nameof(Fovea.Applications.TorchResNet18), true)]
    [InlineData("resnet34", nameof(Fovea.Applications.TorchResNet34), true)]
    [InlineData("resnet50", nameof(Fovea.Applications.TorchResNet50), true)]
    [InlineData("squeezenet1_1", nameof(Fovea.Applications.SqueezeNet11), true)]
    [InlineData("densenet121", nameof(Fovea.Applications.DenseNet121), true)]
    [InlineData("vgg16", nameof(Fovea.Applications.VGG16), false)]
    public void A_network_of_torchvision_gives_the_same_outputs(string torch, string name, bool includeTop)
    {
        var folder = Path.Combine(networks.Written(), torch);
        var images = Tensor.Load(Path.Combine(folder, "images.npy"));
        var model = Fovea.Applications.Create(
            name,
            new()
            {
                IncludeTop = includeTop,
                InputShape = images.Shape[1..],
                ClassifierActivation = Activation.Linear,
                Weights = Path.Combine(folder, "weights.safetensors"),
            });
        var expected = Tensor.Load(Path.Combine(folder, "outputs.npy"));
        var actual = model.Predict(images);
        Assert.Equal(expected.Shape, actual.Shape);
        var scale = expected.Values.ToArray().Max(Math.Abs);
        var worst = expected.Values.ToArray().Zip(actual.Values.ToArray(), (a, b) => Math.Abs(a - b)).Max() / scale;
        TestContext.Current.TestOutputHelper?.WriteLine($"{name}: worst difference {worst:G3} of the largest output");
        Assert.True(worst < 1e-5, $"the worst difference is {worst:G3} of the largest output, {scale}");
    }

    [Fact]
    public void Weights_of_torchvision_do_not_fit_the_network_of_Keras_nor_the_reverse()
    {
        using var folder = new TemporaryFolder();
        var (torch, keras) = (Path.Combine(folder.Path, "torch.safetensors"), Path.Combine(folder.Path, "keras.h5"));
        ApplicationOptions options = new() { IncludeTop = false, InputShape = [32, 32, 3] };
        Fovea.Applications.TorchResNet50(options).SaveWeights(torch);
        Fovea.Applications.ResNet50(options).SaveWeights(keras);
        Assert.Throws<ModelFormatException>(() => { Fovea.Applications.ResNet50(options with { Weights = torch }); });
        Assert.Throws<ModelFormatException>(() => { Fovea.Applications.TorchResNet50(options with { Weights = keras }); });
    }

    /// <summary>The files of all networks, which Python writes once.</summary>
    public sealed class Networks : IDisposable
    {
        private TemporaryFolder? folder;

        public string Written()
        {
            if (folder is not null) return folder.Path;
            H5py.Require("torchvision");
            folder = new TemporaryFolder();
            H5py.Run(Script, [folder.Path, .. Compared]);
            return folder.Path;
        }

        public void Dispose() => folder?.Dispose();
    }
}
