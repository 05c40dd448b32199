#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

// A variational autoencoder (Kingma and Welling 2014). An encoder maps each digit to a distribution over a plane, a decoder maps points of the plane
// back to digits. After training, every point of the plane is a digit.
//     dotnet run samples/09-variational-autoencoder.cs [EPOCHS]
using Fovea;
using Fovea.Engine.Ops;
using Fovea.Imaging;

var epochs = args.Length > 0 ? int.Parse(args[0]) : 15;
var digits = new DrawnDigits(3_000, seed: 1);

var input = new Input(28, 28, 1);
var x = new Conv2D(16, 3, 2, Padding.Same, Activation.Relu).Call(input);
x = new Conv2D(32, 3, 2, Padding.Same, Activation.Relu).Call(x);
x = new Dense(32, Activation.Relu).Call(new Flatten().Call(x));
var encoder = new Model([input], [new Dense(2).Call(x), new Dense(2).Call(x)], "encoder", seed: 1);
var decoder = new Sequential("decoder", seed: 2)
{
    new Input(2),
    new Dense(7 * 7 * 32, Activation.Relu), new Reshape(7, 7, 32),
    new Conv2DTranspose(32, 3, 2, Padding.Same, Activation.Relu),
    new Conv2DTranspose(16, 3, 2, Padding.Same, Activation.Relu),
    new Conv2D(1, 3, padding: Padding.Same, activation: Activation.Sigmoid),
};

var step = new TrainingStep(new Adam(2e-3), [encoder, decoder], (step, images) =>
{
    // A random point of the distribution of each digit: its mean plus its deviation times noise.
    var moments = step.CallForAll(encoder, [images]);
    var (mean, logVariance) = (moments[0], moments[1]);
    var point = mean + ((logVariance / 2).Exp() * step.RandomNormal(mean.Shape));

    // The digit shall be recognizable from the point, and the distributions shall cover the plane as a normal distribution does.
    var reconstruction = 28 * 28 * Loss.BinaryCrossentropy.Compute(images, step.Call(decoder, point));
    var divergence = -0.5f * (1 + logVariance - mean.Square() - logVariance.Exp()).Sum(1).Mean();
    step.Report("reconstruction", reconstruction);
    step.Report("divergence", divergence);
    return reconstruction + divergence;
});

for (var epoch = 1; epoch <= epochs; epoch++)
{
    var runs = digits.Batches(64, shuffle: true, seed: epoch).Select(batch => step.Run(batch.Input)).ToList();
    Console.WriteLine(
        $"epoch {epoch}: loss {runs.Average(run => run.Loss):0.0}, reconstruction {runs.Average(run => run.Metrics["reconstruction"]):0.0}, "
        + $"divergence {runs.Average(run => run.Metrics["divergence"]):0.0}");
}

// The plane from −2 to 2 in both directions, decoded point by point.
const int Side = 15;
float[] points = [.. Enumerable.Range(0, Side * Side).SelectMany(i => (float[])[At(i % Side), At(i / Side)])];
var plane = decoder.Predict(new Tensor([Side * Side, 2], points));
var sheet = plane.Reshape(Side, Side, 28, 28).Transpose(0, 2, 1, 3).Reshape(1, Side * 28, Side * 28, 1);
var path = Path.Combine(Directory.CreateDirectory("artifacts").FullName, "09-variational-autoencoder.png");
ImageFile.Save(new UpSampling2D(2).Apply(sheet), path);
Console.WriteLine(path);

static float At(int index) => (4f * index / (Side - 1)) - 2;
