"""Writes policies.json: changes of one image by the Python Imaging Library (Pillow 9.4.0), for the tests of AutoAugment and TrivialAugment, and by the formulas
of Keras 3.16 in NumPy, for those of RandAugment and AugMix.

    python3 make_policies.py
"""
import base64
import json

import numpy
from PIL import Image, ImageEnhance, ImageOps

HEIGHT, WIDTH = 18, 20
rng = numpy.random.default_rng(7)
smooth = numpy.add.outer(numpy.arange(HEIGHT) * 6, numpy.arange(WIDTH) * 4)[:, :, None] + numpy.array([10, 40, 25])
values = numpy.clip(smooth + rng.integers(-20, 20, (HEIGHT, WIDTH, 3)), 0, 255).astype(numpy.uint8)
image = Image.fromarray(values)
size = image.size
whole = base64.b64encode(values.tobytes()).decode()


def text(changed):
    return base64.b64encode(numpy.asarray(changed).tobytes()).decode()


def affine(*numbers):
    return image.transform(size, Image.AFFINE, numbers, resample=Image.NEAREST, fillcolor=(9, 9, 9))


changes = []
for amount in (0.01, 0.4, 1.0, 1.9):
    for name in ("Brightness", "Color", "Contrast", "Sharpness"):
        changes.append((name, amount, getattr(ImageEnhance, name)(image).enhance(amount)))
for bits in (2, 4, 7, 8):
    changes.append(("Posterize", bits, ImageOps.posterize(image, bits)))
for threshold in (0, 100, 128, 255):
    changes.append(("Solarize", threshold, ImageOps.solarize(image, threshold)))
changes.append(("AutoContrast", 0, ImageOps.autocontrast(image)))
changes.append(("Equalize", 0, ImageOps.equalize(image)))
changes.append(("Invert", 0, ImageOps.invert(image)))
for sign in (1, -1):
    changes.append(("ShearX", sign * 0.3, affine(1, sign * 0.3, 0, 0, 1, 0)))
    changes.append(("ShearY", sign * 0.27, affine(1, 0, 0, sign * 0.27, 1, 0)))
    changes.append(("TranslateX", sign * 3 / WIDTH, affine(1, 0, sign * 3, 0, 1, 0)))
    changes.append(("TranslateY", sign * 5 / HEIGHT, affine(1, 0, 0, 0, 1, sign * 5)))
    changes.append(("Rotate", sign * 30.0, image.rotate(sign * 30.0, resample=Image.NEAREST, fillcolor=(9, 9, 9))))

# The formulas of Keras are applied to a part of the image.
values = values[:6, :7]
HEIGHT, WIDTH = values.shape[:2]
x = values.astype(numpy.float64)


def smoothed():
    padded = numpy.pad(x, ((1, 1), (1, 1), (0, 0)))
    total = sum(padded[i:i + HEIGHT, j:j + WIDTH] for i in range(3) for j in range(3))
    return (total + 4 * x) / 13


def equalized():
    result = numpy.empty_like(x)
    for channel in range(3):
        counts = numpy.bincount(values[:, :, channel].ravel(), minlength=256)
        below = numpy.cumsum(counts)
        first = below[below > 0].min()
        table = numpy.round(255 * (below - first) / (below[-1] - first))
        result[:, :, channel] = numpy.clip(table, 0, 255)[values[:, :, channel]]
    return result


gray = x @ numpy.array([0.2989, 0.587, 0.114])
mean = x.mean(axis=(0, 1))
low, high = x.min(axis=(0, 1)), x.max(axis=(0, 1))
shifted = numpy.clip(x + 40, 0, 255)
keras = [
    ("Shift", 51, 0, numpy.clip(x + 51, 0, 255)),
    ("GrayBlend", 0.3, 0, 0.7 * x + 0.3 * gray[:, :, None]),
    ("ChannelContrast", 1.4, 0, numpy.clip((x - mean) * 1.4 + mean, 0, 255)),
    ("PaddedSharpness", 0.6, 0, numpy.clip(smoothed() + 0.6 * (x - smoothed()), 0, 255)),
    ("Posterize", 3, 0, numpy.floor(x / 32) * 32),
    ("ShiftedSolarize", 120, 40, numpy.where(shifted < 120, shifted, 255 - shifted)),
    ("AutoContrast", 0, 0, (x - low) * 255 / (high - low)),
    ("ExactEqualize", 0, 0, equalized()),
]

with open("policies.json", "w") as file:
    json.dump({"image": whole, "changes": [
        {"name": name, "amount": amount, "values": text(changed)} for name, amount, changed in changes], "part": x.astype(int).ravel().tolist(), "keras": [
            {"kind": kind, "amount": amount, "second": second, "values": numpy.round(changed, 4).ravel().tolist()}
            for kind, amount, second, changed in keras]}, file)
    file.write("\n")
