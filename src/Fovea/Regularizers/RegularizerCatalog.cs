using System.Text.Json.Nodes;

namespace Fovea;

/// <summary>The regularizers that files can name.</summary>
internal static class RegularizerCatalog
{
    /// <summary>Builds a regularizer from a name or from a class with its configuration.</summary>
    /// <exception cref="ModelFormatException">The class is not known or its configuration does not fit.</exception>
    public static Regularizer Create(JsonNode json, string subject)
    {
        var (className, config) = KerasPart.Read(json, subject, "a regularizer");
        Regularizer created = CustomObjects.Create<Regularizer>(KerasPart.RegisteredName(json), config) ?? className switch
        {
            "L1" or "l1" => new L1(config.GetFloat("l1", 0.01f)),
            "L2" or "l2" => new L2(config.GetFloat("l2", 0.01f)),
            "L1L2" => new L1L2(config.GetFloat("l1", 0), config.GetFloat("l2", 0)),
            "l1_l2" => new L1L2(config.GetFloat("l1", 0.01f), config.GetFloat("l2", 0.01f)),
            "OrthogonalRegularizer" or "orthogonal_regularizer" => new OrthogonalRegularizer(
                config.GetFloat("factor", 0.01f), config.GetChoice("mode", MatrixPart.Rows, ("rows", MatrixPart.Rows), ("columns", MatrixPart.Columns))),
            _ => throw KerasPart.Unknown(subject, "regularizer", className, json, "; known are L1, L2, L1L2, OrthogonalRegularizer"),
        };
        return KerasPart.Whole(created, className, config, subject);
    }
}
