#!/usr/bin/env bash
# Measures otai against its goals and prints one table (stdout; progress goes to stderr). Needs Linux, Rust and Python 3.
#
#   tests/bench.sh            a few minutes, and as long again to build
#   tests/bench.sh --long     with 100,000 tickets as well
#
# All of it stays on this machine, in a folder of its own that is removed at the end.
set -euo pipefail
cd "$(dirname "$0")/.."

long=
case "${1-}" in
    '') ;;
    --long) long=1 ;;
    *) echo 'usage: tests/bench.sh [--long]' >&2; exit 2 ;;
esac

place=$(mktemp -d)
measuring=
cleanup() {
    # The measuring process ends what it started.
    [ -z "$measuring" ] || { kill -TERM "$measuring" 2>/dev/null && wait "$measuring"; } || true
    rm -rf "$place"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

echo 'building' >&2
cargo build --release --locked -p otai -p otai_freshdesk -p otai_local_ai -p otai_test_keyword >&2
border=$(cargo bench --locked -p otai_freshdesk --bench border --no-run --message-format=json-render-diagnostics |
    sed -n '/"name":"border"/s/.*"executable":"\([^"]*\)".*/\1/p')

# Copies: another build must not replace what is being measured.
built=${CARGO_TARGET_DIR:-target}/release
mkdir "$place/bin"
cp "$built/otai" "$built"/libotai_{freshdesk,local_ai,test_keyword}.so "$border" "$place/bin/"

(cd "$place" && "bin/${border##*/}" --bench) | tee "$place/border" >&2

cat >"$place/measure.py" <<'PYTHON'
import csv, json, os, re, signal, statistics, subprocess, sys, time, urllib.request

place, repo, long = sys.argv[1], sys.argv[2], sys.argv[3] == "1"
otai, key = f"{place}/bin/otai", "bench"
environment = {**os.environ, "FRESHDESK_API_KEY": key}
for name in ("OTAI_LOG", "RUST_BACKTRACE"):
    environment.pop(name, None)
children, table = [], []
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def say(text):
    print(text, file=sys.stderr, flush=True)


def row(what, figure, goal, met):
    mark = "" if met is None else "yes" if met else "**no**"
    table.append((what, figure, goal, mark))
    say(f"  {what}: {figure} (goal {goal}) {mark}")


def start(args, folder, **more):
    child = subprocess.Popen(args, cwd=folder, env=environment, stdin=subprocess.DEVNULL, **more)
    children.append(child)
    return child


def end(child):
    if child.poll() is None:
        child.terminate()
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    children.remove(child)


def folder(name, config=None):
    path = f"{place}/{name}"
    os.makedirs(path)
    if config:
        with open(f"{path}/config.yml", "w") as file:
            file.write(config)
    return path


def run(args, path, deadline):
    """Runs otai to its end; seconds and its JSON."""
    began = time.monotonic()
    done = subprocess.run(args, cwd=path, env=environment, stdin=subprocess.DEVNULL, timeout=deadline,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"{args} ended with {done.returncode}: {done.stderr[-3000:]}")
    return seconds, json.loads(done.stdout)


class Desk:
    """`otai sim freshdesk` as a process of its own."""

    def __init__(self, *args):
        self.child = start([otai, "sim", "freshdesk", "--listen", "127.0.0.1:0", "--api-key", key, *args], place,
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        line = self.child.stdout.readline()
        self.url = re.search(r"http://127\.0\.0\.1:\d+", line)[0]

    def control(self, path, method="GET"):
        request = urllib.request.Request(f"{self.url}/_sim{path}", method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def lists(self):
        return sum(entry["path"] == "/api/v2/tickets" for entry in self.control("/journal?method=GET"))

    def config(self, classifier, every="60s"):
        return f"""ticket_systems:
  freshdesk:
    use: otai_freshdesk:FreshdeskTicketsystemService
    params: {{ domain: bench, api_key: "${{FRESHDESK_API_KEY}}", base_url: "{self.url}" }}
{classifier}"""

    # The template puts a known word in front of every text, so every ticket gets a queue, a priority and a type.
    def keyword(self, every="60s"):
        return self.config(f"""classifiers:
  keyword:
    use: otai_test_keyword:KeywordClassificationService
    params:
      words:
        queue: {{ benchmark: Billing }}
        priority: {{ benchmark: High }}
        type: {{ benchmark: Incident }}
pipelines:
  triage:
    ticket_system: freshdesk
    every: {every}
    text: "benchmark {{{{ ticket.subject }}}}\\n{{{{ ticket.body }}}}"
    classify:
      queue: {{ classifier: keyword }}
      priority: {{ classifier: keyword }}
      type: {{ classifier: keyword }}
""")


def memory(pid):
    """Resident now and at most, in MB."""
    try:
        with open(f"/proc/{pid}/status") as file:
            found = dict(re.findall(r"^Vm(RSS|HWM):\s+(\d+) kB", file.read(), re.M))
        return int(found["RSS"]) / 1000, int(found["HWM"]) / 1000
    except (OSError, KeyError):
        return None


def through(n):
    """N tickets from end to end without the cost of a model."""
    say(f"{n} tickets")
    desk = Desk("--demo-tickets", str(n), "--history", "0")
    path = folder(f"run{n}", desk.keyword())
    with open(f"{path}/log", "w") as log:
        began = time.monotonic()
        child = start([otai, "run", "--once", "--json"], path, stdout=subprocess.PIPE, stderr=log, text=True)
        samples, deadline = [], began + 120 + n / 50
        while child.poll() is None and time.monotonic() < deadline:
            sample = memory(child.pid)
            if sample:
                samples.append(sample)
            time.sleep(0.02)
        wall = time.monotonic() - began
        output = child.stdout.read() if child.poll() is not None else ""
    used = os.times()
    code = child.poll()
    end(child)
    if code != 0:
        sys.exit(f"otai run ended with {code}: {open(f'{path}/log').read()[-3000:]}")
    summary, counts, lists = json.loads(output), desk.control("/counts"), desk.lists()
    cpu_desk = sum(int(x) for x in open(f"/proc/{desk.child.pid}/stat").read().rsplit(")", 1)[1].split()[11:13]) / 100
    end(desk.child)
    cpu = used.children_user + used.children_system - through.before
    through.before = sum(os.times()[2:4])
    rate, name = n / summary["seconds"], f"{n:,} tickets"
    row(f"{name}: tickets/s by the run's own clock", f"{rate:,.0f}", "≥ 500", rate >= 500)
    row(f"{name}: tickets/s by the wall clock", f"{n / wall:,.0f} ({wall:.1f} s)", "≥ 500", n / wall >= 500)
    row(f"{name}: CPU of otai, of the simulator", f"{cpu:.1f} s, {cpu_desk:.1f} s", "", None)
    row(f"{name}: written", f"{summary['written']:,}", f"{n:,}", summary["written"] == n)
    row(f"{name}: list calls", f"{lists:,}", f"≤ {n // 100:,}", lists <= n // 100)
    puts = counts["puts"]
    row(f"{name}: PUTs, most for one ticket", f"{puts['total']:,}, {puts['max']}", f"{n:,}, 1",
        puts["total"] == n and puts["max"] == 1)
    row(f"{name}: HTTP requests", f"{counts['total']:,}", "", None)
    half, peak = samples[len(samples) // 2][0], max(most for _, most in samples)
    row(f"{name}: resident memory, peak (at half time)", f"{peak:.0f} MB ({half:.0f} MB)", "< 150 MB", peak < 150)
    return peak


through.before = 0.0


def first_request():
    """From the start of `otai run` to its first request, with a model trained from the demo tickets."""
    say("start")
    desk = Desk("--demo-tickets", "2000")
    path = folder("start", desk.config(""))
    run([otai, "train", "--from", "freshdesk", "--json"], path, 300)
    times = []
    for _ in range(5):
        desk.control("/journal", "DELETE")
        began = time.time()
        child = start([otai, "run"], path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not (journal := desk.control("/journal")) and time.time() < began + 20:
            time.sleep(0.02)
        times.append(journal[0]["at"] / 1000 - began)
        child.kill()
        end(child)
    end(desk.child)
    median = statistics.median(times)
    row("start of `otai run` to its first request (median of 5)", f"{median * 1000:.0f} ms (most {max(times) * 1000:.0f})",
        "< 300 ms", median < 0.3)


def short_texts():
    """10,000 short texts: Banking77 where it lies beside the repository, or else made up."""
    path = folder("learn")
    with open(f"{path}/train.csv", "w", newline="") as file:
        write = csv.writer(file)
        write.writerow(["text", "category"])
        given = f"{repo}/../shared/data/banking77/train.csv"
        if os.path.exists(given):
            with open(given, newline="") as rows:
                texts = [(r["text"], r["category"]) for r in csv.DictReader(rows)]
            source = "Banking77"
        else:
            import random
            dice = random.Random(1)
            words = ["".join(dice.choices("abdeghiklmnoprstu", k=dice.randint(3, 9))) for _ in range(3000)]
            kinds = [dice.sample(words, 12) for _ in range(77)]
            texts = []
            for n in range(10_000):
                kind = n % 77
                text = dice.choices(kinds[kind], k=4) + dice.choices(words, k=8)
                dice.shuffle(text)
                texts.append((" ".join(text), f"kind {kind}"))
            source = "made up"
        write.writerows(texts)
    return path, texts, source


def learn():
    say("training")
    path, texts, source = short_texts()
    columns = ["--text", "text", "--target", "queue=category", "--json"]
    seconds, _ = run([otai, "train", "--from", "train.csv", "--model", "m", *columns], path, 600)
    row(f"training on {len(texts):,} short texts ({source}, 2 cores at most)", f"{seconds:.1f} s", "< 30 s", seconds < 30)

    say("classification")
    # What starting, loading and the first texts cost falls out of the difference of two sizes.
    for kind, joined, sizes in (("short texts", 1, (10_000, 60_000)), ("texts of about 1 kB", 14, (2_000, 12_000))):
        times, length = {}, 0
        for size in sizes:
            with open(f"{path}/on.csv", "w", newline="") as file:
                write = csv.writer(file)
                write.writerow(["text", "category"])
                for n in range(size):
                    some = [texts[(n * 7 + more * 997) % len(texts)] for more in range(joined)]
                    text = " ".join(text for text, _ in some)
                    length = max(length, len(text))
                    write.writerow((text, some[0][1]))
            command = ["taskset", "-c", "0", otai, "evaluate", "--model", "m", "--on", "on.csv", *columns]
            runs = [run(command, path, 300) for _ in range(3)]
            times[size] = min(seconds for seconds, _ in runs)
            assert str(size) in json.dumps(runs[0][1]), "every text was measured"
        (small, quick), (large, slow) = times.items()
        rate = (large - small) / (slow - quick)
        row(f"classification of {kind} on one core, `evaluate` with all its reading and counting", f"{rate:,.0f} texts/s",
            "≥ 5,000", rate >= 5000)


def idle(tickets, goal):
    say(f"idle after {tickets} tickets")
    desk = Desk("--demo-tickets", str(tickets), "--history", "0")
    path = folder(f"idle{tickets}", desk.keyword("2s"))
    child = start([otai, "run"], path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while desk.control("/counts")["puts"]["total"] < tickets and time.monotonic() < deadline:
        time.sleep(0.1)
    time.sleep(5)
    desk.control("/journal", "DELETE")
    time.sleep(9)
    lists, all_calls = desk.lists(), len(desk.control("/journal"))
    end(child)
    end(desk.child)
    row(f"idle for 9 s with `every: 2s`, {tickets:,} tickets written just before: list calls, all calls",
        f"{lists}, {all_calls} ({lists / 4.5:.1f} lists an interval)", "4 or 5" if goal else "",
        lists in (4, 5) and all_calls == lists if goal else None)


def border():
    line = re.search(r"^border: direct (\S+) µs, border (\S+) µs, difference (\S+) µs", open(f"{place}/border").read(), re.M)
    direct, over, more = line.groups()
    row("border: direct, over it, difference per ticket", f"{direct}, {over}, {more} µs", "≤ 5 µs more", float(more) <= 5)


def others():
    """What else the machine does falls on every figure."""
    row("load of this machine before the start, its cores", f"{os.getloadavg()[0]:.1f}, {os.cpu_count()}", "0, 2", None)


try:
    others()
    border()
    peaks = {n: through(n) for n in [1_000, 10_000] + [100_000] * long}
    first, *_, last = peaks.values()
    row("resident memory: how much more for the most tickets than for 1,000", f"{last - first:+.0f} MB", "flat (< 20 MB)",
        last - first < 20)
    first_request()
    learn()
    idle(30, True)
    # All of it lies within the overlap, so every poll reads it again.
    idle(1_000, False)
finally:
    for child in list(children):
        end(child)
    print("| what | figure | goal | met |\n|---|---|---|---|")
    for line in table:
        print("| " + " | ".join(line) + " |")
PYTHON

python3 "$place/measure.py" "$place" "$PWD" "${long:-0}" &
measuring=$!
wait "$measuring"
measuring=
