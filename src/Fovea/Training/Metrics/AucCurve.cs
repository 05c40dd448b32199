namespace Fovea;

/// <summary>The curve whose area <see cref="Auc"/> measures.</summary>
public enum AucCurve
{
    /// <summary>Recall over the false positive rate: the receiver operating characteristic.</summary>
    Roc,

    /// <summary>Precision over recall.</summary>
    PrecisionRecall,
}
