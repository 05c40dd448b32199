namespace Fovea;

/// <summary>The kind of a model's outputs.</summary>
public enum OutputKind
{
    /// <summary>Probabilities of classes, from 0 to 1: the outputs of a softmax or a sigmoid. A single output is the probability of class 1.</summary>
    Probabilities,

    /// <summary>Scores before a softmax. A single output is the score before a sigmoid: class 0 if it is negative.</summary>
    Logits,

    /// <summary>Other values, such as those of a relu or of a regression. Of several values the largest is still the most probable class.</summary>
    Values,
}
