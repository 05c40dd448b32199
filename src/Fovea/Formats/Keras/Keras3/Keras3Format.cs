namespace Fovea.Formats.Keras;

/// <summary>Keras 3's archive: <c>.keras</c>, also as Keras 2.12 to 2.15 wrote it.</summary>
internal sealed class Keras3Format : ModelFormat
{
    public override string Name => "Keras 3 (.keras)";

    public override IReadOnlyList<string> Extensions => [".keras"];

    public override bool Recognizes(ReadOnlySpan<byte> start, string path) => start.StartsWith("PK"u8);

    public override Model Read(ModelSource source, LoadReport report)
    {
        using var archive = KerasArchive.Open(source.OpenStream(), source.Name);
        var version = archive.ReadMetadata().KerasVersion;
        report.WrittenBy = $"Keras {version}";
        var description = archive.ReadModel();
        if (Keras2HardSigmoid.IsOlder(version)) Keras2HardSigmoid.Keep(description, report);
        var state = archive.ReadFoveaState(report);
        var model = KerasLoading.Create(description, state, report, out var canCompile);
        using var weights = archive.OpenWeights();
        var filling = new WeightFilling(report);
        Keras3Weights.Assign(model, description, weights, WeightMatching.Order, filling, report);
        filling.FillNew();
        if (canCompile && KerasLoading.Compile(model, description.Compile, report, state?.Optimizer)
            && weights.Find(OptimizerVariables.Path) is { } optimizer) KerasOptimizers.ReadState(model.Trainer!, optimizer, filling, report);
        Keras3Weights.ReportRest(weights, filling, report);
        if (model.Trainer is { } trainer) trainer.Epochs = state?.Epochs ?? 0;
        return model;
    }

    public override void Write(Model model, Stream stream)
    {
        model.EnsureInitialized();
        var names = KerasNames.ForKeras3(model);
        var groups = Keras3Weights.Groups(model, names);
        var trainer = model.Trainer is { } compiled && KerasOptimizers.CanWrite(compiled.Optimizer) ? compiled : null;
        if (trainer is not null) groups.Add(KerasOptimizers.StoreState(trainer));
        var description = ModelDescribing.Describe(model, names) with { Compile = trainer is null ? null : KerasOptimizers.Describe(trainer, names) };
        Keras2HardSigmoid.RequireKeras3(description);
        KerasArchiveWriter.Write(
            stream, KerasJson.ToJson(description), groups, TimeProvider.System.GetLocalNow(), FoveaState.Of(model, names).ToJson());
    }
}
