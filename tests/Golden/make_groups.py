#!/usr/bin/python3
"""Writes groups.json: convolutions in groups and their gradients, computed in float64 by PyTorch.

    apt-get install python3-torch python3-numpy
    /usr/bin/python3 make_groups.py

Values are kept as Keras has them: images (height, width, channels), kernels (height, width, channels / groups, filters). They are
multiples of a power of two, so that they are exact in float32.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(20261125)

# image (n, h, w, c), kernel (u, v, f), groups, stride, dilation, "valid" or "same" (with stride 1 and odd kernels: the same zeros on all sides)
CASES = [
    ((2, 5, 6, 4), (3, 3, 6), 2, 1, 1, "valid"),
    ((1, 7, 5, 6), (3, 3, 9), 3, 1, 1, "same"),
    ((2, 8, 7, 6), (2, 3, 4), 2, 2, 1, "valid"),
    ((1, 9, 9, 8), (3, 3, 8), 4, 1, 2, "same"),
    ((3, 4, 4, 10), (1, 1, 5), 5, 1, 1, "valid"),
    ((1, 6, 6, 3), (3, 3, 6), 3, 1, 1, "same"),
]


def exact(shape):
    return np.round(random.normal(0, 1, shape) * 64) / 64


def rounded(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().numpy().ravel()]


def case(image, kernel, groups, stride, dilation, padding):
    height, width, filters = kernel
    x = torch.tensor(exact(image), requires_grad=True)
    k = torch.tensor(exact((height, width, image[3] // groups, filters)), requires_grad=True)
    pad = [dilation * (size - 1) // 2 for size in (height, width)] if padding == "same" else 0
    y = F.conv2d(x.permute(0, 3, 1, 2), k.permute(3, 2, 0, 1), None, stride, pad, dilation, groups).permute(0, 2, 3, 1)
    dy = torch.tensor(exact(tuple(y.shape)))
    dx, dk = torch.autograd.grad(y, (x, k), dy)
    return {
        "image": list(image), "kernel": list(k.shape), "groups": groups, "stride": stride, "dilation": dilation, "padding": padding,
        "x": rounded(x), "k": rounded(k), "dy": rounded(dy), "y": rounded(y), "dx": rounded(dx), "dk": rounded(dk),
    }


lines = ",\n".join(json.dumps(case(*arguments), separators=(",", ":")) for arguments in CASES)
pathlib.Path(__file__).with_name("groups.json").write_text("[\n" + lines + "\n]\n")
