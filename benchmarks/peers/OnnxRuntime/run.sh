#!/usr/bin/env bash
# Measures ONNX Runtime: run.sh prepare | run.sh infer NETWORK BATCH THREADS SECONDS
#                                      run.sh prepare-runtime | run.sh serve MODEL.onnx CALLERS SECONDS
# PyTorch writes the networks once (Debian: apt-get install python3-torch; 700 MB).
set -euo pipefail
cd "$(dirname "$0")"
models=${FOVEA_ONNX_MODELS:-$PWD/../../../artifacts/benchmarks/models}
if [[ $1 == prepare* ]]; then
  log=$(dotnet build -c Release -v q --nologo) || { echo "$log" >&2; exit 1; }
  [[ $1 == prepare-runtime || -f $models/vgg16.onnx ]] && exit
  /usr/bin/python3 -c 'import torch' 2>/dev/null || { echo "make_models.py needs PyTorch: apt-get install python3-torch" >&2; exit 1; }
  mkdir -p "$models"
  exec /usr/bin/python3 make_models.py "$models" >&2
fi
[[ $1 == serve ]] && exec dotnet bin/Release/net10.0/OnnxRuntimePeer.dll "$2" serve "$3" "$4"
[[ $1 == infer ]] || { echo "ONNX Runtime is measured only in inference; received '$1'." >&2; exit 2; }
exec dotnet bin/Release/net10.0/OnnxRuntimePeer.dll "$models/$2.onnx" "$3" "$4" "$5"
