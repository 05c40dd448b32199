using Fovea.Formats.Hdf5;

namespace Fovea.Formats.Keras;

/// <summary>A whole model in HDF5, <c>.h5</c>: the format of Keras 1 and 2, which Keras 3 still writes.</summary>
internal sealed class KerasHdf5Format : ModelFormat
{
    public override string Name => "Keras HDF5 (.h5)";

    public override IReadOnlyList<string> Extensions => [".h5", ".hdf5"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) =>
        Hdf5Reader.IsSignature(start) || Extensions.Any(extension => path.EndsWith(extension, StringComparison.OrdinalIgnoreCase));

    public override Model Read(ModelSource source, LoadReport report)
    {
        using var file = KerasHdf5File.Open(source.OpenStream(), source.Name);
        report.WrittenBy = $"Keras {file.KerasVersion}";
        var description = file.ReadModel()
            ?? throw ModelFormatException.About(
                source.Name, "the file has weights only; expected a whole model, as model.save writes it. Load it into a model of the same layers, with "
                + "Model.LoadWeights or 'fovea convert --into'.");
        if (Keras2HardSigmoid.IsOlder(file.KerasVersion)) Keras2HardSigmoid.Keep(description, report);
        var model = KerasLoading.Create(description, file.ReadFoveaState(report), report, out var canCompile);
        var filling = new WeightFilling(report);
        KerasHdf5Weights.AssignOwn(model, file, filling, report);
        filling.FillNew();
        KerasHdf5Weights.ReportRest(file, filling, report);
        if (canCompile && KerasLoading.Compile(model, description.Compile, report))
            KerasHdf5OptimizerState.Read(model.Trainer!, file.OptimizerWeights, filling, report);
        return model;
    }

    public override void Write(Model model, Stream stream) => KerasHdf5Writer.Write(model, stream);
}
