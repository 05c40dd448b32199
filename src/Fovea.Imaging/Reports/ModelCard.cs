namespace Fovea.Imaging;

/// <summary>
/// The model card at the end of a <see cref="TrainingReport"/>: Mitchell et al. 2019, "Model Cards for Model Reporting". It states what the training knows,
/// and marks what only its author can tell.
/// </summary>
internal sealed class ModelCard(Model model, TaskResults? results, string dataName, IReadOnlyList<ReportDataPart> parts, int skipped)
{
    public void AddTo(HtmlReport report)
    {
        var card = report.AddSection("Model card");
        card.AddParagraph(
            "For everyone who uses the model. What the training knows is filled in; the fields marked \"To fill in\" only the author of the model can answer.");
        var details = card.AddSection("Model details");
        details.AddList(Details());
        ToFillIn(details, "who made the model, its version, its license, and where questions are answered.");
        ToFillIn(
            card.AddSection("Intended use"),
            "what the model is for, who shall use it, and what it must not be used for. "
                + (model.ValueNames.Count > 0 ? "The model answers with numbers for every image, also for one that is unlike all others."
                    : model.LabelThresholds.Count > 0 ? "The model knows its labels only, and gives them also to images that are unlike all others."
                    : "The model always answers with one of its classes, also for images that show none of them."));
        ToFillIn(
            card.AddSection("Factors"),
            "what may change how well the model works: cameras, light, seasons, places, groups of people; and which of these the evaluation covers.");
        var measures = card.AddSection("Evaluation");
        measures.AddParagraph(results is null ? "The training was not evaluated." : results.Summary);
        if (results is not null) measures.AddParagraph($"Measures: {results.Measures}");
        measures.AddParagraph(Split());
        ToFillIn(measures, "whether the evaluated images are like those that the model will see.");
        var data = card.AddSection("Training data");
        data.AddParagraph(
            $"{(dataName.Length > 0 ? $"From {dataName}: " : "")}{string.Join(", ", parts.Select(part => $"{Size(part)} for {part.Name}"))}.{Skipped()}");
        ToFillIn(data, "where the images come from, how they were labeled, and with which rights they are used.");
        ToFillIn(card.AddSection("Ethical considerations"), "whether people are shown, who may be harmed by mistakes, and what was done about it.");
        var limits = card.AddSection("Limits");
        limits.AddList(Limits());
        ToFillIn(limits, "known failures, and recommendations for use.");
    }

    private static void ToFillIn(ReportSection section, string what) => section.AddNote($"To fill in: {what}");

    private static string Size(ReportDataPart part) => part.Data.IsStream ? "a stream" : $"{ReportText.Count(part.Data.Count)} samples";

    private IEnumerable<string> Details()
    {
        yield return $"Network: {model.Name}, {ReportText.Count(model.Parameters)} parameters, trained with Fovea.";
        if (model.Inputs is [var input])
            yield return $"Input: {(model.ImageInput is { } images ? $"images, {images.Shape}" : $"values of shape {input.Shape}")}.";
        if (model.ClassNames.Count > 0)
        {
            var shown = string.Join(", ", model.ClassNames.Take(20));
            var what = model.LabelThresholds.Count > 0 ? "labels, each with its threshold" : "classes";
            yield return $"Output: the probabilities of {model.ClassNames.Count} {what}: {shown}{(model.ClassNames.Count > 20 ? ", …" : "")}.";
        }

        if (model.ValueNames.Count > 0)
        {
            var shown = string.Join(", ", model.ValueNames.Take(20));
            yield return $"Output: {(model.ValueNames.Count == 1 ? "a number" : "numbers")}, in the unit of the data: {shown}.";
        }

        if (model.Temperature is { } temperature)
            yield return "The probabilities were calibrated on validation images by temperature scaling with a temperature "
                + $"of {ReportText.Short(temperature)}.";
    }

    private string Split() => parts.Any(part => part.Name == "test") && parts.Any(part => part.Name == "validation")
        ? "The validation images chose the saved epoch; the test images were used for nothing but this evaluation."
        : "There were no separate test images: the same images chose the saved epoch and evaluate it, so the result is too good by some points.";

    private string Skipped() => skipped == 0 ? "" : skipped == 1 ? " One file was skipped." : $" {ReportText.Count(skipped)} files were skipped.";

    private IEnumerable<string> Limits()
    {
        yield return "The result holds for images like the evaluated ones. For others it may be much worse; the probabilities do not warn of it.";
        if (parts.FirstOrDefault(part => part.Name == "test") is { Data.IsStream: false, Data.Count: < 1000 and var count })
            yield return $"With {ReportText.Count(count)} test images, differences "
                + $"{(results is null or ClassificationResults ? "within the 95 % interval of the accuracy" : "of a few percent")} mean nothing.";
    }
}
