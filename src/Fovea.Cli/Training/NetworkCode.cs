using System.Globalization;

namespace Fovea.Cli;

/// <summary>The C# expressions that create the networks of <see cref="TrainingPlan"/>.</summary>
internal static class NetworkCode
{
    /// <summary>The networks that have one.</summary>
    public static IReadOnlyList<string> Networks { get; } = [SmallNetwork.ResNet, SmallNetwork.UNet, BookCatsDogs.Name, SmallNetwork.MiniXception];

    /// <summary>The expression for the network of a plan; null if there is none, as for a model file.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="head">The last layer.</param>
    public static string? Of(TrainingPlan plan, NetworkHead head)
    {
        if (plan.IsTransfer) return null;
        var (outputs, seed) = (Int(head.Outputs), Int(plan.Seed));
        var activation = $"Activation.{(head.Activation == Activation.Sigmoid ? "Sigmoid" : head.Activation == Activation.Softmax ? "Softmax" : "Linear")}";
        return plan.Network switch
        {
            SmallNetwork.ResNet => $"SmallNetworks.ResNet(\n    {CSharpText.Literal(plan.InputShape!)}, classes: {outputs}, "
                + $"widths: {CSharpText.Literal(plan.Widths!)}, blocks: {CSharpText.Literal(plan.Blocks!)}, "
                + $"dropout: {CSharpText.Literal(plan.Dropout)},\n    classifierActivation: {activation}, seed: {seed})",
            SmallNetwork.MiniXception =>
                $"SmallNetworks.MiniXception(\n    {CSharpText.Literal(plan.InputShape!)}, classes: {outputs}, classifierActivation: {activation}, "
                    + $"seed: {seed})",
            SmallNetwork.UNet => $"SmallNetworks.UNet(\n    {CSharpText.Literal(plan.InputShape!)}, classes: {outputs}, "
                + $"widths: {CSharpText.Literal(plan.Widths!)}, dropout: {CSharpText.Literal(plan.Dropout)}, seed: {seed})",
            BookCatsDogs.Name => CatsDogs(plan, outputs, activation, seed),
            _ => null,
        };
    }

    private static string CatsDogs(TrainingPlan plan, string outputs, string activation, string seed)
    {
        var augmentation = plan.Layers().Count == 0 ? [] : plan.Recipe.LayerCodes(plan.Network, plan.Flip);
        return $$"""
            new Sequential("{{BookCatsDogs.Name}}", {{seed}})
            {
                {{string.Join(", ", ["new Input(150, 150, 3)", .. augmentation])}},
                new Rescaling(1.0 / 255),
                new Conv2D(32, 3, activation: Activation.Relu), new MaxPooling2D(2),
                new Conv2D(64, 3, activation: Activation.Relu), new MaxPooling2D(2),
                new Conv2D(128, 3, activation: Activation.Relu), new MaxPooling2D(2),
                new Conv2D(128, 3, activation: Activation.Relu), new MaxPooling2D(2),
                new Flatten(), new Dropout(0.5), new Dense(512, Activation.Relu), new Dense({{outputs}}, {{activation}}),
            }
            """;
    }

    private static string Int(int value) => value.ToString(CultureInfo.InvariantCulture);
}
