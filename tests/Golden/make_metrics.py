#!/usr/bin/python3
"""Writes metrics.json: metrics over samples with and without weights, computed in float64 by scikit-learn, and the text of its report.

    apt-get install python3-sklearn
    /usr/bin/python3 make_metrics.py

Scores are multiples of 1/64, so that they are exact in float32 and some of them equal.
"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics as m

warnings.simplefilter("ignore")
random = np.random.default_rng(20261127)
N, CLASSES = 60, 4


def grid(values, step=64):
    return np.round(np.asarray(values) * step) / step


labels = random.integers(0, CLASSES, N)
scores = grid(random.uniform(0, 1, (N, CLASSES)) + 0.4 * np.eye(CLASSES)[labels], 64) / 2
one_hot = np.eye(CLASSES)[labels]
weights = grid(random.uniform(0, 3, N), 8)
predicted = scores.argmax(1)
yes = random.integers(0, 2, N)
binary = np.clip(grid(random.normal(0.35 + 0.3 * yes, 0.25), 64), 0, 1)
real, fit = grid(random.normal(0, 2, (N, 3))), grid(random.normal(0, 1, (N, 3)))
fit = real + fit


def each(name, config, predictions, targets, function):
    """A metric with and without weights."""
    return {
        "name": name, "config": config, "predictions": predictions, "targets": targets,
        "value": float(function(None)), "weighted": float(function(weights)),
    }


def f(average, beta):
    return lambda w: m.fbeta_score(labels, predicted, beta=beta, average=average, sample_weight=w, zero_division=0)


def per_element(function):  # every output of every sample decides, at one half
    return lambda w: function(one_hot.ravel(), (scores > 0.5).astype(int).ravel(), sample_weight=None if w is None else np.repeat(w, CLASSES), zero_division=0)


def confusion(i, j):
    return lambda w: m.confusion_matrix(yes, (binary > 0.5).astype(int), sample_weight=w)[i, j]


CASES = [
    each("accuracy", {}, "scores", "labels", lambda w: m.accuracy_score(labels, predicted, sample_weight=w)),
    each("categorical_accuracy", {}, "scores", "one_hot", lambda w: m.accuracy_score(labels, predicted, sample_weight=w)),
    each("sparse_categorical_accuracy", {}, "scores", "labels", lambda w: m.accuracy_score(labels, predicted, sample_weight=w)),
    each("binary_accuracy", {}, "binary", "yes", lambda w: m.accuracy_score(yes, (binary > 0.5).astype(int), sample_weight=w)),
    each("precision", {}, "binary", "yes", lambda w: m.precision_score(yes, (binary > 0.5).astype(int), sample_weight=w)),
    each("recall", {"thresholds": 0.25}, "binary", "yes", lambda w: m.recall_score(yes, (binary > 0.25).astype(int), sample_weight=w)),
    each("precision", {}, "scores", "one_hot", per_element(m.precision_score)),
    each("recall", {}, "scores", "labels", per_element(m.recall_score)),
    each("recall", {"class_id": 2}, "scores", "one_hot", lambda w: m.recall_score(labels == 2, scores[:, 2] > 0.5, sample_weight=w)),
    each("true_positives", {}, "binary", "yes", confusion(1, 1)),
    each("false_positives", {}, "binary", "yes", confusion(0, 1)),
    each("true_negatives", {}, "binary", "yes", confusion(0, 0)),
    each("false_negatives", {}, "binary", "yes", confusion(1, 0)),
    each("f1_score", {"average": "macro"}, "scores", "one_hot", f("macro", 1)),
    each("f1_score", {"average": "micro"}, "scores", "labels", f("micro", 1)),
    each("f1_score", {"average": "weighted"}, "scores", "labels", f("weighted", 1)),
    each("fbeta_score", {"average": "macro", "beta": 2}, "scores", "labels", f("macro", 2)),
    each("auc", {}, "binary", "yes", lambda w: m.roc_auc_score(yes, binary, sample_weight=w)),
    each("auc", {"curve": "PR"}, "binary", "yes", lambda w: m.average_precision_score(yes, binary, sample_weight=w)),
    each("auc", {"multi_label": True}, "scores", "one_hot", lambda w: m.roc_auc_score(one_hot, scores, sample_weight=w)),
    each("auc", {}, "scores", "labels", lambda w: m.roc_auc_score(one_hot, scores, average="micro", sample_weight=w)),
    each("auc", {"curve": "PR", "multi_label": True}, "scores", "labels", lambda w: m.average_precision_score(one_hot, scores, sample_weight=w)),
    each("mean_io_u", {"num_classes": 4}, "scores", "labels", lambda w: m.jaccard_score(labels, predicted, average="macro", sample_weight=w)),
    each("io_u", {"num_classes": 4, "target_class_ids": [1]}, "scores", "labels", lambda w: m.jaccard_score(labels == 1, predicted == 1, sample_weight=w)),
    each("one_hot_io_u", {"num_classes": 4, "target_class_ids": [0, 3]}, "scores", "one_hot",
        lambda w: m.jaccard_score(labels, predicted, average=None, sample_weight=w)[[0, 3]].mean()),
    each("binary_io_u", {"threshold": 0.25}, "binary", "yes", lambda w: m.jaccard_score(yes, (binary >= 0.25).astype(int), average="macro", sample_weight=w)),
    each("r2_score", {}, "fit", "real", lambda w: m.r2_score(real, fit, sample_weight=w)),
    each("r2_score", {"class_aggregation": "variance_weighted_average"}, "fit", "real",
        lambda w: m.r2_score(real, fit, multioutput="variance_weighted", sample_weight=w)),
    each("mean_squared_error", {}, "fit", "real", lambda w: m.mean_squared_error(real, fit, sample_weight=w)),
    each("mean_absolute_error", {}, "fit", "real", lambda w: m.mean_absolute_error(real, fit, sample_weight=w)),
    each("root_mean_squared_error", {}, "fit", "real", lambda w: np.sqrt(m.mean_squared_error(real, fit, sample_weight=w))),
    each("sparse_top_k_categorical_accuracy", {"k": 2}, "scores", "labels",
        lambda w: np.average((scores > scores[range(N), labels][:, None]).sum(1) < 2, weights=w)),
    each("top_k_categorical_accuracy", {"k": 3}, "scores", "one_hot", lambda w: np.average((scores > scores[range(N), labels][:, None]).sum(1) < 3, weights=w)),
    each("cosine_similarity", {}, "fit", "real",
        lambda w: np.average((fit * real).sum(1) / np.linalg.norm(fit, axis=1) / np.linalg.norm(real, axis=1), weights=w)),
    each("sparse_categorical_crossentropy", {"from_logits": True}, "scores", "labels",
        lambda w: m.log_loss(labels, np.exp(scores) / np.exp(scores).sum(1, keepdims=True), sample_weight=w)),
    each("binary_crossentropy", {"from_logits": True}, "binary", "yes", lambda w: m.log_loss(yes, 1 / (1 + np.exp(-binary)), sample_weight=w)),
]

REPORTS = [
    (["zero", "one", "two", "three"], labels, predicted),
    (["a", "the class with a long name"], yes, (binary > 0.5).astype(int)),
    (["said", "never said", "never there"], np.array([0, 0, 1, 0, 1, 0, 0, 0, 0]), np.array([0, 2, 0, 0, 0, 0, 0, 0, 0])),
    (["0", "1"], np.array([0] * 8 + [1] * 8), np.array([0] + [1] * 7 + [1] * 5 + [0] * 3)),  # shares of eighths, between two digits
]


def report(names, actual, said):
    return {
        "names": names, "actual": actual.tolist(), "predicted": said.tolist(),
        "text": m.classification_report(actual, said, labels=range(len(names)), target_names=names, zero_division=0),
    }


data = {name: np.asarray(values, float).ravel().tolist() for name, values in {
    "labels": labels, "one_hot": one_hot, "scores": scores, "weights": weights, "yes": yes, "binary": binary, "real": real, "fit": fit}.items()}
content = {"count": N, "data": data, "metrics": CASES, "reports": [report(*row) for row in REPORTS]}
pathlib.Path(__file__).with_name("metrics.json").write_text(json.dumps(content, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
