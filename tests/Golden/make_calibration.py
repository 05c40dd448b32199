"""Values of scikit-learn, SciPy and NumPy for probabilities of classes: tests/Golden/calibration.json.

Made with Debian's python3-sklearn 1.2.1, python3-scipy and python3-numpy:  /usr/bin/python3 tests/Golden/make_calibration.py
"""
import json
import os

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.calibration import calibration_curve
from sklearn.metrics import (brier_score_loss, f1_score, log_loss, precision_recall_curve, precision_score, recall_score, roc_curve,
                             top_k_accuracy_score)

random = np.random.default_rng(20)


def temperature(logits, labels):
    """The minimum of the cross-entropy over ln T, by Brent's method."""
    def loss(t):
        return -log_softmax(logits / np.exp(t), axis=1)[np.arange(len(labels)), labels].mean()
    found = minimize_scalar(loss, bracket=(-1, 1), tol=1e-12)
    return float(np.exp(found.x)), float(loss(0)), float(found.fun)


def several(classes, count, sharpness):
    """Logits that are too sure by a factor."""
    logits = random.normal(size=(count, classes)) * 1.5
    labels = np.array([random.choice(classes, p=softmax(row)) for row in logits])
    logits = logits * sharpness
    p = softmax(logits, axis=1)
    confidence, right = p.max(axis=1), p.argmax(axis=1) == labels
    bins = {}
    for strategy in ("uniform", "quantile"):
        accuracy, mean = calibration_curve(right, confidence, n_bins=10, strategy=strategy)
        edges = np.linspace(0, 1, 11) if strategy == "uniform" else np.percentile(confidence, np.linspace(0, 100, 11))
        counts = np.bincount(np.searchsorted(edges[1:-1], confidence), minlength=10)
        counts = counts[counts > 0]
        bins[strategy] = {
            "accuracy": accuracy.tolist(), "confidence": mean.tolist(), "counts": counts.tolist(),
            "ece": float((np.abs(accuracy - mean) * counts).sum() / count), "mce": float(np.abs(accuracy - mean).max()),
        }
    t, before, after = temperature(logits, labels)
    scaled = softmax(logits / t, axis=1)
    return {
        "probabilities": p.tolist(), "labels": labels.tolist(), "log_loss": float(log_loss(labels, p)),
        "brier": float(((p - np.eye(classes)[labels]) ** 2).sum(axis=1).mean()), "bins": bins,
        "top": [float(top_k_accuracy_score(labels, p, k=k)) for k in (1, 2, 3)] if classes > 3 else [],
        "temperature": t, "loss_before": before, "loss_after": after, "scaled": scaled[:3].tolist(),
    }


def two(count):
    scores = np.round(random.beta(2, 2, size=count), 2)  # rounded, so that there are ties
    labels = (random.random(count) < scores).astype(int)
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    false_positive, true_positive, roc_thresholds = roc_curve(labels, scores, drop_intermediate=False)
    at = [0.25, 0.5, 0.75]
    return {
        "scores": scores.tolist(), "labels": labels.tolist(), "precision": precision.tolist(), "recall": recall.tolist(),
        "thresholds": thresholds.tolist(), "specificity": (1 - false_positive).tolist(), "roc_thresholds": roc_thresholds[1:].tolist(),
        "brier": float(brier_score_loss(labels, scores)),
        "at": [{"threshold": t, "precision": float(precision_score(labels, scores > t)), "recall": float(recall_score(labels, scores > t)),
                "f1": float(f1_score(labels, scores > t))} for t in at],
    }


golden = {"two": several(2, 80, 2.0), "five": several(5, 120, 2.5), "unsure": several(3, 90, 0.4), "scores": two(60)}
path = os.path.join(os.path.dirname(__file__), "calibration.json")
with open(path, "w", encoding="utf-8") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
