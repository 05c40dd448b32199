using System.Text.Json.Serialization;

namespace Fovea.Cli;

/// <summary>The JSON of a <see cref="TrainingPlan"/> in a <see cref="PlanFile"/>.</summary>
[JsonSerializable(typeof(TrainingPlan))]
internal sealed partial class PlanJsonContext : JsonSerializerContext;
