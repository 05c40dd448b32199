#!/usr/bin/python3
"""Writes losses.json: losses of samples and the gradient of their reduction, computed in float64 by PyTorch.

    apt-get install python3-torch python3-numpy
    /usr/bin/python3 make_losses.py

Where PyTorch has the loss, it is PyTorch's own; else the formula of the paper that the loss is from. Gradients are PyTorch's. Numbers are
multiples of a power of two, so that they are exact in float32.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(20261126)
FLAT, PIXELS = (5, 4), (2, 2, 3, 4)


def grid(values, step):
    return torch.tensor(np.round(np.asarray(values) * step) / step)


def real(shape, scale=1.0):
    return grid(random.normal(0, scale, shape), 64)


def unit(shape):
    return grid(random.uniform(0.03, 0.97, shape), 1024)


def rates(shape):
    return grid(random.uniform(0.1, 4, shape), 64)


def bits(shape):
    return grid(random.integers(0, 2, shape), 1)


def signs(shape):
    return 2 * bits(shape) - 1


def labels(shape):
    return grid(random.integers(0, shape[-1], shape[:-1]), 1)


def one_hot(shape):
    return F.one_hot(labels(shape).long(), shape[-1]).double()


def distribution(shape):
    counts = random.multinomial(32, [0.25] * 4, shape[:-1])
    return grid(counts / 32, 32)


def extreme(shape):
    x = real(shape, 3)
    x[0] = torch.tensor([100.0, -100, 0.5, 100])[: shape[-1]]
    x[1] = torch.tensor([-100.0, 100, -100, 20])[: shape[-1]]
    return x


def per_position(values):  # (batch, ..., outputs) -> mean over outputs
    return values.mean(-1)


def normalized(p):
    return p / p.sum(-1, keepdim=True)


def classes_first(x):  # PyTorch has classes in the second dimension
    return x.movedim(-1, 1)


def cross_entropy(p, t, smoothing=0.0):
    return F.cross_entropy(classes_first(p), classes_first(t), reduction="none", label_smoothing=smoothing)


def ignoring(p, t, ignored):
    """The loss of each position and how many of them count."""
    return F.cross_entropy(classes_first(p), t.long(), reduction="none", ignore_index=ignored), (t != ignored).sum()


def binary_focal(p, t, alpha, gamma, balance):  # Lin et al. 2018, eq. 2 to 5, with targets between 0 and 1 in the straight line between both
    q = t * p + (1 - t) * (1 - p)
    weight = t * alpha + (1 - t) * (1 - alpha) if balance else 1
    return per_position(weight * (1 - q) ** gamma * F.binary_cross_entropy(p, t, reduction="none"))


def categorical_focal(logarithms, t, alpha, gamma):
    return -(torch.tensor(alpha) * (1 - logarithms.exp()) ** gamma * t * logarithms).sum(-1)


def tversky(p, t, alpha, beta, axes):
    both, missed, wrong = ((x).sum(axes) for x in (t * p, t * (1 - p), (1 - t) * p))
    return 1 - both / (both + alpha * wrong + beta * missed + 1e-7)


def hinge(p, t):
    return (1 - t * p).clamp(min=0)


def categorical_hinge(p, t):
    return (1 + ((1 - t) * p).amax(-1) - (t * p).sum(-1)).clamp(min=0)


CASES = [
    # name, Keras' configuration, predictions, targets, the loss of each position
    ("binary_crossentropy", {}, unit(FLAT), bits(FLAT), lambda p, t: per_position(F.binary_cross_entropy(p, t, reduction="none"))),
    ("binary_crossentropy", {"label_smoothing": 0.125}, unit(PIXELS), bits(PIXELS),
        lambda p, t: per_position(F.binary_cross_entropy(p, t * 0.875 + 0.0625, reduction="none"))),
    ("binary_crossentropy", {"from_logits": True}, extreme(FLAT), bits(FLAT),
        lambda p, t: per_position(F.binary_cross_entropy_with_logits(p, t, reduction="none"))),
    ("binary_crossentropy", {"from_logits": True, "label_smoothing": 0.25}, extreme(FLAT), bits(FLAT),
        lambda p, t: per_position(F.binary_cross_entropy_with_logits(p, t * 0.75 + 0.125, reduction="none"))),
    ("categorical_crossentropy", {}, unit(PIXELS), one_hot(PIXELS), lambda p, t: cross_entropy(normalized(p).log(), t)),
    ("categorical_crossentropy", {"from_logits": True}, extreme(FLAT), distribution(FLAT), lambda p, t: cross_entropy(p, t)),
    ("categorical_crossentropy", {"from_logits": True, "label_smoothing": 0.125}, real(PIXELS), one_hot(PIXELS), lambda p, t: cross_entropy(p, t, 0.125)),
    ("sparse_categorical_crossentropy", {"from_logits": True}, extreme(FLAT), labels(FLAT), lambda p, t: F.cross_entropy(p, t.long(), reduction="none")),
    ("sparse_categorical_crossentropy", {"from_logits": True, "reduction": "sum"}, real(PIXELS), labels(PIXELS),
        lambda p, t: F.cross_entropy(classes_first(p), t.long(), reduction="none")),
    ("sparse_categorical_crossentropy", {"from_logits": True, "ignore_class": 2}, real(PIXELS), labels(PIXELS), lambda p, t: ignoring(p, t, 2)),
    ("sparse_categorical_crossentropy", {"ignore_class": 255}, unit(FLAT), torch.tensor([1.0, 255, 3, 255, 0]),
        lambda p, t: ignoring(normalized(p).log(), t, 255)),
    ("binary_focal_crossentropy", {}, unit(FLAT), bits(FLAT), lambda p, t: binary_focal(p, t, 0.25, 2, False)),
    ("binary_focal_crossentropy", {"apply_class_balancing": True, "alpha": 0.75, "gamma": 1.5, "label_smoothing": 0.125}, unit(PIXELS), bits(PIXELS),
     lambda p, t: binary_focal(p, t * 0.875 + 0.0625, 0.75, 1.5, True)),
    ("binary_focal_crossentropy", {"from_logits": True, "gamma": 1}, real(FLAT, 3), bits(FLAT), lambda p, t: binary_focal(torch.sigmoid(p), t, 0.25, 1, False)),
    ("categorical_focal_crossentropy", {}, unit(FLAT), one_hot(FLAT), lambda p, t: categorical_focal(normalized(p).log(), t, 0.25, 2)),
    ("categorical_focal_crossentropy", {"from_logits": True, "gamma": 2.5, "alpha": [0.5, 0.25, 1, 2]}, real(PIXELS, 2), one_hot(PIXELS),
     lambda p, t: categorical_focal(F.log_softmax(p, -1), t, [0.5, 0.25, 1, 2], 2.5)),
    ("categorical_focal_crossentropy", {"from_logits": True, "label_smoothing": 0.125}, real(FLAT), one_hot(FLAT),
     lambda p, t: categorical_focal(F.log_softmax(p, -1), t * 0.875 + 0.125 / 4, 0.25, 2)),
    ("mean_squared_error", {}, real(FLAT), real(FLAT), lambda p, t: per_position(F.mse_loss(p, t, reduction="none"))),
    ("mean_squared_error", {"reduction": "sum"}, real(PIXELS), real(PIXELS), lambda p, t: per_position(F.mse_loss(p, t, reduction="none"))),
    ("mean_absolute_error", {}, real(FLAT), real(FLAT), lambda p, t: per_position(F.l1_loss(p, t, reduction="none"))),
    ("mean_absolute_percentage_error", {}, real(FLAT), rates(FLAT), lambda p, t: per_position(100 * ((p - t) / t).abs())),
    ("mean_squared_logarithmic_error", {}, rates(FLAT), rates(FLAT), lambda p, t: per_position(F.mse_loss(p.log1p(), t.log1p(), reduction="none"))),
    ("huber", {"delta": 0.7109375}, real(FLAT), real(FLAT), lambda p, t: per_position(F.huber_loss(p, t, reduction="none", delta=0.7109375))),
    ("log_cosh", {}, real(FLAT, 30), real(FLAT), lambda p, t: per_position((p - t).abs() + torch.log1p(torch.exp(-2 * (p - t).abs())) - np.log(2))),
    ("cosine_similarity", {}, real(PIXELS), real(PIXELS), lambda p, t: -F.cosine_similarity(p, t, dim=-1, eps=1e-7)),
    ("kl_divergence", {}, unit(PIXELS), unit(PIXELS), lambda p, t: F.kl_div(p.log(), t, reduction="none").sum(-1)),
    ("poisson", {}, rates(FLAT), grid(random.poisson(2, FLAT), 1),
        lambda p, t: per_position(F.poisson_nll_loss(p, t, log_input=False, eps=1e-7, reduction="none"))),
    ("hinge", {}, real(FLAT), signs(FLAT), lambda p, t: per_position(hinge(p, t))),
    ("hinge", {}, real(FLAT), bits(FLAT), lambda p, t: per_position(hinge(p, 2 * t - 1))),
    ("squared_hinge", {}, real(PIXELS), signs(PIXELS), lambda p, t: per_position(hinge(p, t) ** 2)),
    ("categorical_hinge", {}, grid(random.normal(0, 2, PIXELS), 4096), one_hot(PIXELS), categorical_hinge),
    ("dice", {}, unit(PIXELS), bits(PIXELS), lambda p, t: (1 - 2 * (t * p).sum() / (t.sum() + p.sum() + 1e-7)).expand(2)),
    ("dice", {"axis": [1, 2, 3]}, unit(PIXELS), bits(PIXELS), lambda p, t: 1 - 2 * (t * p).sum((1, 2, 3)) / (t.sum((1, 2, 3)) + p.sum((1, 2, 3)) + 1e-7)),
    ("dice", {"axis": [1, 2], "reduction": "sum"}, unit(PIXELS), bits(PIXELS),
        lambda p, t: 1 - 2 * (t * p).sum((1, 2)) / (t.sum((1, 2)) + p.sum((1, 2)) + 1e-7)),
    ("tversky", {"alpha": 0.25, "beta": 0.75, "axis": [-3, -2]}, unit(PIXELS), bits(PIXELS), lambda p, t: tversky(p, t, 0.25, 0.75, (1, 2))),
    ("tversky", {"alpha": 0.25, "beta": 0.75, "axis": [0, 1, 2]}, unit(PIXELS), bits(PIXELS),
        lambda p, t: tversky(p, t, 0.25, 0.75, (0, 1, 2)).mean().expand(2)),
]


def rounded(tensor):
    return [float(f"{value:.12g}") for value in tensor.detach().numpy().ravel()]


def case(name, config, p, t, loss):
    p = p.clone().requires_grad_()
    losses = loss(p, t)
    losses, valid = losses if isinstance(losses, tuple) else (losses, torch.tensor(losses.numel()))
    sums = losses.reshape(losses.shape[0], -1).sum(1)
    if config.get("reduction") == "sum":
        samples, total = sums, sums.sum()
    else:
        samples, total = sums * losses.shape[0] / valid, sums.sum() / valid
    (gradient,) = torch.autograd.grad(total, p)
    return {
        "name": name, "config": config, "shape": list(p.shape), "predictions": rounded(p), "targets": rounded(t),
        "losses": rounded(samples), "loss": rounded(total)[0], "gradient": rounded(gradient),
    }


lines = ",\n".join(json.dumps(case(*row), separators=(",", ":")) for row in CASES)
pathlib.Path(__file__).with_name("losses.json").write_text("[\n" + lines + "\n]\n")
