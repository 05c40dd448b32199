#!/usr/bin/env bash
# Measures Fovea beside its peers and its limits: benchmarks/run.sh --help, or README.md beside this file.
set -euo pipefail
cd "$(dirname "$0")/.."
dotnet build benchmarks/Fovea.Benchmarks --tl:off -c Release -v q --nologo -clp:ErrorsOnly >&2
exec dotnet benchmarks/Fovea.Benchmarks/bin/Release/net10.0/Fovea.Benchmarks.dll "$@"
