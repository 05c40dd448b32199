#!/usr/bin/python3
"""Writes layers_a.json: activations, shape, merging and regularization layers with their gradients, computed in float64 by PyTorch.

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
    return case("Activation", {"activation": name}, [(10,)], function, scale=3.0)


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
    yield case("ReLU", {"max_value": 2.0, "negative_slope": 0.25, "threshold": 0.5}, [(10,)], lambda x: relu(x, 2.0, 0.25, 0.5), scale=3.0)
    yield case("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 1.5}, [(10,)], lambda x: relu(x, None, 0.0, 1.5), scale=3.0)
    yield case("ReLU", {"max_value": None, "negative_slope": 0.5, "threshold": 0.0}, [(10,)], lambda x: F.leaky_relu(x, 0.5), scale=3.0)
    yield case("LeakyReLU", {"negative_slope": 0.125}, [(3, 5)], lambda x: F.leaky_relu(x, 0.125))
    yield case("ELU", {"alpha": 1.75}, [(10,)], lambda x: F.elu(x, 1.75), scale=2.0)
    yield case("PReLU", {"shared_axes": None}, [(3, 4)], lambda x, a: torch.where(x > 0, x, a * x), [(3, 4)])
    yield case("PReLU", {"shared_axes": [1, 2]}, [(3, 2, 4)], lambda x, a: torch.where(x > 0, x, a * x), [(1, 1, 4)])
    yield case("Softmax", {"axis": -1}, [(3, 5)], lambda x: F.softmax(x, -1))
    yield case("Softmax", {"axis": 1}, [(4, 3, 2)], lambda x: F.softmax(x, 1))
    yield case("Softmax", {"axis": -2}, [(4, 3, 2)], lambda x: F.softmax(x, -2))


cases = [*activations()]
lines = ",\n".join(json.dumps(one, separators=(",", ":")) for one in cases)
pathlib.Path(__file__).with_name("layers_a.json").write_text("[\n" + lines + "\n]\n")
