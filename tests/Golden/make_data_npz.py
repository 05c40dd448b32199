"""data.npz: a small data set with the arrays and types of keras.datasets.mnist's mnist.npz, by np.savez. Run: python3 make_data_npz.py"""
import os

import numpy as np

x = (np.arange(6 * 4 * 3) * 7 % 256).astype(np.uint8).reshape(6, 4, 3)
y = np.array([0, 2, 1, 2, 0, 3], np.uint8)
path = os.path.join(os.path.dirname(os.path.abspath(__file__)), "numpy", "data.npz")
np.savez(path, x_train=x[:4], y_train=y[:4], x_test=x[4:], y_test=y[4:], colors=np.repeat(x[..., None], 3, 3), column=y[:, None],
         ages=np.array([1.5, 2, 3, 4, 5, 6]), few=y[:5])
