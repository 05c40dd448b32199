#!/usr/bin/python3
"""Writes optimizers.json: six steps of every optimizer with every option on three weights, computed in float64 from the formulas of the papers
and of Keras' documentation; and PyTorch's OneCycleLR.

    apt-get install python3-torch python3-numpy
    /usr/bin/python3 make_optimizers.py

Where PyTorch has the same formula (with epsilon 0, which it places elsewhere), its own optimizers in float64 must give the same numbers, or
the script fails. Gradients and initial weights are multiples of a power of two; arguments are rounded to float32 as the callers' are.
"""
import json
import math
import pathlib

import numpy as np
import torch

STEPS = 6
SHAPES = {"a/kernel": (3, 4), "a/bias": (4,), "b/kernel": (1,)}
random = np.random.default_rng(20260731)


def exact(shape, scale):
    return np.round(random.normal(0, scale, shape) * 64) / 64


START = {name: exact(shape, 1) for name, shape in SHAPES.items()}
GRADIENTS = [{name: exact(shape, 1) * 2.0 ** (step % 3 - 1) for name, shape in SHAPES.items()} for step in range(STEPS)]


def f32(x):
    return float(np.float32(x))


def sgd(lr=0.01, momentum=0.0, nesterov=False):
    def step(w, g, s, t, lr_t):
        if momentum == 0:
            return w - lr_t * g
        s["m"] = momentum * s.get("m", 0) - lr_t * g
        return w + (momentum * s["m"] - lr_t * g if nesterov else s["m"])
    return lr, step


def rmsprop(lr=0.001, rho=0.9, momentum=0.0, epsilon=1e-7, centered=False):
    def step(w, g, s, t, lr_t):
        s["v"] = rho * s.get("v", 0) + (1 - rho) * g * g
        square = s["v"]
        if centered:
            s["a"] = rho * s.get("a", 0) + (1 - rho) * g
            square = square - s["a"] ** 2
        increment = lr_t * g / np.sqrt(square + epsilon)
        if momentum > 0:
            increment = s["m"] = momentum * s.get("m", 0) + increment
        return w - increment
    return lr, step


def adam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7, amsgrad=False):
    def step(w, g, s, t, lr_t):
        s["m"] = beta_1 * s.get("m", 0) + (1 - beta_1) * g
        s["v"] = beta_2 * s.get("v", 0) + (1 - beta_2) * g * g
        s["h"] = np.maximum(s.get("h", 0), s["v"]) if amsgrad else s["v"]
        return w - lr_t * math.sqrt(1 - beta_2 ** t) / (1 - beta_1 ** t) * s["m"] / (np.sqrt(s["h"]) + epsilon)
    return lr, step


def adamax(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    def step(w, g, s, t, lr_t):
        s["m"] = beta_1 * s.get("m", 0) + (1 - beta_1) * g
        s["u"] = np.maximum(beta_2 * s.get("u", 0), np.abs(g))
        return w - lr_t / (1 - beta_1 ** t) * s["m"] / (s["u"] + epsilon)
    return lr, step


def nadam(lr=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    def mu(t):
        return beta_1 * (1 - 0.5 * 0.96 ** t)

    def step(w, g, s, t, lr_t):
        product = math.prod(mu(i) for i in range(1, t + 1))
        s["m"] = beta_1 * s.get("m", 0) + (1 - beta_1) * g
        s["v"] = beta_2 * s.get("v", 0) + (1 - beta_2) * g * g
        m_hat = mu(t + 1) * s["m"] / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
        return w - lr_t * m_hat / (np.sqrt(s["v"] / (1 - beta_2 ** t)) + epsilon)
    return lr, step


def adagrad(lr=0.001, initial=0.1, epsilon=1e-7):
    def step(w, g, s, t, lr_t):
        s["s"] = s.get("s", initial) + g * g
        return w - lr_t * g / np.sqrt(s["s"] + epsilon)
    return lr, step


def adadelta(lr=0.001, rho=0.95, epsilon=1e-7):
    def step(w, g, s, t, lr_t):
        s["g"] = rho * s.get("g", 0) + (1 - rho) * g * g
        delta = np.sqrt(s.get("d", 0) + epsilon) / np.sqrt(s["g"] + epsilon) * g
        s["d"] = rho * s.get("d", 0) + (1 - rho) * delta * delta
        return w - lr_t * delta
    return lr, step


def ftrl(lr=0.001, power=-0.5, initial=0.1, l1=0.0, l2=0.0, shrinkage=0.0, beta=0.0):
    def step(w, g, s, t, lr_t):
        before = s.get("n", initial + np.zeros_like(w))
        s["n"] = before + g * g
        sigma = (s["n"] ** -power - before ** -power) / lr_t
        s["z"] = s.get("z", 0) + g + 2 * shrinkage * w - sigma * w
        quadratic = (beta + s["n"] ** -power) / lr_t + 2 * l2
        return np.where(np.abs(s["z"]) <= l1, 0, (np.sign(s["z"]) * l1 - s["z"]) / quadratic)
    return lr, step


def lion(lr=0.001, beta_1=0.9, beta_2=0.99):
    def step(w, g, s, t, lr_t):
        m = s.get("m", np.zeros_like(w))
        s["m"] = beta_2 * m + (1 - beta_2) * g
        return w - lr_t * np.sign(beta_1 * m + (1 - beta_1) * g)
    return lr, step


def run(optimizer, weight_decay=0.0, exclude=(), clipvalue=None, clipnorm=None, global_clipnorm=None, ema=None, overwrite=None, accumulate=1):
    lr, step = optimizer
    w = {name: value.copy() for name, value in START.items()}
    slots = {name: {} for name in w}
    sums = {name: 0 for name in w}
    averages = {name: 0 for name in w}
    values_by_step, mean_values = [], []
    for batch in range(STEPS):
        sums = {name: sums[name] + g for name, g in GRADIENTS[batch].items()}
        updates = batch // accumulate
        if (batch + 1) % accumulate == 0:
            g = {name: value / accumulate for name, value in sums.items()}
            sums = {name: 0 for name in w}
            if clipvalue:
                g = {name: np.clip(value, -clipvalue, clipvalue) for name, value in g.items()}
            if clipnorm:
                g = {name: value * clipnorm / max(clipnorm, np.linalg.norm(value)) for name, value in g.items()}
            if global_clipnorm:
                length = math.sqrt(sum((value ** 2).sum() for value in g.values()))
                g = {name: value * global_clipnorm / max(global_clipnorm, length) for name, value in g.items()}
            for name in w:
                decayed = w[name] if any(part in name for part in exclude) else w[name] * (1 - lr * weight_decay)
                w[name] = step(decayed, g[name], slots[name], updates + 1, lr)
        if ema is not None:
            m = 0 if updates == 0 else ema
            averages = {name: m * averages[name] + (1 - m) * w[name] for name in w}
            if overwrite and (updates + 1) % overwrite == 0:
                w = {name: value.copy() for name, value in averages.items()}
        values_by_step.append({name: value.copy() for name, value in w.items()})
        mean_values.append({name: np.array(value) for name, value in averages.items()})
    return values_by_step, (mean_values if ema is not None else None)


def torch_run(create):
    w = {name: torch.nn.Parameter(torch.tensor(value)) for name, value in START.items()}
    optimizer = create(list(w.values()))
    for batch in range(STEPS):
        for name, parameter in w.items():
            parameter.grad = torch.tensor(GRADIENTS[batch][name])
        optimizer.step()
    return {name: parameter.detach().numpy() for name, parameter in w.items()}


def check_torch():
    """Our float64 formulas against PyTorch's own optimizers; Nadam aside, in which PyTorch 1.13 takes one momentum twice."""
    o = torch.optim
    pairs = {
        "sgd": (sgd(0.1), lambda p: o.SGD(p, 0.1)),
        "momentum": (sgd(0.1, 0.9), lambda p: o.SGD(p, 0.1, 0.9)),
        "nesterov": (sgd(0.1, 0.9, True), lambda p: o.SGD(p, 0.1, 0.9, nesterov=True)),
        "rmsprop": (rmsprop(0.1, 0.8, 0.5, 0, True), lambda p: o.RMSprop(p, 0.1, 0.8, 0, momentum=0.5, centered=True)),
        "adam": (adam(0.1, epsilon=0), lambda p: o.Adam(p, 0.1, eps=0)),
        "amsgrad": (adam(0.1, 0.7, 0.6, 0, True), lambda p: o.Adam(p, 0.1, (0.7, 0.6), 0, amsgrad=True)),
        "adamax": (adamax(0.1, 0.8, 0.7, 0), lambda p: o.Adamax(p, 0.1, (0.8, 0.7), 0)),
        "adagrad": (adagrad(0.1, 0.3, 0), lambda p: o.Adagrad(p, 0.1, initial_accumulator_value=0.3, eps=0)),
        "adadelta": (adadelta(1.0, 0.8, 1e-6), lambda p: o.Adadelta(p, 1.0, 0.8, 1e-6)),
    }
    worst = 0.0
    for name, (ours, theirs) in pairs.items():
        values_by_step, _ = run(ours)
        for weight, value in torch_run(theirs).items():
            worst = max(worst, float(np.max(np.abs(values_by_step[-1][weight] - value))))
        assert worst < 1e-13, (name, worst)
    values_by_step, _ = run(adam(0.1, epsilon=0), weight_decay=0.3)
    decayed = torch_run(lambda p: o.AdamW(p, 0.1, eps=0, weight_decay=0.3))
    worst = max([worst] + [float(np.max(np.abs(values_by_step[-1][name] - value))) for name, value in decayed.items()])
    assert worst < 1e-13, worst
    print("PyTorch:", worst)


R = {key: f32(key) for key in (0.1, 0.3, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 0.01, 0.001, 0.2, 0.05, 1e-7, 1e-6, 1e-5, 0.15, 0.4)}
CASES = {
    "sgd": dict(optimizer=sgd(R[0.1])),
    "sgd momentum": dict(optimizer=sgd(R[0.1], R[0.9])),
    "sgd nesterov": dict(optimizer=sgd(R[0.1], R[0.9], True)),
    "rmsprop": dict(optimizer=rmsprop(R[0.01], R[0.9], 0, R[1e-7])),
    "rmsprop momentum": dict(optimizer=rmsprop(R[0.01], R[0.8], 0.5, R[1e-5])),
    "rmsprop centered": dict(optimizer=rmsprop(R[0.01], R[0.9], 0, R[1e-5], True)),
    "rmsprop centered momentum": dict(optimizer=rmsprop(R[0.01], R[0.9], 0.5, R[1e-5], True)),
    "adam": dict(optimizer=adam(R[0.1], R[0.9], R[0.999], R[1e-7])),
    "adam amsgrad": dict(optimizer=adam(R[0.1], R[0.7], R[0.6], R[1e-7], True)),
    "adamw": dict(optimizer=adam(R[0.1], R[0.9], R[0.999], R[1e-7]), weight_decay=R[0.3], exclude=["bias"]),
    "adamax": dict(optimizer=adamax(R[0.1], R[0.8], R[0.7], R[1e-7])),
    "nadam": dict(optimizer=nadam(R[0.1], R[0.9], R[0.999], R[1e-7])),
    "adagrad": dict(optimizer=adagrad(R[0.1], R[0.3], R[1e-6])),
    "adadelta": dict(optimizer=adadelta(1.0, R[0.8], R[1e-6])),
    "ftrl": dict(optimizer=ftrl(R[0.1], -0.5, R[0.1])),
    "ftrl all": dict(optimizer=ftrl(R[0.1], -R[0.2], R[0.4], R[0.05], R[0.15], R[0.01], R[0.3])),
    "ftrl fixed": dict(optimizer=ftrl(R[0.1], 0.0, 0.0, 0.5)),
    "lion": dict(optimizer=lion(R[0.1], R[0.9], R[0.99])),
    "decay": dict(optimizer=sgd(R[0.1], R[0.9]), weight_decay=R[0.3], exclude=["a/kernel"]),
    "clip value": dict(optimizer=adagrad(R[0.1], R[0.1], R[1e-7]), clipvalue=0.5),
    "clip norm": dict(optimizer=sgd(R[0.1]), clipnorm=1.5),
    "global clip norm": dict(optimizer=adam(R[0.1], R[0.9], R[0.999], R[1e-7]), global_clipnorm=2.0, weight_decay=R[0.1]),
    "average": dict(optimizer=sgd(R[0.1]), ema=R[0.9]),
    "average overwrites": dict(optimizer=rmsprop(R[0.01], R[0.9], 0, R[1e-7]), ema=R[0.8], overwrite=2),
    "accumulation": dict(optimizer=adam(R[0.1], R[0.9], R[0.999], R[1e-7]), accumulate=3),
    "all": dict(optimizer=nadam(R[0.1], R[0.9], R[0.999], R[1e-7]), accumulate=2, ema=R[0.7], overwrite=2, global_clipnorm=1.0, weight_decay=R[0.3],
        exclude=["bias"]),
}


ONE_CYCLES = {
    "cosine": dict(total_steps=20),
    "linear": dict(total_steps=23, pct_start=0.25, div_factor=10, final_div_factor=100, anneal_strategy="linear"),
    "short": dict(total_steps=9, pct_start=0.25, div_factor=4, final_div_factor=8),
}


def one_cycle(total_steps, **arguments):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 1)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, 0.5, total_steps=total_steps, cycle_momentum=False, **arguments)
    rates = []
    for step in range(total_steps):
        rates.append(scheduler.get_last_lr()[0])
        optimizer.step()
        if step < total_steps - 1:
            scheduler.step()
    return [float(f"{rate:.9g}") for rate in rates]


def rounded(values):
    return [float(f"{value:.9g}") for value in np.concatenate([np.ravel(values[name]) for name in SHAPES])]


def main():
    check_torch()
    runs = {}
    for name, case in CASES.items():
        values_by_step, averages = run(**case)
        runs[name] = {"weights": [rounded(w) for w in values_by_step]}
        if averages:
            runs[name]["averages"] = rounded(averages[-1])
    parts = {"start": rounded(START), "gradients": [rounded(g) for g in GRADIENTS]}
    parts["one cycle"] = {name: one_cycle(**arguments) for name, arguments in ONE_CYCLES.items()}
    lines = [f"{json.dumps(name)}: {json.dumps(part, separators=(',', ':'))}" for name, part in parts.items()]
    lines.append('"runs": {\n' + ",\n".join(f"{json.dumps(name)}: {json.dumps(part, separators=(',', ':'))}" for name, part in runs.items()) + "\n}")
    pathlib.Path(__file__).with_name("optimizers.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
