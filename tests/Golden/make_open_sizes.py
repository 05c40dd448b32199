"""Files of a network for images of any size, written by hand in the forms of Keras 2 and 3, and its outputs in float64.

Writes open_sizes.json and open_sizes/: python3 make_open_sizes.py (needs NumPy and h5py)
"""
import io
import json
import os
import zipfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "open_sizes")
rng = np.random.default_rng(8)
KERNEL, BIAS = rng.normal(size=(3, 3, 3, 4)).astype("f4"), rng.normal(size=4).astype("f4")
DENSE, DENSE_BIAS = rng.normal(size=(4, 3)).astype("f4"), rng.normal(size=3).astype("f4")
WEIGHTS = {"conv": [("kernel", KERNEL), ("bias", BIAS)], "dense": [("kernel", DENSE), ("bias", DENSE_BIAS)]}


def run(x):
    """A 3 x 3 convolution with relu, 2 x 2 max pooling, the mean over the image, a dense layer with softmax."""
    x = x.astype("f8")
    windows = np.lib.stride_tricks.sliding_window_view(x, (3, 3), axis=(1, 2))
    y = np.maximum(np.einsum("nhwcij,ijcf->nhwf", windows, KERNEL.astype("f8")) + BIAS, 0)
    h, w = y.shape[1] // 2, y.shape[2] // 2
    y = y[:, : 2 * h, : 2 * w].reshape(len(y), h, 2, w, 2, -1).max((2, 4)).mean((1, 2))
    z = y @ DENSE.astype("f8") + DENSE_BIAS
    z = np.exp(z - z.max(1, keepdims=True))
    return z / z.sum(1, keepdims=True)


def layers(shape, keras):
    first = {"name": "images", ("batch_shape" if keras == 3 else "batch_input_shape"): shape, "dtype": "float32"}
    return [
        {"class_name": "InputLayer", "config": first},
        {"class_name": "Conv2D", "config": {"name": "conv", "filters": 4, "kernel_size": [3, 3], "activation": "relu"}},
        {"class_name": "MaxPooling2D", "config": {"name": "pool", "pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}},
        {"class_name": "GlobalAveragePooling2D", "config": {"name": "mean", "data_format": "channels_last"}},
        {"class_name": "Dense", "config": {"name": "dense", "units": 3, "activation": "softmax"}},
    ]


def model(shape, keras):
    parts = layers(shape, keras)
    if keras == 3:
        for part in parts:
            part.update(module="keras.layers", registered_name=None)
    return {"class_name": "Sequential", "config": {"name": "open", "layers": parts}}


def write_h5(name, shape):
    with h5py.File(os.path.join(FOLDER, name), "w") as file:
        file.attrs["keras_version"], file.attrs["backend"] = b"2.15.0", b"tensorflow"
        file.attrs["model_config"] = json.dumps(model(shape, 2)).encode()
        group = file.create_group("model_weights")
        group.attrs["layer_names"] = [name.encode() for name in ("images", "conv", "pool", "mean", "dense")]
        for layer in ("images", "conv", "pool", "mean", "dense"):
            weights = WEIGHTS.get(layer, [])
            of_layer = group.create_group(layer)
            of_layer.attrs["weight_names"] = np.array([f"{layer}/{weight}:0".encode() for weight, _ in weights], dtype="S32")
            for weight, values in weights:
                of_layer.create_dataset(f"{layer}/{weight}:0", data=values)


def write_keras(name, shape):
    stored = io.BytesIO()
    with h5py.File(stored, "w") as file:
        for group, layer in (("conv2d", "conv"), ("dense", "dense")):
            for i, (_, values) in enumerate(WEIGHTS[layer]):
                file.create_dataset(f"layers/{group}/vars/{i}", data=values)
    with zipfile.ZipFile(os.path.join(FOLDER, name), "w") as archive:
        for entry, content in (
            ("metadata.json", json.dumps({"keras_version": "3.3.3", "date_saved": "2024-05-01@12:00:00"})),
            ("config.json", json.dumps(model(shape, 3))),
            ("model.weights.h5", stored.getvalue()),
        ):
            archive.writestr(zipfile.ZipInfo(entry, (2024, 5, 1, 12, 0, 0)), content)


os.makedirs(FOLDER, exist_ok=True)
write_h5("open.h5", [None, None, None, 3])
write_h5("batch_of_32.h5", [32, None, None, 3])
write_keras("open.keras", [None, None, None, 3])
write_keras("batch_of_1.keras", [1, None, None, 3])
cases = []
for height, width in ((33, 47), (8, 9), (5, 20)):
    x = rng.normal(size=(2, height, width, 3)).astype("f4").round(3)
    cases.append({"shape": list(x.shape), "x": [float(f"{v:.3f}") for v in x.ravel()], "y": run(x).ravel().round(9).tolist()})
with open(os.path.join(HERE, "open_sizes.json"), "w") as out:
    json.dump(cases, out)
    out.write("\n")
