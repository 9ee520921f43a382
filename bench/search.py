"""The rows of search: what is found, how fast, and how soon a story is."""
import os, statistics, subprocess, time

import quality
import stage
from nodes import door, ask, publish_one, share
from postgres import Postgres, node
from rows import LARGE, MEDIUM, ROUNDS, at_least, at_most, ratio
from stage import Dateline, LANGUAGES, SHARED

QUERIES = 200
UKRAINIAN = "testonly/uk-morphology"


def search_quality():
    """Judged sets: ours, plain FTS5 and PostgreSQL's `english`."""
    if not os.path.isdir(os.path.join(SHARED, "data/search")):
        yield "judged sets", "../shared is not there", "", None
        return
    with Postgres() as server:
        for name in quality.SETS:
            docs, queries, judged = quality.read_set(name)
            told = [quality.measure(how, judged) for how in (
                quality.ours(docs, queries), quality.fts5(docs, queries),
                quality.english(server, docs, queries))]
            for what in told[0]:
                mine, *others = (each[what] for each in told)
                note = "  (FTS5 {:.2f}, PostgreSQL {:.2f})".format(*others)
                yield (f"{os.path.basename(name)}: {what}", f"{mine:.3f}{note}",
                       "> others", mine > max(others))
                if name == UKRAINIAN and what.startswith("found"):
                    yield at_least("... in Ukrainian", mine, 0.95, "{:.2f}")


def ask_queries(where, language):
    """In words of the archive: behind it lie stories that other rows have
    published, all in the same few."""
    return subprocess.run(
        ["taskset", "-c", stage.CLIENT_CPU, stage.tool("find"), where, language,
         str(QUERIES), str(LARGE)], check=True, text=True,
        stdout=subprocess.PIPE).stdout.splitlines()


def speed(name, where):
    """Asked twice, so that the second finds the pages in memory, as on a server
    that has run for a while."""
    for language in LANGUAGES[:2]:
        ask_queries(where, language)
        for line in ask_queries(where, language):
            order, kind, words, p50, p99, worst, found, hits = line.split()
            note = (f"  (p50 {p50}, worst {worst}; p99 without snippets {found}; "
                    f"{hits} hits)")
            yield at_most(
                f"{name}, {language}, {order}, {words} {kind} words: p99 ms",
                float(p99), 10 if order == "newest" else 50, "{:.1f}", note)


def search_speed():
    """One to three words, frequent (top) and as they are said (any): a page of
    thirty lines with their snippets."""
    yield from speed("SQLite", os.path.join(stage.site(LARGE), "dateline.db"))
    with Postgres() as server:
        yield from speed("PostgreSQL", server.store(LARGE))


def lag(server, run):
    """Milliseconds from an acknowledgement until the story is found."""
    reader = door(server)
    took = []
    for i in range(40 * ROUNDS):
        word = f"lighthouse{run}x{i}"
        path = publish_one(server, f"urn:bench:{word}", f"The {word} is lit")
        began = time.monotonic()
        while path.encode() not in ask(reader, f"/en/search?q={word}"):
            if time.monotonic() > began + 10:
                stage.fail("it was never found")
        took.append((time.monotonic() - began) * 1000)
    return took


def search_lag():
    """A story is found so soon after it was published; the page included."""
    folder = stage.site(MEDIUM)
    stage.configure(folder, searches_per_address="0")
    with Postgres() as server:
        where = server.store(MEDIUM)
        for name, each in (("SQLite", folder), ("PostgreSQL", None)):
            each = each or node(0, where)
            stage.configure(each, searches_per_address="0")
            with Dateline(each) as ours:
                took = lag(ours, time.time_ns())
            note = (f"  (p50 {statistics.median(took):.1f}, "
                    f"worst {max(took):.1f})")
            yield at_most(f"{name}: published to found: p99 ms",
                          share(took, 0.99), 50, "{:.1f}", note)


WORDS = ("the", "said", "market", "oil", "grain", "bank", "april", "security")


def search_beside():
    """A story page while two readers search without a pause, on one processor."""
    folder = stage.site(MEDIUM)
    stage.configure(folder, searches_per_address="0")
    searches = [f"/en/search?q={a}+{b}&order=relevance" for a in WORDS
                for b in WORDS if a != b]
    decent = ["-s", 4, "-r", 1000, "-c", 16]
    quiet, busy, found = [], [], []
    with Dateline(folder) as ours:
        path = ours.page()
        stage.load(ours.address, [path], "-s", 0.5)
        for _ in range(ROUNDS):
            quiet.append(stage.load(ours.address, [path], *decent)["ms"]["p99"])
            crowd = stage.load_start(ours.address, searches, "-s", 5, "-c", 2)
            time.sleep(0.5)
            busy.append(stage.load(ours.address, [path], *decent)["ms"]["p99"])
            found.append(stage.load_end(crowd)["rate"])
    note = (f"  ({statistics.median(busy):.2f} / {statistics.median(quiet):.2f} "
            f"ms, {statistics.median(found):.0f} searches/s)")
    yield at_most("a page's p99 beside searches / without", ratio(busy, quiet),
                  1.5, note=note)


ROWS = {f.__name__: f for f in (search_quality, search_speed, search_lag,
                                search_beside)}
