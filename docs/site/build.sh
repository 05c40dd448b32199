#!/usr/bin/env bash
# Builds the documentation site: docs/site/build.sh FOLDER. A broken link or another warning is an error.
# The pages of the samples show what the samples wrote to artifacts/output; those that are missing are run first (minutes).
set -euo pipefail
cd "$(dirname "$0")/../.."
site=$(mkdir -p "$1" && cd "$1" && pwd)
content=$PWD/artifacts/site-content
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# The figures that a sample draws.
figures() {
  case $1 in
    01-*) ls artifacts/convolution/*.png ;;
    02-*) ls artifacts/02-augmented.png artifacts/02-without-augmentation.png artifacts/02-with-augmentation.png ;;
    03-*) ls artifacts/03-architecture.svg artifacts/03-fine-tuning.png ;;
    04-*) ls artifacts/learned/*.png ;;
  esac
}

title() { sed 's/^[0-9]*-//; s/-/ /g; s/./\U&/' <<<"$1"; }

# The comment at the beginning of a sample: its commands, or the rest.
comment() { sed '/^#:/d; /^using/q' "samples/$1.cs" | sed -n 's,^// \?,,p'; }
commands() { comment "$1" | sed -n 's,^ *\(\(mpirun .*\)\?dotnet run .*\),\1,p'; }
subject() { comment "$1" | sed '/^ *\(mpirun .*\)\?dotnet run /d'; }

# The page of a sample: what it is, what it printed and drew, and its code.
page() {
  local name=$1 figure
  printf '# %s\n\n%s\n\n```\n%s\n```\n\n' "$(title "$name")" "$(subject "$name")" "$(commands "$name")"
  printf '## Output\n\n```\n%s\n```\n\n' "$(sed "s,$PWD/,,g; s/[[:space:]]*\$//" "artifacts/output/$name.txt")"
  for figure in $(figures "$name"); do
    cp "$figure" "$content/samples/$name-${figure##*/}"
    printf '![%s](%s)\n\n' "$(basename "${figure%.*}")" "$name-${figure##*/}"
  done
  printf '## Code\n\n```csharp\n%s\n```\n' "$(sed '/^#:/d; /./,$!d' "samples/$name.cs")"
}

mkdir -p artifacts/output
for sample in samples/*.cs; do
  name=$(basename "$sample" .cs)
  [[ -s artifacts/output/$name.txt ]] && continue
  dotnet run "$sample" >artifacts/output/unfinished
  mv artifacts/output/unfinished "artifacts/output/$name.txt"
done

rm -rf "$content" "${site:?}"/*
mkdir -p "$content"/{docs,samples,benchmarks,assets}
cp docs/site/index.md docs/site/toc.yml "$content/"
cp docs/*.md "$content/docs/"
cp -r docs/pictures "$content/docs/"
cp docs/site/docs-toc.yml "$content/docs/toc.yml"
cp docs/site/samples-index.md "$content/samples/index.md"
cp ARCHITECTURE.md CONTRIBUTING.md CHANGELOG.md SECURITY.md "$content/"
cp benchmarks/README.md "$content/benchmarks/"
cp assets/icon.* "$content/assets/"
for sample in samples/*.cs; do
  name=$(basename "$sample" .cs)
  page "$name" >"$content/samples/$name.md"
  printf -- '- name: %s\n  href: %s.md\n' "$(title "$name")" "$name" >>"$content/samples/toc.yml"
done

# What is a folder or a file in the repository is a page of the site.
find "$content" -name '*.md' -exec sed -i -E \
  -e 's,\]\(\.\./samples/?\),](../samples/index.md),g' -e 's,\]\(samples/?\),](samples/index.md),g' \
  -e 's,\]\(\.\./README\.md\),](../index.md),g' -e 's,\]\(README\.md\),](index.md),g' \
  -e 's,\]\((\.\./)?samples/([0-9a-z-]+)\.cs\),](\1samples/\2.md),g' {} +

dotnet build src/Fovea.Cli -c Release -v q -nologo -p:RunAnalyzers=false
dotnet tool restore >/dev/null
dotnet docfx metadata docs/site/docfx.json --warningsAsErrors --logLevel warning
cp docs/site/api-index.md "$content/api/index.md"
dotnet docfx build docs/site/docfx.json -o "$site" --warningsAsErrors --logLevel warning
