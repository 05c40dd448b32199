"""resizing.json: what Pillow makes of small random pictures (bilinear, bicubic, lanczos, nearest), grey and colour, smaller and larger; what NumPy in float64
makes of them without antialiasing and by area; crops and pads as Keras' smart_resize counts them, resized by Pillow. Run: python3 make_resizing.py"""
import json
import math
from fractions import Fraction
import numpy as np
from PIL import Image

random = np.random.default_rng(7)
FILTERS = {'bilinear': Image.BILINEAR, 'bicubic': Image.BICUBIC, 'lanczos': Image.LANCZOS, 'nearest': Image.NEAREST}


def kernel(method):
    def keys(x):
        x = abs(x)
        return 1.5 * x ** 3 - 2.5 * x ** 2 + 1 if x < 1 else -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 if x < 2 else 0.0
    return {'bilinear': (1, lambda x: max(0.0, 1 - abs(x))), 'bicubic': (2, keys),
            'lanczos': (3, lambda x: np.sinc(x) * np.sinc(x / 3) if abs(x) < 3 else 0.0)}[method]


def matrix(method, size, to):
    """Rows of weights without antialiasing."""
    m = np.zeros((to, size))
    scale = size / to
    for o in range(to):
        reach, weight = kernel(method)
        centre = (o + 0.5) * scale - 0.5
        for i in range(size):
            if abs(i - centre) < reach:
                m[o, i] = weight(i - centre)
        m[o] /= m[o].sum()
    return m


def area(pixels, height, width):
    """In exact fractions, so that halves go up."""
    def one(values, to):
        size = len(values)
        result = []
        for o in range(to):
            begin, end = Fraction(o * size, to), Fraction((o + 1) * size, to)
            total = sum(max(Fraction(0), min(end, i + 1) - max(begin, i)) * int(values[i]) for i in range(size))
            result.append(math.floor(total / (end - begin) + Fraction(1, 2)))
        return result
    h, w, c = pixels.shape
    x = np.array([[one(pixels[y, :, d], width) for d in range(c)] for y in range(h)]).transpose(0, 2, 1)
    return np.array([[one(x[:, i, d], height) for d in range(c)] for i in range(width)]).transpose(2, 0, 1).astype(np.uint8)


def sampled(method, pixels, height, width):
    x = np.einsum('oc,hcd->hod', matrix(method, pixels.shape[1], width), pixels.astype(np.float64))
    x = np.einsum('oh,hwd->owd', matrix(method, pixels.shape[0], height), x)
    return np.clip(np.floor(x + 0.5), 0, 255).astype(np.uint8), x


def pil(pixels, height, width, method):
    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    return np.asarray(image.resize((width, height), FILTERS[method])).reshape(height, width, pixels.shape[2])


def framed(pixels, height, width, fit):
    h, w, c = pixels.shape
    if fit == 'crop':
        ch, cw = max(1, min(h, int(float(w * height) / width))), max(1, min(w, int(float(h * width) / height)))
        t, l = (h - ch) // 2, (w - cw) // 2
        return pixels[t:t + ch, l:l + cw]
    if fit == 'pad':
        ph, pw = max(h, int(float(w * height) / width)), max(w, int(float(h * width) / height))
        result = np.zeros((ph, pw, c), np.uint8)
        t, l = (ph - h) // 2, (pw - w) // 2
        result[t:t + h, l:l + w] = pixels
        return result
    return pixels


cases = []
for channels in (3, 1):
    for (h, w) in ((13, 9), (7, 16), (5, 5)):
        pixels = random.integers(0, 256, (h, w, channels), dtype=np.uint8)
        for (height, width) in ((4, 6), (5, 5), (11, 20)):
            for fit in ('stretch', 'crop', 'pad'):
                source = framed(pixels, height, width, fit)
                for method in FILTERS:
                    out = pil(source, height, width, method)
                    cases.append(dict(source=[h, w, channels], pixels=pixels.ravel().tolist(), size=[height, width], fit=fit, method=method,
                        antialias=True, expected=out.ravel().tolist()))
                for method in ('bilinear', 'bicubic', 'lanczos'):
                    out, x = sampled(method, source, height, width)
                    exact = (np.abs((x + 0.5) - np.round(x + 0.5)) > 1e-4).ravel().tolist()
                    cases.append(dict(source=[h, w, channels], pixels=pixels.ravel().tolist(), size=[height, width], fit=fit, method=method,
                        antialias=False, expected=[v if e else -1 for v, e in zip(out.ravel().tolist(), exact)]))
                out = area(source, height, width)
                cases.append(dict(source=[h, w, channels], pixels=pixels.ravel().tolist(), size=[height, width], fit=fit, method='area',
                    antialias=True, expected=out.ravel().tolist()))

with open('resizing.json', 'w') as file:
    json.dump(cases, file, separators=(',', ':'))
print(len(cases))
