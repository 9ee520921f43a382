"""The rows of several nodes on one PostgreSQL database, in turn with SQLite."""
import http.client, os, re, shutil, statistics, subprocess, time
from contextlib import ExitStack

import rows
import stage
from postgres import Postgres, node
from rows import MEDIUM, LARGE, ROUNDS, at_least, at_most
from stage import Dateline

median = statistics.median


def publish_one(server, uri, headline, body="<p>It was on time.</p>"):
    """Files and publishes; the address, when it is acknowledged."""
    return server.publish(server.file(uri, headline, body))


def share(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def start_nodes(stack, where, count):
    return [stack.enter_context(Dateline(node(i, where)))
            for i in range(count)]


def door(server):
    return http.client.HTTPConnection(server.address, timeout=30)


def ask(connection, path):
    connection.request("GET", path, headers={"Accept-Encoding": "identity"})
    return connection.getresponse().read()


def nodes_visible():
    """From the acknowledgement at one until each of four shows it in LATEST."""
    took = []
    with Postgres() as postgres, ExitStack() as stack:
        servers = start_nodes(stack, postgres.store(MEDIUM), 4)
        doors = [door(server) for server in servers]
        run = time.time_ns()
        for i in range(200):
            headline = f"Carriage {run} {i} arrived"
            publish_one(servers[i % 4], f"urn:bench:{run}:{i}", headline)
            began = time.monotonic()
            for connection in doors:
                while headline.encode() not in ask(connection, "/en/latest/"):
                    if time.monotonic() > began + 10:
                        stage.fail("it never showed")
            took.append((time.monotonic() - began) * 1000)
    note = f"  (p50 {median(took):.1f}, worst {max(took):.1f})"
    yield at_most("publish acknowledged, visible on each of 4 nodes: p99 ms",
                  share(took, 0.99), 100, "{:.1f}", note)


def publish_page(server):
    return publish_one(server, f"urn:bench:page:{time.time_ns()}",
                       "The page that is measured", stage.paragraphs(12000))


def nodes_reading():
    """A node on the database against one alone on a file, in turn."""
    ours, alone = [], []
    with Postgres() as postgres, ExitStack() as stack:
        near = stack.enter_context(Dateline(stage.site(MEDIUM)))
        far = start_nodes(stack, postgres.store(MEDIUM), 4)[0]
        pages = [(far, publish_page(far), ours), (near, publish_page(near), alone)]
        for server, page, _ in pages:
            rows.cpu(server, page, "gzip", rows.TURN)
        for turn in range(max(20, ROUNDS * 4)):
            for server, page, took in pages[::1 if turn % 2 else -1]:
                took.append(rows.cpu(server, page, "gzip", rows.TURN))
    note = f"  ({median(ours):.1f} / {median(alone):.1f} µs a request)"
    yield at_least("reading per node / a node alone on SQLite",
                   rows.ratio(alone, ours), 0.97, "{:.2f}", note)


def import_into(where, count):
    folder = os.path.join(stage.KEPT, "importing")
    if where:
        shutil.rmtree(folder, ignore_errors=True)
        subprocess.run([stage.program(), "init", folder, "--languages",
                        "en,uk,ru", "--store", where], check=True,
                       stdout=subprocess.DEVNULL)
    else:
        stage.site_new(folder)
    seconds, _ = stage.run_measured(
        [stage.program(), "import", folder, "--format", "ninjs",
         stage.archive(count)], stderr=subprocess.DEVNULL)
    shutil.rmtree(folder)
    return count / seconds


def nodes_importing():
    count = 200000
    files, servers = [], []
    with Postgres() as postgres:
        for _ in range(min(ROUNDS, 3)):
            files.append(import_into(None, count))
            servers.append(import_into(postgres.empty("importing"), count))
        postgres.drop("importing")
    note = f"  ({median(servers):.0f} / {median(files):.0f} stories/s)"
    yield at_least(f"import of {count}: PostgreSQL / SQLite",
                   rows.ratio(servers, files), 0.4, "{:.2f}", note)


STORIES = 100


def work_of(postgres, servers):
    """Statements and ms of the database, for a publish; and for a reader."""
    run = time.time_ns()
    for server in servers:  # what a node is asked for it makes anew
        server.get("/en/latest/")
    time.sleep(1.5)
    idle = postgres.statements()
    time.sleep(3)
    each_second = [(b - a) / 3 for a, b in zip(idle, postgres.statements())]
    before, began = postgres.statements(), time.monotonic()
    for i in range(STORIES):
        publish_one(servers[0], f"urn:bench:{run}:{i}", f"Work {run} {i}")
        for server in servers:
            server.get("/en/latest/")
    after, took = postgres.statements(), time.monotonic() - began
    publish = [(b - a - took * e) / STORIES
               for a, b, e in zip(before, after, each_second)]
    path = servers[0].page()
    for server in servers:
        stage.load(server.address, [path], "-s", 0.3)
    time.sleep(1)
    before, began = postgres.statements(), time.monotonic()
    asked = sum(stage.load(server.address, [path, "/en/latest/"], "-s",
                           rows.SECONDS)["requests"] for server in servers)
    after, took = postgres.statements(), time.monotonic() - began
    reader = max(0, after[0] - before[0] - took * each_second[0]) / asked
    return publish, reader, each_second[0], asked


def nodes_work():
    """What the database does for one publish, with 1, 2 and 4 nodes whose
    readers ask for LATEST after each; and for one reader."""
    told = {}
    with Postgres() as postgres:
        where = postgres.store(MEDIUM)
        for count in 1, 2, 4:
            with ExitStack() as stack:
                told[count] = work_of(postgres, start_nodes(stack, where, count))
    (one, _, idle, _), (two, *_), (four, reader, _, asked) = (
        told[1], told[2], told[4])
    second, further = two[0] - one[0], (four[0] - two[0]) / 2
    yield ("statements for a publish with 1, 2, 4 nodes",
           f"{one[0]:.1f}, {two[0]:.1f}, {four[0]:.1f}  "
           f"({one[1]:.2f}, {two[1]:.2f}, {four[1]:.2f} ms of the database)",
           "", None)
    yield at_most("... a further node: of the 3rd and 4th / of the 2nd",
                  further / second, 1.2,
                  note=f"  ({further:.1f} / {second:.1f})")
    yield at_most("... for a reader", reader, 0.001, "{:.4f}",
                  f"  ({asked} answers; an idle node asks {idle:.1f} a second)")


def questions(where):
    """p99 of each kind of question, ms."""
    out = subprocess.run(
        ["taskset", "-c", stage.CLIENT_CPU, stage.tool("read"), where, "400"],
        check=True, text=True, stdout=subprocess.PIPE).stdout
    return {m[1]: float(m[2]) / 1000 for m in re.finditer(
        r"^([a-z ]*[a-z]) +[\d.]+ +([\d.]+) +[\d.]+$", out, re.M)}


LISTS = ["latest", "an old page", "section", "tag"]


def nodes_lists():
    """The lists of pages, each a query, from places all over the archive; and
    what else a story's page asks: related stories are many small queries."""
    with Postgres() as postgres:
        told = [("SQLite", os.path.join(stage.site(LARGE), "dateline.db")),
                ("PostgreSQL", postgres.store(LARGE))]
        for name, where in told:
            questions(where)  # warm
            took = questions(where)
            slowest = max(LISTS, key=took.get)
            yield at_most(f"lists at {LARGE} stories, {name}: p99 ms",
                          took[slowest], 5, "{:.2f}", f"  ({slowest})")
            yield (f"... all it was asked, {name}: p99 ms", ", ".join(
                f"{what} {ms:.2f}" for what, ms in took.items()), "", None)


ROWS = {f.__name__: f for f in (nodes_visible, nodes_reading, nodes_importing,
                                nodes_work, nodes_lists)}
