#:project ../src/Fovea.Imaging/Fovea.Imaging.csproj
#:property PublishAot=false

// A generative adversarial network with two optimizers (Goodfellow et al. 2014). A generator turns noise into digits; a discriminator learns to tell
// them from digits that Fovea draws, and the generator learns to deceive it.
//     dotnet run samples/07-gan.cs [EPOCHS]
using Fovea;
using Fovea.Engine;
using Fovea.Engine.Ops;
using Fovea.Imaging;

const int Batch = 64, Noise = 32;
var epochs = args.Length > 0 ? int.Parse(args[0]) : 10;
var digits = new DrawnDigits(3_000, seed: 1);

var generator = new Sequential("generator", seed: 1)
{
    new Input(Noise),
    new Dense(7 * 7 * 32), new LeakyReLU(0.2), new Reshape(7, 7, 32),
    new Conv2DTranspose(24, 4, 2, Padding.Same), new LeakyReLU(0.2),
    new Conv2DTranspose(16, 4, 2, Padding.Same), new LeakyReLU(0.2),
    new Conv2D(1, 5, padding: Padding.Same, activation: Activation.Sigmoid),
};
var discriminator = new Sequential("discriminator", seed: 2)
{
    new Input(28, 28, 1),
    new Conv2D(16, 4, 2, Padding.Same), new LeakyReLU(0.2),
    new Conv2D(32, 4, 2, Padding.Same), new LeakyReLU(0.2),
    new Flatten(), new Dropout(0.2), new Dense(1),
};
var score = new BinaryCrossentropy { FromLogits = true };

// Each step trains its own model. The other one is called and keeps its weights.
var discriminate = new TrainingStep(new Adam(5e-4, beta1: 0.5), discriminator, (step, real) =>
{
    var fake = step.Call(generator, step.RandomNormal([real.Shape[0], Noise]));
    return score.Compute(All(1, real), step.Call(discriminator, real)) + score.Compute(All(0, real), step.Call(discriminator, fake));
});
var generate = new TrainingStep(new Adam(5e-4, beta1: 0.5), generator, step =>
{
    var scores = step.Call(discriminator, step.Call(generator, step.RandomNormal([Batch, Noise])));
    return score.Compute(All(1, scores), scores);  // the targets say "real": the generator wants to be believed
});

for (var epoch = 1; epoch <= epochs; epoch++)
{
    var (losses, deceptions) = (0.0, 0.0);
    foreach (var (real, _) in digits.Batches(Batch, shuffle: true, seed: epoch, dropRemainder: true))
    {
        losses += discriminate.Run(real).Loss;
        deceptions += generate.Run().Loss;
    }

    var batches = digits.Count / Batch;
    Console.WriteLine($"epoch {epoch}: loss of the discriminator {losses / batches:0.000}, of the generator {deceptions / batches:0.000}");
}

// Eight rows of sixteen digits that the network has drawn.
var images = generator.Predict(Tensor.RandomNormal([8 * 16, Noise], seed: 3));
var sheet = images.Reshape(8, 16, 28, 28).Transpose(0, 2, 1, 3).Reshape(1, 8 * 28, 16 * 28, 1);
var path = Path.Combine(Directory.CreateDirectory("artifacts").FullName, "07-gan.png");
ImageFile.Save(new UpSampling2D(2).Apply(sheet), path);
Console.WriteLine(path);

// A target for each sample: 1 for real, 0 for fake.
static Node All(float value, Node samples) => Arithmetic.Constant(value).BroadcastTo([samples.Shape[0], 1]);
