namespace Fovea;

/// <summary>What the outputs of a model are.</summary>
public enum OutputKind
{
    /// <summary>Of classes, from 0 to 1: what a softmax or a sigmoid gave. A single output is the probability of class 1.</summary>
    Probabilities,

    /// <summary>Scores before a softmax or, of a single output, before a sigmoid, whose sign decides: below 0 is class 0.</summary>
    Logits,

    /// <summary>Neither: numbers behind a relu, or those of a regression. The greatest of several is still the likeliest class.</summary>
    Values,
}
