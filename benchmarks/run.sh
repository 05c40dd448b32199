#!/usr/bin/env bash
# Compares Fovea with other libraries and with the limit of the processor: see benchmarks/run.sh --help and benchmarks/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(dotnet build benchmarks/Fovea.Benchmarks -c Release -v q --nologo) || { echo "$log" >&2; exit 1; }
exec dotnet benchmarks/Fovea.Benchmarks/bin/Release/net10.0/Fovea.Benchmarks.dll "$@"
