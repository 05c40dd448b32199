#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

// A Wasserstein GAN with a gradient penalty (Gulrajani et al. 2017). The loss of the critic contains the gradient of the output of the critic, so that
// training differentiates a gradient; the critic has layer normalization, as the paper recommends.
//     dotnet run samples/08-gradient-penalty.cs [EPOCHS]
using Fovea;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Imaging;

const int Batch = 64, Noise = 32, CriticSteps = 3;
var epochs = args.Length > 0 ? int.Parse(args[0]) : 24;
var digits = new DrawnDigits(3_000, seed: 1);

var generator = new Sequential("generator", seed: 1)
{
    new Input(Noise),
    new Dense(7 * 7 * 24), new Reshape(7, 7, 24), new BatchNormalization(0.8), new ActivationLayer(Activation.Relu),
    new Conv2DTranspose(16, 4, 2, Padding.Same), new BatchNormalization(0.8), new ActivationLayer(Activation.Relu),
    new Conv2DTranspose(1, 4, 2, Padding.Same, Activation.Sigmoid),
};
var critic = new Sequential("critic", seed: 2)
{
    new Input(28, 28, 1),
    new Conv2D(16, 4, 2, Padding.Same), new LeakyReLU(0.2),
    new Conv2D(32, 4, 2, Padding.Same), new LayerNormalization(), new LeakyReLU(0.2),
    new Flatten(), new Dense(1),
};

var criticize = new TrainingStep(new Adam(1e-3, beta1: 0.5, beta2: 0.9), critic, (step, real) =>
{
    var fake = step.Call(generator, step.RandomNormal([real.Shape[0], Noise]));
    var distance = step.Call(critic, real).Mean() - step.Call(critic, fake).Mean();

    // The slope of the critic between real and generated images shall be 1.
    var share = step.RandomUniform([real.Shape[0], 1, 1, 1]);
    var between = (share * real) + ((1 - share) * fake);
    var slopes = (step.Gradient(step.Call(critic, between), between).Square().Sum(1, 2, 3) + 1e-12f).Sqrt();
    step.Report("distance", distance);
    step.Report("slope", slopes.Mean());
    return (10 * (slopes - 1).Square().Mean()) - distance;
});
var generate = new TrainingStep(new Adam(1e-3, beta1: 0.5, beta2: 0.9), generator, step =>
    -step.Call(critic, step.Call(generator, step.RandomNormal([Batch, Noise]))).Mean());

for (var epoch = 1; epoch <= epochs; epoch++)
{
    var (distance, slope, batches) = (0.0, 0.0, 0);
    foreach (var (real, _) in digits.Batches(Batch, shuffle: true, seed: epoch, dropRemainder: true))
    {
        var measured = criticize.Run(real).Metrics;
        (distance, slope) = (distance + measured["distance"], slope + measured["slope"]);
        if (++batches % CriticSteps == 0) generate.Run();
    }

    Console.WriteLine($"epoch {epoch}: distance of the critic's scores {distance / batches:0.000}, its slope {slope / batches:0.000}");
}

var images = generator.Predict(Tensor.RandomNormal([8 * 16, Noise], seed: 3));
var sheet = images.Reshape(8, 16, 28, 28).Transpose(0, 2, 1, 3).Reshape(1, 8 * 28, 16 * 28, 1);
var path = Path.Combine(Directory.CreateDirectory("artifacts").FullName, "08-gradient-penalty.png");
ImageFile.Save(new UpSampling2D(2).Apply(sheet), path);
Console.WriteLine(path);
