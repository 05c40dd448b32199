#!/usr/bin/python3
"""Writes layers_*.json: convolutions, poolings, normalizations and resizings with their gradients, computed in float64 by PyTorch.

    apt-get install python3-torch python3-numpy python3-pil
    /usr/bin/python3 make_layers_b.py

Cases are written as in make_layers_a.py. What PyTorch has otherwise is put into Keras' terms here: channels last, zeros of
padding "same" by hand as TensorFlow lays them, the crops of transposed convolutions by the formula of Keras' JAX backend. Inputs are multiples
of 1/64, so that they are exact in float32.
"""
import json
import math
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

random = np.random.default_rng(20261125)
folder = pathlib.Path(__file__).parent


def exact(shape):
    return torch.tensor(np.round(random.normal(0, 1, shape) * 64) / 64, dtype=torch.float64, requires_grad=True)


def numbers(tensor):
    return [float(f"{value:.9g}") for value in tensor.detach().numpy().ravel()]


def case(class_name, config, x_shape, weight_shapes, compute, weights=None):
    x = exact(x_shape)
    weights = [exact(shape) for shape in weight_shapes] if weights is None else weights
    y = compute(x, *weights)
    dy = exact(y.shape).detach()
    gradients = torch.autograd.grad(y, [x, *weights], dy)
    return {
        "class": class_name, "config": config, "inputs": [{"shape": list(x.shape), "values": numbers(x)}],
        "weights": [numbers(weight) for weight in weights], "dy": numbers(dy), "y": numbers(y), "gradients": [numbers(gradient) for gradient in gradients],
    }


def write(name, cases):
    cases = list(cases)
    text = "[\n" + ",\n".join(json.dumps(entry, separators=(",", ":")) for entry in cases) + "\n]\n"
    (folder / f"layers_{name}.json").write_text(text)
    print(name, len(cases), len(text))


def pair(value):
    return tuple(value) if isinstance(value, (list, tuple)) else (value, value)


def first(x):
    return x.permute(0, 3, 1, 2)


def last(x):
    return x.permute(0, 2, 3, 1)


def zeros(x, sides):
    """Zeros (top, bottom, left, right) around (n, c, h, w); below 0 they cut."""
    return F.pad(x, (sides[2], sides[3], sides[0], sides[1]))


def same(x, kernel, strides, dilation):
    sides = []
    for size, k, s, d in zip(x.shape[2:], kernel, strides, dilation):
        total = max((math.ceil(size / s) - 1) * s + (k - 1) * d + 1 - size, 0)
        sides += [total // 2, total - total // 2]
    return zeros(x, sides)


def convolve(x, kernel, bias, strides=1, dilation=1, padding="valid", groups=1):
    """x (n, h, w, c), kernel (u, v, c / groups, f)."""
    x, strides, dilation = first(x), pair(strides), pair(dilation)
    if padding == "same":
        x = same(x, kernel.shape[:2], strides, dilation)
    return last(F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, strides, 0, dilation, groups))


def depthwise(x, kernel, bias, **arguments):
    u, v, c, m = kernel.shape
    return convolve(x, kernel.reshape(u, v, 1, c * m), bias, groups=c, **arguments)


def transposed(x, kernel, bias, strides=1, dilation=1, padding="valid", output_padding=None):
    strides, dilation = pair(strides), pair(dilation)
    y = F.conv_transpose2d(first(x), kernel.permute(3, 2, 0, 1), None, strides, 0, 0, 1, dilation)
    sides = []
    for axis in (0, 1):
        s, k = strides[axis], (kernel.shape[axis] - 1) * dilation[axis] + 1
        more = None if output_padding is None else pair(output_padding)[axis]
        if padding == "valid":
            left, right = k - 1, k - 1 + (max(k, s) - k if more is None else more)
        else:
            total = s + k - 2 if more is None else k + k % 2 - 2 + more
            left = min(total // 2 + total % 2, k - 1)
            right = total - left
        sides += [left - (k - 1), right - (k - 1)]
    return last(zeros(y, sides)) + bias


def row(x):
    return x.unsqueeze(1)


def convolutions():
    def keras(**arguments):
        renamed = {"strides": "strides", "dilation": "dilation_rate", "padding": "padding", "groups": "groups", "output_padding": "output_padding"}
        return {renamed[name]: value for name, value in arguments.items()}

    for image, size, filters, arguments in [
        ((1, 2, 3, 2), (3, 3), 2, {}),
        ((1, 3, 2, 2), (3, 2), 2, {"strides": 2, "padding": "same"}),
        ((1, 2, 3, 3), (2, 1), 2, {"strides": [3, 2]}),
        ((1, 3, 2, 1), (4, 4), 2, {"strides": 2, "padding": "same"}),
        ((2, 2, 3, 1), (3, 3), 1, {"strides": 2, "output_padding": 1}),
        ((1, 2, 3, 2), (3, 3), 2, {"strides": [2, 3], "padding": "same", "output_padding": [0, 2]}),
        ((1, 3, 3, 1), (4, 2), 2, {"strides": 2, "padding": "same", "output_padding": [1, 0]}),
        ((1, 3, 3, 2), (2, 3), 2, {"dilation": [2, 1], "padding": "same"}),
        ((1, 1, 1, 3), (3, 5), 2, {"strides": [5, 3]}),
    ]:
        yield case("Conv2DTranspose", {"filters": filters, "kernel_size": size, **keras(**arguments)}, image, [(*size, filters, image[3]), (filters,)],
                   lambda x, k, b, a=arguments: transposed(x, k, b, **a))
    for image, size, multiplier, arguments in [
        ((1, 5, 6, 2), (3, 3), 1, {}),
        ((1, 4, 5, 3), (2, 3), 2, {"strides": 2, "padding": "same"}),
        ((1, 5, 5, 2), (2, 2), 2, {"dilation": [1, 3], "padding": "same"}),
    ]:
        def separable(x, d, p, b, a=arguments):
            return convolve(depthwise(x, d, None, **a), p, b)

        yield case("SeparableConv2D", {"filters": 3, "kernel_size": size, "depth_multiplier": multiplier, **keras(**arguments)}, image,
                   [(*size, image[3], multiplier), (1, 1, image[3] * multiplier, 3), (3,)], separable)
        yield case("DepthwiseConv2D", {"kernel_size": size, "depth_multiplier": multiplier, **keras(**arguments)}, image,
                   [(*size, image[3], multiplier), (image[3] * multiplier,)], lambda x, k, b, a=arguments: depthwise(x, k, b, **a))
    yield case("DepthwiseConv2D", {"kernel_size": [3, 3], "strides": [1, 2], "padding": "same"}, (1, 4, 5, 3), [(3, 3, 3, 1), (3,)],
               lambda x, k, b: depthwise(x, k, b, strides=(1, 2), padding="same"))
    for sequence, size, arguments in [
        ((2, 7, 2), 3, {}),
        ((1, 7, 3), 4, {"strides": 2, "padding": "same"}),
        ((1, 6, 4), 2, {"dilation": 3, "groups": 2}),
        ((1, 6, 2), 3, {"dilation": 2, "padding": "causal"}),
        ((1, 7, 2), 4, {"strides": 2, "padding": "causal"}),
    ]:
        def along(x, k, b, a=arguments, size=size):
            a = {name: (1, value) if name in ("strides", "dilation") else value for name, value in a.items()}
            if a.get("padding") == "causal":
                a["padding"] = "valid"
                x = F.pad(x, (0, 0, a.get("dilation", (1, 1))[1] * (size - 1), 0))
            return convolve(row(x), k.unsqueeze(0), b, **a).squeeze(1)

        groups = arguments.get("groups", 1)
        yield case("Conv1D", {"filters": 4, "kernel_size": size, **keras(**arguments)}, sequence, [(size, sequence[2] // groups, 4), (4,)], along)
    for sequence, size, multiplier, arguments in [((1, 7, 3), 3, 2, {"padding": "same"}), ((2, 6, 2), 2, 1, {"strides": 2}),
        ((1, 7, 2), 2, 2, {"dilation": 3})]:
        a = {name: (1, value) if name in ("strides", "dilation") else value for name, value in arguments.items()}
        yield case("DepthwiseConv1D", {"kernel_size": size, "depth_multiplier": multiplier, **keras(**arguments)}, sequence,
                   [(size, sequence[2], multiplier), (sequence[2] * multiplier,)], lambda x, k, b, a=a: depthwise(row(x), k.unsqueeze(0), b, **a).squeeze(1))
        yield case("SeparableConv1D", {"filters": 3, "kernel_size": size, "depth_multiplier": multiplier, **keras(**arguments)}, sequence,
                   [(size, sequence[2], multiplier), (1, sequence[2] * multiplier, 3), (3,)],
                   lambda x, d, p, b, a=a: convolve(depthwise(row(x), d.unsqueeze(0), None, **a), p.unsqueeze(0), b).squeeze(1))


def pool(x, kind, size, strides, padding):
    """Windows laid out by unfolding, what lies outside left out."""
    x = first(x)
    n, c = x.shape[:2]
    inside = torch.ones_like(x)
    if padding == "same":
        x, inside = same(x, size, strides, (1, 1)), same(inside, size, strides, (1, 1))
    height, width = ((x.shape[2 + axis] - size[axis]) // strides[axis] + 1 for axis in (0, 1))

    def windows(values):
        return F.unfold(values, size, stride=strides).reshape(n, c, size[0] * size[1], height, width)

    values, counted = windows(x), windows(inside)
    if kind == "Max":
        return last(torch.where(counted > 0, values, torch.full_like(values, -math.inf)).max(2).values)
    return last(values.sum(2) / counted.sum(2).clamp(min=1))


def poolings():
    for kind in ("Max", "Average"):
        for image, size, strides, padding in [
            ((1, 6, 5, 2), (2, 2), (2, 2), "valid"),
            ((1, 5, 6, 2), (3, 2), (2, 3), "same"),
            ((1, 2, 3, 3), (5, 5), (1, 1), "same"),
            ((1, 7, 7, 1), (1, 2), (3, 5), "valid"),
            ((1, 1, 1, 3), (3, 3), (2, 2), "same"),
        ]:
            yield case(f"{kind}Pooling2D", {"pool_size": size, "strides": strides, "padding": padding}, image, [],
                       lambda x, a=(kind, size, strides, padding): pool(x, *a))
        for sequence, size, strides, padding in [((2, 7, 2), 3, 2, "same"), ((1, 6, 3), 2, 3, "valid")]:
            yield case(f"{kind}Pooling1D", {"pool_size": size, "strides": strides, "padding": padding}, sequence, [],
                       lambda x, a=(kind, (1, size), (1, strides), padding): pool(row(x), *a).squeeze(1))
        for shape, rank in [((2, 4, 3, 3), 2), ((2, 5, 3), 1)]:
            yield case(f"Global{kind}Pooling{rank}D", {"keepdims": rank == 2}, shape, [],
                       lambda x, k=kind, r=rank: x.amax(tuple(range(1, r + 1)), keepdim=r == 2) if k == "Max" else x.mean(tuple(range(1, r + 1)),
                           keepdim=r == 2))
        adaptive = F.adaptive_max_pool2d if kind == "Max" else F.adaptive_avg_pool2d
        for image, size in [((1, 7, 5, 2), (3, 2)), ((1, 6, 4, 2), (3, 2)), ((1, 3, 4, 1), (5, 7)), ((1, 5, 7, 2), (1, 1)), ((1, 1, 1, 3), (2, 3))]:
            yield case(f"Adaptive{kind}Pooling2D", {"output_size": size}, image, [], lambda x, s=size, f=adaptive: last(f(first(x), s)))


def spread(weight, axes, x):
    return weight.reshape([x.shape[axis] if axis in axes else 1 for axis in range(x.dim())])


def normalizations():
    epsilon = 1e-3
    for shape, axis in [((2, 2, 3, 4), -1), ((2, 2, 3, 2), [1, 2, 3]), ((2, 3, 4, 2), 1), ((2, 3, 2, 4), [-1, 1]), ((3, 7), -1), ((2, 1), 1)]:
        axes = sorted(a % len(shape) for a in (axis if isinstance(axis, list) else [axis]))

        def layer(x, gamma, beta, axes=axes):
            order = [a for a in range(x.dim()) if a not in axes] + axes
            y = F.layer_norm(x.permute(order), [x.shape[a] for a in axes], gamma, beta, epsilon)
            return y.permute([order.index(a) for a in range(x.dim())])

        weights = [tuple(shape[a] for a in axes)] * 2
        yield case("LayerNormalization", {"axis": axis, "epsilon": epsilon}, shape, weights, layer)
        yield case("RMSNormalization", {"axis": axis, "epsilon": 0.25}, shape, weights[:1],
                   lambda x, scale, axes=axes: x * torch.rsqrt(x.square().mean(axes, keepdim=True) + 0.25) * spread(scale, axes, x))
        yield case("UnitNormalization", {"axis": axis}, shape, [], lambda x, axes=axes: x / x.square().sum(axes, keepdim=True).sqrt())
    yield case("LayerNormalization", {"axis": -1, "epsilon": epsilon, "rms_scaling": True}, (2, 3, 4), [(4,)],
               lambda x, gamma: x * torch.rsqrt(x.var(-1, unbiased=False, keepdim=True) + epsilon) * gamma)
    for shape, groups in [((2, 2, 3, 6), 3), ((2, 3, 2, 4), -1), ((1, 3, 3, 5), 1), ((2, 8), 2), ((2, 4, 6), 2)]:
        def group(x, gamma, beta, groups=groups):
            channels_first = [0, x.dim() - 1, *range(1, x.dim() - 1)]
            y = F.group_norm(x.permute(channels_first), x.shape[-1] if groups == -1 else groups, gamma, beta, epsilon)
            return y.permute([0, *range(2, x.dim()), 1])

        yield case("GroupNormalization", {"groups": groups, "epsilon": epsilon}, shape, [(shape[-1],)] * 2, group)
    weights = [exact((4,)), exact((4,)), exact((4,)), torch.tensor([0.5, 1.25, 4.0, 2.0], dtype=torch.float64, requires_grad=True)]
    yield case("BatchNormalization", {"epsilon": epsilon}, (2, 2, 3, 4), None,
               lambda x, gamma, beta, mean, variance: gamma * (x - mean) / torch.sqrt(variance + epsilon) + beta, weights)
    for invert in (False, True):
        mean, variance = torch.tensor([0.5, -1.0, 0.25], dtype=torch.float64), torch.tensor([4.0, 0.25, 2.0], dtype=torch.float64)
        yield case("Normalization", {"axis": [-1], "mean": mean.tolist(), "variance": variance.tolist(), "invert": invert}, (2, 2, 2, 3), [],
                   lambda x, invert=invert: mean + x * variance.sqrt() if invert else (x - mean) / variance.sqrt())


def kernel(name, x):
    x = abs(x)
    if name == "bilinear":
        return max(0.0, 1 - x)
    if name == "bicubic":
        return 1.5 * x**3 - 2.5 * x**2 + 1 if x < 1 else -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x < 2 else 0.0
    radius = int(name[-1])
    return float(np.sinc(x) * np.sinc(x / radius)) if x < radius else 0.0


def matrix(name, inputs, outputs):
    """Weights of TensorFlow's resizing without antialiasing, half-pixel centres: rows are outputs."""
    centers = (np.arange(outputs) + 0.5) * inputs / outputs - 0.5
    if name == "nearest":
        return np.eye(inputs)[[((2 * o + 1) * inputs) // (2 * outputs) for o in range(outputs)]]
    weights = np.array([[kernel(name, center - i) for i in range(inputs)] for center in centers])
    return weights / weights.sum(1, keepdims=True)


def resize(x, size, name):
    rows, columns = (torch.tensor(matrix(name, x.shape[1 + axis], size[axis])) for axis in (0, 1))
    y = torch.einsum("iu,jv,nuvc->nijc", rows, columns, x)
    if name in ("bilinear", "nearest"):
        mode = {"mode": "bilinear", "align_corners": False} if name == "bilinear" else {"mode": "nearest-exact"}
        assert torch.allclose(y, last(F.interpolate(first(x), size, **mode)), rtol=0, atol=1e-12)
    elif name != "lanczos5" and size[0] >= x.shape[1] and size[1] >= x.shape[2]:
        from PIL import Image

        resample = {"bicubic": Image.BICUBIC, "lanczos3": Image.LANCZOS}[name]
        for channel in range(x.shape[3]):
            pillow = Image.fromarray(x[0, :, :, channel].detach().numpy().astype(np.float32)).resize((size[1], size[0]), resample)
            assert np.allclose(pillow, y[0, :, :, channel].detach().numpy(), rtol=0, atol=1e-5)
    return y


def resizings():
    for name in ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"):
        for image, size in [((1, 4, 3, 2), (7, 5)), ((1, 5, 7, 1), (3, 2)), ((1, 3, 5, 1), (6, 3)), ((1, 1, 1, 2), (2, 3)), ((1, 4, 2, 2), (1, 1))]:
            yield case("Resizing", {"height": size[0], "width": size[1], "interpolation": name}, image, [], lambda x, s=size, n=name: resize(x, s, n))
        yield case("UpSampling2D", {"size": [2, 3], "interpolation": name}, (1, 3, 2, 2), [], lambda x, n=name: resize(x, (6, 6), n))
    for image, size in [((1, 6, 5, 1), (3, 2)), ((1, 5, 4, 1), (3, 3)), ((1, 3, 6, 1), (4, 2))]:
        def crop(x, target=size):
            height, width = x.shape[1:3]
            rows = max(min(height, int(float(width * target[0]) / target[1])), 1)
            columns = max(min(width, int(float(height * target[1]) / target[0])), 1)
            top, left = int(float(height - rows) / 2), int(float(width - columns) / 2)
            return resize(x[:, top:top + rows, left:left + columns], target, "bilinear")

        def pad(x, target=size):
            height, width = x.shape[1:3]
            rows = max(height, int(float(width * target[0]) / target[1]))
            columns = max(width, int(float(height * target[1]) / target[0]))
            top, left = int(float(rows - height) / 2), int(float(columns - width) / 2)
            if top > 0:
                left = 0
            return resize(F.pad(x, (0, 0, left, left, top, top), value=0.25), target, "bilinear")

        arguments = {"height": size[0], "width": size[1]}
        yield case("Resizing", {**arguments, "crop_to_aspect_ratio": True}, image, [], crop)
        yield case("Resizing", {**arguments, "pad_to_aspect_ratio": True, "fill_value": 0.25}, image, [], pad)
        top, left = (image[1] - size[0]) // 2, (image[2] - size[1]) // 2
        yield case("CenterCrop", arguments, image, [],
                   crop if top < 0 or left < 0 else lambda x, t=top, l=left, s=size: x[:, t:t + s[0], l:l + s[1]])
        yield case("RandomCrop", arguments, image, [], crop)


write("convolution", convolutions())
write("pooling", poolings())
write("normalization", normalizations())
write("resizing", resizings())
