#!/usr/bin/python3
"""Writes layers_a.json, activations, shape and merging layers with their gradients, and regularizers.json, computed in float64 by PyTorch.

    apt-get install python3-torch python3-numpy
    /usr/bin/python3 make_layers_a.py

A case is a Keras class with its configuration, its inputs and weights, and what PyTorch makes of them. Values are odd multiples of a power
of two, so that they are exact in float32 and never lie on a kink.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(20261125)


def exact(shape, scale=1.0):
    return (2 * np.floor(random.normal(0, scale, shape) * 64) + 1) / 128


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().numpy().ravel()]


def case(class_name, config, shapes, function, weights=(), scale=1.0):
    inputs = [torch.tensor(exact((2, *shape), scale), requires_grad=True) for shape in shapes]
    parameters = [torch.tensor(exact(shape), requires_grad=True) for shape in weights]
    y = function(*inputs, *parameters)
    dy = torch.tensor(exact(tuple(y.shape)))
    gradients = torch.autograd.grad(y, (*inputs, *parameters), dy)
    return {
        "class": class_name, "config": config,
        "inputs": [{"shape": list(x.shape), "values": rounded(x)} for x in inputs],
        "weights": [rounded(w) for w in parameters],
        "dy": rounded(dy), "y": rounded(y), "gradients": [rounded(g) for g in gradients],
    }


def activation(name, function):
    return case("Activation", {"activation": name}, [(6,)], function, scale=3.0)


def sparse_plus(x):
    return torch.where(x <= -1, torch.zeros_like(x), torch.where(x < 1, (x + 1) ** 2 / 4, x))


def relu(x, max_value, slope, threshold):
    above = torch.where(x > threshold, x, torch.zeros_like(x))
    return (above if max_value is None else above.clamp(0, max_value)) - slope * F.relu(threshold - x)


def activations():
    yield activation("linear", lambda x: 1 * x)
    yield activation("relu", F.relu)
    yield activation("relu6", F.relu6)
    yield activation("leaky_relu", lambda x: F.leaky_relu(x, 0.2))
    yield activation("elu", F.elu)
    yield activation("selu", F.selu)
    yield activation("celu", F.celu)
    yield activation("gelu", F.gelu)
    yield activation("silu", F.silu)
    yield activation("swish", F.silu)
    yield activation("hard_silu", F.hardswish)
    yield activation("hard_swish", F.hardswish)
    yield activation("mish", F.mish)
    yield activation("sigmoid", torch.sigmoid)
    yield activation("hard_sigmoid", F.hardsigmoid)
    yield activation("log_sigmoid", F.logsigmoid)
    yield activation("sparse_sigmoid", lambda x: ((x + 1) / 2).clamp(0, 1))
    yield activation("tanh", torch.tanh)
    yield activation("hard_tanh", F.hardtanh)
    yield activation("tanh_shrink", F.tanhshrink)
    yield activation("hard_shrink", F.hardshrink)
    yield activation("soft_shrink", F.softshrink)
    yield activation("softplus", F.softplus)
    yield activation("squareplus", lambda x: (x + torch.sqrt(x * x + 4)) / 2)
    yield activation("sparse_plus", sparse_plus)
    yield activation("softsign", F.softsign)
    yield activation("exponential", torch.exp)
    yield activation("softmax", lambda x: F.softmax(x, -1))
    yield activation("log_softmax", lambda x: F.log_softmax(x, -1))
    yield activation("glu", lambda x: F.glu(x, -1))
    yield case("ReLU", {"max_value": 2.0, "negative_slope": 0.25, "threshold": 0.5}, [(8,)], lambda x: relu(x, 2.0, 0.25, 0.5), scale=3.0)
    yield case("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 1.5}, [(8,)], lambda x: relu(x, None, 0.0, 1.5), scale=3.0)
    yield case("ReLU", {"max_value": None, "negative_slope": 0.5, "threshold": 0.0}, [(8,)], lambda x: F.leaky_relu(x, 0.5), scale=3.0)
    yield case("LeakyReLU", {"negative_slope": 0.125}, [(3, 5)], lambda x: F.leaky_relu(x, 0.125))
    yield case("ELU", {"alpha": 1.75}, [(8,)], lambda x: F.elu(x, 1.75), scale=2.0)
    yield case("PReLU", {"shared_axes": None}, [(3, 4)], lambda x, a: torch.where(x > 0, x, a * x), [(3, 4)])
    yield case("PReLU", {"shared_axes": [1, 2]}, [(3, 2, 4)], lambda x, a: torch.where(x > 0, x, a * x), [(1, 1, 4)])
    yield case("Softmax", {"axis": -1}, [(3, 5)], lambda x: F.softmax(x, -1))
    yield case("Softmax", {"axis": 1}, [(4, 3, 2)], lambda x: F.softmax(x, 1))
    yield case("Softmax", {"axis": -2}, [(4, 3, 2)], lambda x: F.softmax(x, -2))


def shapes():
    yield case("Permute", {"dims": [2, 1]}, [(3, 4)], lambda x: x.permute(0, 2, 1))
    yield case("Permute", {"dims": [3, 1, 2]}, [(3, 2, 4)], lambda x: x.permute(0, 3, 1, 2))
    yield case("Reshape", {"target_shape": [4, -1]}, [(2, 6)], lambda x: x.reshape(2, 4, 3))
    yield case("RepeatVector", {"n": 3}, [(4,)], lambda x: x[:, None, :].repeat(1, 3, 1))
    yield case("ZeroPadding2D", {"padding": [[1, 0], [2, 1]]}, [(2, 3, 2)], lambda x: F.pad(x, (0, 0, 2, 1, 1, 0)))
    yield case("Cropping2D", {"cropping": [[1, 0], [0, 2]]}, [(3, 5, 2)], lambda x: x[:, 1:, :3])


def merging():
    two = [(2, 3), (2, 3)]
    yield case("Add", {}, [(2, 2, 3), (1, 1, 3), (3,)], lambda a, b, c: a + b + c[:, None, None, :])
    yield case("Subtract", {}, two, lambda a, b: a - b)
    yield case("Multiply", {}, [(2, 2, 3), (1, 1, 3), (2, 2, 1)], lambda a, b, c: a * b * c)
    yield case("Average", {}, [(2, 3), (2, 3), (1, 3)], lambda a, b, c: (a + b + c) / 3)
    yield case("Maximum", {}, [(2, 3), (2, 3), (2, 1)], lambda a, b, c: torch.maximum(torch.maximum(a, b), c))
    yield case("Minimum", {}, two, torch.minimum)
    yield case("Concatenate", {"axis": -1}, [(2, 2, 3), (2, 2, 1), (2, 2, 2)], lambda *x: torch.cat(x, -1))
    yield case("Concatenate", {"axis": 1}, [(2, 3), (4, 3)], lambda *x: torch.cat(x, 1))
    yield case("Dot", {"axes": 1, "normalize": False}, [(5,), (5,)], lambda a, b: (a * b).sum(1, keepdim=True))
    yield case("Dot", {"axes": -1, "normalize": True}, [(5,), (5,)], lambda a, b: F.cosine_similarity(a, b)[:, None])
    yield case("Dot", {"axes": [1, 2], "normalize": False}, [(3, 5), (4, 3)], lambda a, b: torch.einsum("nka,nbk->nab", a, b))
    yield case("Dot", {"axes": [2, 1], "normalize": True}, [(2, 3), (3, 2, 2)],
        lambda a, b: torch.einsum("nak,nkbc->nabc", F.normalize(a, dim=2), F.normalize(b, dim=1)))


def penalty(class_name, config, function, shape=(4, 3)):
    x = torch.tensor(exact(shape), requires_grad=True)
    y = function(x)
    return {"class": class_name, "config": config, "shape": list(shape), "x": rounded(x), "y": rounded(y), "gradient": rounded(torch.autograd.grad(y, x)[0])}


def orthogonal(x, factor):
    unit = F.normalize(x, dim=1)
    products = unit @ unit.T
    size = len(products)
    return factor * 0.5 * (products * (1 - torch.eye(size))).abs().sum() / (size * (size - 1) / 2)


def constraint(class_name, config, function, shape=(4, 3)):
    x = torch.tensor(exact(shape))
    return {"class": class_name, "config": config, "shape": list(shape), "x": rounded(x), "y": rounded(function(x))}


def norms(x, axes):
    return x.square().sum(axes, keepdim=True).sqrt()


def scaled(x, axes, wanted):
    return x * (wanted(norms(x, axes)) / (1e-7 + norms(x, axes)))


def regularizers():
    yield penalty("L1", {"l1": 0.25}, lambda x: 0.25 * x.abs().sum())
    yield penalty("L2", {"l2": 0.125}, lambda x: 0.125 * x.square().sum())
    yield penalty("L1L2", {"l1": 0.25, "l2": 0.125}, lambda x: 0.25 * x.abs().sum() + 0.125 * x.square().sum(), (2, 2, 1, 3))
    yield penalty("OrthogonalRegularizer", {"factor": 0.5, "mode": "rows"}, lambda x: orthogonal(x, 0.5))
    yield penalty("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}, lambda x: orthogonal(x.T, 0.5))


def constraints():
    yield constraint("NonNeg", {}, F.relu)
    yield constraint("MaxNorm", {"max_value": 1.5, "axis": 0}, lambda x: scaled(x, (0,), lambda n: n.clamp(0, 1.5)))
    yield constraint("MaxNorm", {"max_value": 2.0, "axis": [0, 1, 2]}, lambda x: scaled(x, (0, 1, 2), lambda n: n.clamp(0, 2)), (2, 2, 2, 3))
    yield constraint("UnitNorm", {"axis": 1}, lambda x: scaled(x, (1,), torch.ones_like))
    yield constraint("MinMaxNorm", {"min_value": 1.0, "max_value": 1.5, "rate": 0.25, "axis": 0},
        lambda x: scaled(x, (0,), lambda n: 0.25 * n.clamp(1, 1.5) + 0.75 * n))


def write(name, cases):
    lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
    pathlib.Path(__file__).with_name(name).write_text("[\n" + lines + "\n]\n")


write("layers_a.json", [*activations(), *shapes(), *merging()])
write("regularizers.json", [*regularizers(), *constraints()])
