"""clahe.json: contrast-limited adaptive histogram equalization of gray images of 64 x 64 pixels in 2 x 2 tiles, by OpenCV 4.6 and scikit-image 0.19.

OpenCV counts in whole numbers: it rounds the limit down, and spreads only a multiple of 256 of the clipped pixels over all levels, the rest over some.
scikit-image clips again what it has spread. Keras does neither. So they are compared where this makes no difference: without a limit, and, by OpenCV, on
tiles of which exactly 256 pixels are above the limit of 16. OpenCV rounds the results; it does not subtract the smallest value of the cumulative histogram,
here 1 of 1,024 pixels. Run with Debian's python3: python3 make_clahe.py"""
import base64
import json

import cv2
import numpy as np
from skimage import exposure

SIDE = 64
random = np.random.default_rng(5)


def scene():
    y, x = np.mgrid[0:SIDE, 0:SIDE].astype(float)
    image = 70 + 1.2 * x + 0.5 * y + 25 * np.sin(x / 6) * np.cos(y / 9)
    image[(y - 20) ** 2 + (x - 40) ** 2 < 150] = 200
    return np.clip(np.round(image + random.normal(0, 6, image.shape)), 5, 250).astype(np.uint8)


def clipped():
    """In each tile two levels with 16 + 128 pixels, and others with at most 16."""
    image = np.empty((SIDE, SIDE), np.uint8)
    for i in range(2):
        for j in range(2):
            levels = random.choice(np.arange(3, 250), 48, replace=False)
            counts = [144, 144] + [16] * 46
            tile = random.permutation(np.repeat(levels, counts)).reshape(32, 32)
            image[32 * i:32 * i + 32, 32 * j:32 * j + 32] = tile
    return image


def text(image):
    return base64.b64encode(np.asarray(image, np.uint8).tobytes()).decode()


def opencv(image, limit):
    return cv2.createCLAHE(limit, (2, 2)).apply(image)


smooth, peaks = scene(), clipped()
by_skimage = np.round(255 * exposure.equalize_adapthist(smooth, kernel_size=(32, 32), clip_limit=1.0, nbins=256))
cases = [
    {'by': 'scikit-image', 'limit': 0, 'tolerance': 0.66, 'image': text(smooth), 'expected': text(by_skimage)},
    {'by': 'OpenCV', 'limit': 0, 'tolerance': 1, 'image': text(smooth), 'expected': text(opencv(smooth, 1000))},
    {'by': 'OpenCV', 'limit': 4, 'tolerance': 1.2, 'image': text(peaks), 'expected': text(opencv(peaks, 4))},
]
with open('clahe.json', 'w') as file:
    json.dump(cases, file, indent=1)
    file.write('\n')
