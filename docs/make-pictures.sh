#!/usr/bin/env bash
# Makes the figures of docs/book.md: runs the samples, in a few minutes, and copies what they draw.
set -euo pipefail
cd "$(dirname "$0")/.."
for sample in samples/0*.cs samples/11-augmentation.cs; do dotnet run "$sample"; done
mkdir -p docs/pictures
cp artifacts/convolution/*.png docs/pictures/
cp artifacts/02-{augmented,without-augmentation,with-augmentation}.png artifacts/03-architecture.svg artifacts/03-fine-tuning.png docs/pictures/
cp artifacts/augmentation.png docs/pictures/
cp artifacts/learned/{kernels,activations-conv2d_1,activations-conv2d_3,filters-conv2d_2,gradcam-0,gradcam-2}.png docs/pictures/
