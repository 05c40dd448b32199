"""colors.json: color and filter augmentations of an image of 29 x 22 pixels, by programs that are not Keras: Pillow (AutoContrast, Solarization, Posterization,
Invert, gray blending, sharpness, JPEG), colorsys (hue and saturation), SciPy (Gaussian blur), scikit-image (equalization) and NumPy by Keras' formulas
(equalization, CLAHE).
Run with Debian's python3: python3 make_colors.py"""
import colorsys
import io
import json
import os

import numpy as np
from PIL import Image, ImageEnhance, ImageOps
from scipy import ndimage
from skimage import exposure

HEIGHT, WIDTH = 22, 29
random = np.random.default_rng(20)


def scene():
    """Gradients, disks and noise: smooth parts, edges and flat parts, with values from 10 to 240."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    image = np.stack([60 + 3 * x, 200 - 2 * y - x, 90 + 40 * np.sin(x / 5) * np.cos(y / 4)], axis=2)
    for cy, cx, r, color in [(7, 8, 5, (230, 40, 30)), (14, 20, 7, (30, 90, 220)), (18, 5, 4, (128, 128, 128))]:
        image[(y - cy) ** 2 + (x - cx) ** 2 < r * r] = color
    image[:, 14:] += random.normal(0, 12, (HEIGHT, WIDTH - 14, 3))
    return np.clip(np.round(image), 10, 240).astype(np.uint8)


def equalize(images, bins=256):
    """Keras' Equalization, one histogram for each channel of all images given."""
    out = np.empty(images.shape)
    for c in range(images.shape[-1]):
        values = images[..., c].astype(float)
        index = np.clip((values * (bins - 1) / 255).astype(int), 0, bins - 1)
        hist = np.bincount(index.ravel(), minlength=bins)
        cdf = np.cumsum(hist)
        low = cdf[np.nonzero(cdf)[0][0]]
        table = np.clip(np.round((cdf - low) * 255 / max(1, cdf[-1] - low)), 0, 255)
        out[..., c] = table[index] if np.count_nonzero(hist) > 1 else values
    return out


def clahe(image, clip_limit, grid):
    """Keras' CLAHE of one image."""
    gh, gw = grid
    th, tw = -(-HEIGHT // gh), -(-WIDTH // gw)
    padded = np.pad(image, [[0, th * gh - HEIGHT], [0, tw * gw - WIDTH], [0, 0]], mode='symmetric').astype(int)
    out = np.empty(padded.shape)
    for c in range(3):
        tables = np.empty((gh, gw, 256))
        for i in range(gh):
            for j in range(gw):
                hist = np.bincount(padded[i * th:(i + 1) * th, j * tw:(j + 1) * tw, c].ravel(), minlength=256).astype(float)
                if clip_limit > 0:
                    limit = clip_limit * th * tw / 256
                    clipped = np.minimum(hist, limit)
                    hist = clipped + (hist - clipped).sum() / 256
                cdf = np.cumsum(hist)
                tables[i, j] = np.clip((cdf - cdf.min()) * 255 / (th * tw - cdf.min()), 0, 255)
        tables = np.pad(tables, [[1, 1], [1, 1], [0, 0]], mode='edge')
        for y in range(padded.shape[0]):
            for x in range(padded.shape[1]):
                gy, gx = (y - th / 2) / th + 1, (x - tw / 2) / tw + 1
                y0, x0 = int(np.floor(gy)), int(np.floor(gx))
                wy, wx, v = gy - y0, gx - x0, padded[y, x, c]
                t = tables[y0:y0 + 2, x0:x0 + 2, v]
                out[y, x, c] = (1 - wy) * ((1 - wx) * t[0, 0] + wx * t[0, 1]) + wy * ((1 - wx) * t[1, 0] + wx * t[1, 1])
    return out[:HEIGHT, :WIDTH]


def hsv(image, change):
    out = np.empty(image.shape)
    for y in range(HEIGHT):
        for x in range(WIDTH):
            out[y, x] = np.array(colorsys.hsv_to_rgb(*change(*colorsys.rgb_to_hsv(*(image[y, x] / 255)))))
    return out * 255


def blur(image, size, down, across):
    """Zeros around the image; truncate makes SciPy's kernel as long as size."""
    out = image.astype(float)
    for axis, sigma, length in [(0, down, size[0]), (1, across, size[1])]:
        out = ndimage.gaussian_filter1d(out, sigma, axis=axis, mode='constant', cval=0, truncate=(length // 2 + 0.01) / sigma)
    return out


def smooth(image):
    """The kernel of Pillow's SMOOTH with zeros around the image, which Pillow does not filter at the border."""
    kernel = np.array([[1, 1, 1], [1, 5, 1], [1, 1, 1]]) / 13
    return np.stack([ndimage.convolve(image[..., c].astype(float), kernel, mode='constant') for c in range(3)], axis=2)


def jpeg(pil, quality):
    buffer = io.BytesIO()
    pil.save(buffer, 'JPEG', quality=quality)
    return np.asarray(Image.open(io.BytesIO(buffer.getvalue())).convert(pil.mode))


image = scene()
pil = Image.fromarray(image)
cases = []


def add(layer, config, expected, tolerance, by, mean=None):
    """One result, or several of which a random one is right. The largest and the mean error are stated."""
    results = expected if isinstance(expected, list) else [expected]
    rounded = [[int(v) if v == int(v) else round(float(v), 3) for v in np.asarray(result, dtype=float).ravel()] for result in results]
    cases.append({'class': layer, 'config': config, 'by': by, 'tolerance': tolerance, 'mean': tolerance if mean is None else mean, 'expected': rounded})


R = {'value_range': [0, 255]}
add('AutoContrast', R, np.asarray(ImageOps.autocontrast(pil)), 1.001, 'PIL.ImageOps.autocontrast, which rounds down')
add('RandomInvert', {'factor': [1, 1], **R}, np.asarray(ImageOps.invert(pil)), 0, 'PIL.ImageOps.invert')
for bits in (1, 3, 8):
    add('RandomPosterization', {'factor': [bits, bits], **R}, np.asarray(ImageOps.posterize(pil, bits)), 0, 'PIL.ImageOps.posterize')
add('Solarization', {'addition_factor': [0, 0], 'threshold_factor': [0, 0], **R}, np.asarray(ImageOps.solarize(pil, 0)), 0, 'PIL.ImageOps.solarize')
add('Equalization', {'bins': 256, **R}, equalize(image[None])[0], 0, "NumPy, Keras' formula")
add('Equalization', {'bins': 32, **R}, equalize(image[None], 32)[0], 0, "NumPy, Keras' formula")
# scikit-image counts the pixels of the lowest bin too, so that its smallest value is above 0; Keras rounds.
by_skimage = np.stack([exposure.equalize_hist(image[..., c], 256) for c in range(3)], axis=2)
smallest = by_skimage.min(axis=(0, 1))
add('Equalization', {'bins': 256, **R}, 255 * (by_skimage - smallest) / (1 - smallest), 0.501, 'skimage.exposure.equalize_hist')
add('ContrastLimitedAdaptiveHistogramEqualization', {'clip_limit': 4.0, 'tile_grid_size': [8, 8], **R}, clahe(image, 4, (8, 8)), 0.001, "NumPy, Keras' formula")
add('ContrastLimitedAdaptiveHistogramEqualization', {'clip_limit': 0, 'tile_grid_size': [3, 5], **R}, clahe(image, 0, (3, 5)), 0.001, "NumPy, Keras' formula")
for factor in (0.0, 0.4, 1.0):
    gray = image @ np.array([0.2989, 0.587, 0.114])
    add('RandomColorDegeneration', {'factor': [factor, factor], **R}, image + factor * (gray[..., None] - image), 0.01, 'NumPy')
    add('RandomColorDegeneration', {'factor': [factor, factor], **R}, np.asarray(ImageEnhance.Color(pil).enhance(1 - factor)), 1.2,
        'PIL.ImageEnhance.Color, which rounds gray to a byte')
for factor in (0.0, 0.3, 0.5, 0.55):
    k = factor / (1 - factor)
    add('RandomSaturation', {'factor': [factor, factor], 'value_range': [0, 1]}, hsv(image, lambda h, s, v: (h, min(1, s * k), v)), 0.01, 'colorsys')
for factor in (0.0, 0.5, 0.75):
    k = factor / (1 - factor)
    value = image.max(axis=2, keepdims=True).astype(float)
    add('RandomSaturation', {'factor': [factor, factor], **R}, value - k * (value - image), 0.01, 'NumPy: not limited below 255')
for factor in (0.25, 0.5, 1.0):
    add('RandomHue', {'factor': [factor, factor], **R},
        [hsv(image, lambda h, s, v: ((h + sign * factor / 2) % 1, s, v)) for sign in (1, -1)[:2 if factor < 1 else 1]], 0.02, 'colorsys')
for factor in (0.0, 0.5, 0.9):
    out = np.clip(smooth(image) + 2 * factor * (image - smooth(image)), 0, 255)
    add('RandomSharpness', {'factor': [factor, factor], **R}, out, 0.01, 'SciPy')
    inner = np.asarray(ImageEnhance.Sharpness(pil).enhance(2 * factor)).astype(float)
    inner[[0, -1]] = out[[0, -1]]
    inner[:, [0, -1]] = out[:, [0, -1]]
    add('RandomSharpness', {'factor': [factor, factor], **R}, inner, 1.2, 'PIL.ImageEnhance.Sharpness inside the border')
for size, sigma in (([3, 3], 1.0), ([7, 7], 1.7), ([11, 3], 0.8)):
    add('RandomGaussianBlur', {'factor': [1, 1], 'kernel_size': size, 'sigma': [sigma, sigma], **R}, blur(image, size, sigma, sigma), 0.01, 'SciPy')
for quality in (5, 30, 49, 50, 75, 95, 100):
    add('RandomJpegQuality', {'lowest': quality, 'highest': quality, **R}, jpeg(pil, quality), 4, f'Pillow, quality {quality}', mean=0.15)
for factor in (-0.3, 0.0, 0.4):
    add('RandomBrightness', {'factor': [factor, factor], **R}, np.clip(image + 255 * factor, 0, 255), 0.01, 'NumPy')

folder = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(folder, 'colors.json'), 'w') as file:
    file.write('{"shape": [%d, %d, 3],\n"image": %s,\n"cases": [\n' % (HEIGHT, WIDTH, json.dumps(image.ravel().tolist(), separators=(',', ':'))))
    file.write(',\n'.join(json.dumps(case, separators=(',', ':')) for case in cases))
    file.write('\n]}\n')
print(len(cases), 'cases', os.path.getsize(os.path.join(folder, 'colors.json')))
