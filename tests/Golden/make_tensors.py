#!/usr/bin/python3
"""Writes tensors.json: operations on arrays, computed by NumPy in float32, sums in float64.

    /usr/bin/python3 make_tensors.py

A value is written with nine digits, which is exact in float32. NaN and infinite values are texts.
"""
import json
import math
import pathlib

import numpy as np

random = np.random.default_rng(20261130)
a = np.round(random.normal(0, 2, (2, 3, 4)), 3).astype(np.float32)
b = np.round(random.normal(0, 2, (3, 1)), 3).astype(np.float32)
row = np.round(random.normal(0, 2, (4,)), 3).astype(np.float32)
positive = np.abs(a) + np.float32(0.125)
nans = a.copy()
nans[0, 1, 2], nans[1, 2, 3] = np.nan, np.inf
ties = np.array([[0, -0.0, 0, -1], [3, 7, 7, 2], [np.nan, 1, np.nan, 2], [-5, -5, -9, -9]], np.float32)
halves = np.array([0.5, 1.5, 2.5, -0.5, -1.5, 0.125, 0.375, 2.675, 1234.5678], np.float32)


def number(value):
    value = float(value)
    return f"{value:.9g}" if math.isfinite(value) else str(value)


def tensor(value):
    value = np.asarray(value, np.float32)
    return {"shape": list(value.shape), "values": [number(item) for item in value.ravel()]}


wide = {"dtype": np.float64}
cases = {
    "add": a + b, "add row": a + row, "subtract": a - b, "multiply": a * b, "divide": a / b, "subtract from 1": 1 - a, "negate": -a,
    "greater": a > b, "less": a < row, "greater or equal": a >= 0.5, "less or equal": a <= a, "equal": np.round(a) == np.round(row),
    "not equal": np.round(a) != np.round(row), "where": np.where(a > 0, a, row), "maximum": np.maximum(nans, b), "minimum": np.minimum(nans, b),
    "greater nan": nans > 0, "clip": np.clip(nans, -1, 1.5),
    "abs": np.abs(nans), "exp": np.exp(a), "log": np.log(a), "sqrt": np.sqrt(a), "square": a ** 2, "power": positive ** row, "tanh": np.tanh(a),
    "floor": np.floor(nans), "ceiling": np.ceil(nans),
    "round": np.round(halves), "round 2": np.round(halves, 2),
    "sum": a.sum(**wide), "sum -1": a.sum(-1, **wide), "sum 0 keep": a.sum(0, keepdims=True, **wide), "sum 0 2": a.sum((0, 2), **wide),
    "sum all keep": a.sum((0, 1, 2), keepdims=True, **wide), "sum none": a.sum((), **wide), "sum nan": nans.sum(1, **wide),
    "mean": a.mean(**wide), "mean 1": a.mean(1, **wide), "mean 0 1": a.mean((0, 1), **wide),
    "var": a.var(**wide), "var 1": a.var(1, **wide), "var far": (a * 1e-3 + 1000).astype(np.float32).var(-1, **wide),
    "std": a.std(**wide), "std -2": a.std(-2, **wide), "std 0 1": a.std((0, 1), keepdims=True, **wide), "std nan": nans.std(0, **wide),
    "max": a.max(), "max nan": nans.max(1), "max 0 2": a.max((0, 2)), "min": a.min(), "min nan": nans.min(-1, keepdims=True), "min 0 1": a.min((0, 1)),
    "argmax": a.argmax(), "argmax 1": a.argmax(1), "argmax ties": ties.argmax(-1), "argmax ties 0": ties.argmax(0),
    "argmin": a.argmin(), "argmin ties": ties.argmin(-1), "argmin keep": np.expand_dims(a.argmin(2), 2),
    "reshape": a.reshape(4, -1), "transpose": a.T, "transpose 1 2 0": a.transpose(1, 2, 0), "transpose 0 -1 1": a.transpose(0, -1, 1),
    "expand 1": np.expand_dims(a, 1), "expand -1": np.expand_dims(a, -1), "squeeze": np.squeeze(b), "squeeze 1": np.squeeze(b, 1),
    "concat 0": np.concatenate([a, a[:1]]), "concat -1": np.concatenate([a, a[..., :2], a], -1), "concat 1": np.concatenate([a[:, 1:], a], 1),
    "stack 0": np.stack([a, a * 2]), "stack -1": np.stack([row, row * 2, row * 3], -1), "stack 1": np.stack([a, a * 2], 1),
    "broadcast": np.broadcast_to(b, (2, 3, 4)), "arange": np.arange(2, 11, 3), "arange down": np.arange(1, 0, -0.25), "linspace": np.linspace(-1, 2, 7),
    "softmax": np.exp(a * 60.0 - (a * 60.0).max(1, keepdims=True)) / np.exp(a * 60.0 - (a * 60.0).max(1, keepdims=True)).sum(1, keepdims=True),
    "sigmoid": 1 / (1 + np.exp(-a.astype(np.float64))),
}
with np.errstate(all="ignore"):
    texts = {
        "scalar": np.array(3.5), "integers": np.arange(24).reshape(2, 3, 4), "thirds": np.array([1 / 3, 2 / 3, 200 / 3]), "signs": -a,
        "small": np.array([0.1, 1e-8, 123456.5]), "infinite": np.array([0.1, 1e10, np.nan, -np.inf]), "not numbers": np.array([0.1, 100, np.nan, -np.inf]),
        "only nan": np.array([np.nan, np.nan]), "wrapped": np.arange(60) / 7, "long": np.arange(2000).reshape(20, 100) % 10,
        "deep": np.zeros((3, 1, 1000, 2)), "zero and minus zero": np.array([0.0, -0.0]), "tiny": np.array([1e-4, 2e-5]), "large": np.array([16777216, 1e8]),
        "one column": np.arange(1200).reshape(-1, 1) % 7 / 8, "negative exponents": np.array([[-1.5, 2], [3, -1e-5]]),
        "extremes": np.array([3.4028235e38, 1e-45]),
    }
file = {
    "inputs": {"a": tensor(a), "b": tensor(b), "row": tensor(row), "positive": tensor(positive), "nans": tensor(nans), "ties": tensor(ties),
               "halves": tensor(halves)},
    "cases": {name: tensor(value) for name, value in cases.items()},
    "texts": {name: dict(tensor(value), text=str(np.asarray(value, np.float32))) for name, value in texts.items()},
}
pathlib.Path(__file__).with_name("tensors.json").write_text(json.dumps(file, separators=(",", ":")).replace('},"', '},\n"') + "\n")
