// Trains, saves, loads and predicts as a native program that needs only the C library: the gate runs it in a chroot.
//     dotnet publish tests/Fovea.Aot -o FOLDER && FOLDER/Fovea.Aot WORKING-FOLDER
using Fovea;
using Fovea.Engine.Ops;
using Fovea.Formats;
using Fovea.Imaging;
using Fovea.Mpi;

if (args is ["--version"]) return;
using var processes = MpiProcesses.Join();
if (processes.Size > 1) Console.WriteLine($"process {processes.Rank} of {processes.Size}");
var folder = args is [var given] ? given : throw new ArgumentException("expected a folder to work in");
if (processes.Rank > 0) folder = Path.Combine(folder, $"{processes.Rank}");
Directory.CreateDirectory(folder);
var digits = new DrawnDigits(512, seed: 1);
var model = new Sequential("digits", seed: 1)
{
    new Input(28, 28, 1), new Conv2D(8, 3, activation: Activation.Relu), new BatchNormalization(), new MaxPooling2D(2),
    new Conv2D(16, 3, activation: Activation.Relu), new GlobalAveragePooling2D(), new Dropout(0.1), new Dense(10, Activation.Softmax),
};
model.ClassNames = digits.ClassNames;
model.Distribution = new DataParallel(4);
model.Compile(new Adam(2e-3f), Loss.SparseCategoricalCrossentropy, new Accuracy());
var history = model.Fit(digits, epochs: 2, batchSize: 32, validation: new DrawnDigits(64, seed: 2), callbacks:
[
    new ModelCheckpoint(InFolder("best.keras")), new CsvLogger(InFolder("log.csv")), new BackupAndRestore(InFolder("backup")),
        new EarlyStopping("val_loss", patience: 5),
    new TensorBoard(InFolder("board")),
]);
model.Distribution = null;
Console.WriteLine($"trained: loss {history["loss"][0]:0.000}, then {history["loss"][^1]:0.000}");
Require(history["loss"][^1] < history["loss"][0], "the loss goes down");

var image = new Tensor([1, 28, 28, 1], new float[28 * 28]);
digits.Read(3, image.Values, new float[1]);
var expected = model.Predict(image).Values;
foreach (var name in (string[])["m.keras", "m.h5", "m.safetensors", "m.onnx", "model.json"])
{
    model.Save(InFolder(name));
    var loaded = Model.Load(InFolder(name), out var report);
    RequireSame(loaded.Predict(image).Values, name);
    Console.WriteLine($"{name}: {report.Format}, {report.Count(TensorOutcome.Loaded)} tensors");
    if (name is not ("m.keras" or "m.h5")) continue;
    loaded.Fit(digits, epochs: 1, batchSize: 32);
}

foreach (var name in (string[])["w.weights.h5", "w.h5", "w.safetensors"])
{
    model.SaveWeights(InFolder(name));
    var same = Model.FromJson(model.ToJson());
    same.LoadWeights(InFolder(name));
    RequireSame(same.Predict(image).Values, name);
    Console.WriteLine($"{name}: weights");
}

using (var memory = new MemoryStream())
{
    await model.SaveAsync(memory, ModelFileFormat.KerasHdf5, leaveOpen: true);
    memory.Position = 0;
    Console.WriteLine($"a stream: {memory.Length} bytes");
    RequireSame(Model.Load(memory).Predict(image).Values, "a stream");
}

ImageFolderWriter.Write(new DrawnDigits(20, seed: 3), InFolder("pictures"));
var classifier = new ImageClassifier(model);
var picture = Directory.EnumerateFiles(InFolder("pictures"), "*.png", SearchOption.AllDirectories).Order(StringComparer.Ordinal).First();
var seen = classifier.Predict(picture);
Console.WriteLine($"{Path.GetRelativePath(folder, picture)}: {seen[0].Name} {seen[0].Probability:P0}");
Require(Math.Abs(seen.Sum(entry => entry.Probability) - 1) < 1e-5, "probabilities add up to 1");
var loss = model.Evaluate(ImageFolder.Load(InFolder("pictures"), model.ImageInput!));
Console.WriteLine($"evaluated: loss {loss.Loss:0.000}");
// Tensors and files of NumPy, slices as layers, layers applied to tensors, maps of data sets, open sizes, and custom training steps.
image.Save(InFolder("image.npy"));
Require(Tensor.Load(InFolder("image.npy")).AllClose(image), "the tensor that was saved");
var open = new Input(null, null, 1);
var sliced = new Model(open, new GlobalMaxPooling2D().Call(new Conv2D(2, 3).Call(open)[.., 1..^1, 1..^1, ..]));
sliced.Save(InFolder("sliced.keras"));
Require(Model.Load(InFolder("sliced.keras")).Predict(image).AllClose(sliced.Apply(image)), "the outputs of the sliced model");
var step = new TrainingStep(new Adam(0.001), sliced, (context, x) => context.Call(sliced, x).Square().Mean());
var mapped = new DrawnDigits(40, seed: 4).Select((x, y) => (x * 0.5, y));
foreach (var (x, _) in mapped.Batches(20)) Require(double.IsFinite(step.Run(x).Loss), "a finite loss");
Console.WriteLine("all of it works");

string InFolder(string name) => Path.Combine(folder, name);

void RequireSame(ReadOnlySpan<float> received, string name)
{
    for (var i = 0; i < expected.Length; i++) Require(Math.Abs(received[i] - expected[i]) < 1e-5, $"{name}: the predictions of the model that was saved");
}

static void Require(bool holds, string what)
{
    if (!holds) throw new InvalidOperationException($"expected: {what}");
}
