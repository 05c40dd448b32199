#!/usr/bin/python3
"""Writes training.json: small networks trained in float64 by PyTorch's automatic differentiation, with the update rules of
Keras' documentation written out by hand (PyTorch's own optimizers place epsilon and the learning rate elsewhere).

    apt-get install python3-torch python3-numpy
    /usr/bin/python3 make_training.py

Values are kept as Keras has them: images (height, width, channels), kernels (height, width, input channels, filters).
Initial weights and data are multiples of a power of two, so that they are exact in float32.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

BATCH, EPOCHS = 5, 2
random = np.random.default_rng(20260727)


def exact(shape, scale, steps):
    return np.round(random.normal(0, scale, shape) * steps) / steps


def same(size, kernel, stride, dilation):
    """Zeros before and after, as TensorFlow: the odd one after."""
    reach = (kernel - 1) * dilation + 1
    total = max(0, ((size + stride - 1) // stride - 1) * stride + reach - size)
    return total // 2, total - total // 2


def pad(x, kernel, strides, dilation, value=0.0):
    """x is (batch, channels, height, width); F.pad takes the last dimension first."""
    vertical = same(x.shape[2], kernel[0], strides[0], dilation[0])
    horizontal = same(x.shape[3], kernel[1], strides[1], dilation[1])
    return F.pad(x, horizontal + vertical, value=value)


def conv(x, kernel, bias, strides=(1, 1), dilation=(1, 1), padding="valid"):
    if padding == "same":
        x = pad(x, kernel.shape[:2], strides, dilation)
    return F.conv2d(x, kernel.permute(3, 2, 0, 1), bias, strides, 0, dilation)


def max_pool(x, size, strides, padding):
    if padding == "same":
        x = pad(x, size, strides, (1, 1), float("-inf"))
    return F.max_pool2d(x, size, strides)


def average_pool(x, size, strides, padding):
    if padding == "valid":
        return F.avg_pool2d(x, size, strides)
    ones = torch.ones_like(x)
    return F.avg_pool2d(pad(x, size, strides, (1, 1)), size, strides) / F.avg_pool2d(pad(ones, size, strides, (1, 1)), size, strides)


def flatten(x):
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1)


def classes_loss(w, images, labels):
    x = images.permute(0, 3, 1, 2)
    x = torch.relu(conv(x, w[0], w[1], strides=(2, 2), padding="same"))
    x = torch.tanh(conv(x, w[2], w[3], dilation=(2, 2), padding="same"))
    x = max_pool(x, (2, 2), (2, 2), "same")
    x = average_pool(x, (2, 2), (1, 1), "same")
    x = torch.relu(flatten(x) @ w[4] + w[5])
    logarithms = torch.log_softmax(x @ w[6] + w[7], dim=1)
    return -logarithms[torch.arange(len(labels)), labels.long()].mean()


def binary_loss(w, images, labels):
    x = torch.relu(conv(images.permute(0, 3, 1, 2), w[0], None))
    p = torch.sigmoid(flatten(average_pool(x, (2, 2), (2, 2), "valid")) @ w[1] + w[2])[:, 0]
    return -(labels * torch.log(p) + (1 - labels) * torch.log(1 - p)).mean()


def sgd(learning_rate, momentum=0.0, nesterov=False):
    """keras.optimizers.SGD: velocity = momentum * velocity - learning_rate * g."""
    def step(w, g, slots, t):
        if momentum == 0:
            return w - learning_rate * g
        v = slots["velocity"] = momentum * slots.get("velocity", 0) - learning_rate * g
        return w + (momentum * v - learning_rate * g if nesterov else v)
    return step


def rmsprop(learning_rate, rho=0.9, momentum=0.0, epsilon=1e-7):
    """keras.optimizers.RMSprop: epsilon is added below the root."""
    def step(w, g, slots, t):
        v = slots["velocity"] = rho * slots.get("velocity", 0) + (1 - rho) * g * g
        increment = learning_rate * g / torch.sqrt(v + epsilon)
        if momentum == 0:
            return w - increment
        m = slots["momentum"] = momentum * slots.get("momentum", 0) + increment
        return w - m
    return step


def adam(learning_rate, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """keras.optimizers.Adam: epsilon hat is added to the root that is not corrected for its bias."""
    def step(w, g, slots, t):
        m = slots["m"] = beta_1 * slots.get("m", 0) + (1 - beta_1) * g
        v = slots["v"] = beta_2 * slots.get("v", 0) + (1 - beta_2) * g * g
        alpha = learning_rate * (1 - beta_2 ** t) ** 0.5 / (1 - beta_1 ** t)
        return w - alpha * m / (torch.sqrt(v) + epsilon)
    return step


OPTIMIZERS = {
    "sgd": sgd(0.125),
    "sgd momentum": sgd(0.0625, momentum=0.75),
    "sgd nesterov": sgd(0.0625, momentum=0.75, nesterov=True),
    "rmsprop": rmsprop(0.0078125),
    "rmsprop momentum": rmsprop(0.0078125, rho=0.75, momentum=0.5),
    "adam": adam(0.0078125),
}


def train(loss_of, step, weights, images, labels):
    w = [torch.tensor(weight, dtype=torch.float64, requires_grad=True) for weight in weights]
    slots = [{} for _ in w]
    images, labels = torch.tensor(images), torch.tensor(labels, dtype=torch.float64)
    losses, t = [], 0
    for _ in range(EPOCHS):
        for start in range(0, len(images), BATCH):
            loss = loss_of(w, images[start:start + BATCH], labels[start:start + BATCH])
            gradients = torch.autograd.grad(loss, w)
            losses.append(loss.item())
            t += 1
            w = [step(x.detach(), g, s, t).requires_grad_() for x, g, s in zip(w, gradients, slots)]
    return losses, [x.detach().numpy() for x in w]


def rounded(values):
    return [float(f"{value:.9g}") for value in np.asarray(values).ravel()]


def network(loss_of, shape, labels, weights):
    images = exact((len(labels),) + shape, 1, 64)
    runs = {}
    for name, step in OPTIMIZERS.items():
        losses, trained = train(loss_of, step, weights, images, labels)
        runs[name] = {"losses": rounded(losses), "weights": [rounded(w) for w in trained]}
    return {"inputs": rounded(images), "targets": labels, "weights": [rounded(w) for w in weights], "runs": runs}


def main():
    networks = {
        "classes": network(classes_loss, (9, 8, 2), [int(label) for label in random.integers(0, 3, 12)], [
            exact((3, 3, 2, 4), 0.3, 1024), exact(4, 0.1, 1024), exact((3, 2, 4, 5), 0.3, 1024), exact(5, 0.1, 1024),
            exact((30, 7), 0.25, 1024), exact(7, 0.1, 1024), exact((7, 3), 0.4, 1024), exact(3, 0.1, 1024),
        ]),
        "binary": network(binary_loss, (6, 6, 1), [int(label) for label in random.integers(0, 2, 12)], [
            exact((3, 3, 1, 3), 0.4, 1024), exact((12, 1), 0.4, 1024), exact(1, 0.1, 1024),
        ]),
    }
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(content, separators=(',', ':'))}" for name, content in networks.items())
    pathlib.Path(__file__).with_name("training.json").write_text("{\n" + lines + "\n}\n")


main()
