#!/usr/bin/env bash
# Measures Fovea beside its peers and its limits: benchmarks/run.sh --help, or README.md beside this file.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(dotnet build benchmarks/Fovea.Benchmarks -c Release -v q --nologo) || { echo "$log" >&2; exit 1; }
exec dotnet benchmarks/Fovea.Benchmarks/bin/Release/net10.0/Fovea.Benchmarks.dll "$@"
