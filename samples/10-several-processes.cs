#:project ../src/Fovea.Mpi/Fovea.Mpi.csproj
#:property PublishAot=false

// Training by several processes, on one machine or many: each computes a part of every batch. The accuracies and the hash of the weights are the same on any
// number of processes. The second command needs an MPI (Debian: apt-get install openmpi-bin, or mpich).
//     dotnet run samples/10-several-processes.cs
//     mpirun -n 2 --bind-to none dotnet run --no-build samples/10-several-processes.cs
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Fovea;
using Fovea.Mpi;

using var processes = MpiProcesses.Join();
var train = new DrawnDigits(4_000, seed: 1);
var test = new DrawnDigits(1_000, seed: 2);

var model = new Sequential(seed: 1)
{
    new Input(28, 28, 1),
    new RandomTranslation(0.1, 0.1),
    new Conv2D(16, 3), new BatchNormalization(), new ActivationLayer(Activation.Relu),
    new MaxPooling2D(2),
    new Conv2D(32, 3, activation: Activation.Relu),
    new MaxPooling2D(2),
    new Flatten(),
    new Dropout(0.2),
    new Dense(10, Activation.Softmax),
};
model.Compile(new Adam(3e-3), Loss.SparseCategoricalCrossentropy, new Accuracy());

// A batch of 128 images is 8 shards of 16 images, whatever the number of processes: 8 shards for one process, 4 for each of two.
model.Distribution = new DataParallel(shards: 8);
var history = model.Fit(train, epochs: 3, batchSize: 128, validation: test, verbose: 0);

// Every process has the same model and the same history. The first one prints and writes files.
if (processes.Rank == 0)
{
    Console.WriteLine($"processes: {processes.Size}, MPI: {processes.Library ?? "none"}");
    for (var epoch = 0; epoch < history.Epochs; epoch++)
        Console.WriteLine($"epoch {epoch + 1}: loss {history["loss"][epoch]:R}, accuracy on other digits {history["val_accuracy"][epoch]:P1}");
    Console.WriteLine($"weights {HashOfWeights()}");
}

string HashOfWeights()
{
    using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    foreach (var weight in model.Weights) hash.AppendData(MemoryMarshal.AsBytes(weight.Values));
    return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
}
