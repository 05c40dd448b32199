#!/usr/bin/python3
"""Writes the files in numpy/: arrays in NumPy's formats, for each type, order and version, and files that are refused.

    /usr/bin/python3 make_numpy_files.py
"""
import pathlib
import warnings

import numpy as np
from numpy.lib import format as npy

warnings.simplefilter("ignore")
folder = pathlib.Path(__file__).with_name("numpy")
folder.mkdir(exist_ok=True)
small = np.array([[0, 1, 2], [100, 7, 5]])
signed = np.array([[-3, -2, -1], [0, 1, 100]])
reals = np.array([[-1.5, 0, 0.25], [1024, np.inf, -np.inf]])

for order in "<>":
    for kind in ("i1", "i2", "i4", "i8", "f2", "f4", "f8"):
        values = reals if kind[0] == "f" else signed
        np.save(folder / f"{'little' if order == '<' else 'big'}-{kind}.npy", values.astype(order + kind))
    for kind in ("u1", "u2", "u4", "u8"):
        np.save(folder / f"{'little' if order == '<' else 'big'}-{kind}.npy", small.astype(order + kind))
np.save(folder / "bool.npy", small % 2 == 1)
np.save(folder / "nan.npy", np.array([np.nan, 1], np.float64))
np.save(folder / "third.npy", np.array([1 / 3, 1e-300]))
np.save(folder / "fortran.npy", np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)))
np.save(folder / "fortran-big.npy", np.asfortranarray(np.arange(6).reshape(2, 3).astype(">i2")))
np.save(folder / "scalar.npy", np.float32(2.5))
np.save(folder / "one.npy", np.array([7], np.float32))
for version in ((1, 0), (2, 0), (3, 0)):
    with open(folder / f"version-{version[0]}.npy", "wb") as file:
        npy.write_array(file, small.astype(np.float32), version=version)

refused = {
    "empty": np.zeros((0, 3), np.float32), "object": np.array([1, None], object), "complex": np.array([1j], np.complex64), "text": np.array(["a", "bc"]),
    "bytes": np.array([b"ab"]), "time": np.array(["2026-11-30"], "M8[D]"), "structure": np.zeros(2, [("x", "<f4"), ("y", "<i4")]),
    "long-double": np.zeros(2, np.longdouble), "large-integer": np.array([1, 16777217]), "large-unsigned": np.array([2**64 - 1], np.uint64),
    "large-float": np.array([1e300]),
}
for name, value in refused.items():
    np.save(folder / f"refused-{name}.npy", value, allow_pickle=True)
with open(folder / "two.npy", "wb") as file:
    np.save(file, np.float32([1, 2]))
    np.save(file, np.uint8([[3], [4]]))

arrays = {"x": np.arange(6, dtype=np.uint8).reshape(1, 2, 3), "y": np.array([[1], [0]], ">i8"), "nested/z": np.float64(0.5)}
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "compressed.npz", **arrays)
np.savez(folder / "mixed.npz", x=np.float32([1]), names=np.array(["a"]))
