using Fovea.Engine;
using Fovea.Extending;
using Fovea.Imaging;

namespace Fovea.PublicApi.Tests;

/// <summary>The C# of the table in README.md, so that it compiles; <see cref="ReadmeTests"/> compares.</summary>
internal static class ReadmeTable
{
    public static Model Build(Dataset train, Dataset test, SymbolicTensor inputs)
    {
        var small = new Sequential { new Input(28, 28, 1), new Dense(10) };
        SymbolicTensor x = new Conv2D(32, 3, padding: Padding.Same, activation: Activation.Relu).Call(inputs);
        x = new MaxPooling2D(2).Call(x);
        x = small.Call(x);
        Layer pretrained = new Twice();
        pretrained.Trainable = false;
        var outputs = pretrained.Call(x, training: false);
        var model = new Model(inputs, outputs);
        model.Compile(new Adam(1e-3), Loss.CategoricalCrossentropy, new Accuracy());
        model.Fit(train, epochs: 5, validation: test);
        model.Fit(train, callbacks: [new EarlyStopping(patience: 3)]);
        model.Fit(train, verbose: 2);
        return model;
    }

    public static object[] Use(Model model, Dataset test, Tensor images, Tensor labels, Tensor image, string path, string folder)
    {
        ImageFile.Save(image, path);
        var history = model.Fit(test);
        ModelFigure.Save(model, "net.png");
        TrainingCurves.Save(history, "curves.png");
        model.Save("net.keras");
        var predictions = model.Predict(images);
        return
        [
            predictions.ArgMax(-1), images[.., .., .., 0], Tensor.Load("x.npy"),
            model.Summary(expandNested: true),
            model.Evaluate(test), model.Predict(images), model.TrainOnBatch(images, labels),
            Model.Load("net.keras"), ImageFolderSplit.Load(folder, 150, 150), ImageFile.Read(path, 150, 150),
        ];
    }

    private sealed class Twice : Layer { protected override Node Call(Node x, CallContext context) => 2 * x; }
}
