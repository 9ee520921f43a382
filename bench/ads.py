"""The rows of ads: what places for them cost a page, and what it costs to fill
them."""
import json, os, shutil, socket, subprocess, tempfile, time

import live
import rows
import stage
from rows import ROUNDS, SECONDS, SMALL, at_most, median
from stage import Dateline

CAMPAIGNS = 8  # half of them with a picture, half of each with a cap
LIVES = 6      # of both servers: where the memory of each lies weighs as long
PAIRS = 1000   # in a round: asked for and seen
BANNER = os.path.join(stage.ROOT, "test", "data", "pictures", "plain.jpg")

# What site/script sends, from a page of the site.
SCRIPT = [stage.BROWSER[0], "Accept: */*", "Accept-Encoding: gzip, deflate, br",
          "Sec-Fetch-Dest: empty", "Sec-Fetch-Mode: cors",
          "Sec-Fetch-Site: same-origin"]


def campaign(number, mark):
    """The text of a campaign's file."""
    lines = ["---", f"name: Campaign {number}", f"weight: {number + 1}",
             "link: https://sea.example/"]
    if number % 4 < 2:
        lines += [f"picture: {mark}", "picture_alt: Ships and sails"]
    if number % 2:
        lines += ["cap: 1000000000"]
    html = "" if number % 4 < 2 else "<a href='{click}'>Ships and sails</a>\n"
    return "\n".join([*lines, "---", html])


def add_campaigns(folder):
    made = subprocess.run([stage.program(), "media", "add", folder, BANNER,
                           "--json"], check=True, stdout=subprocess.PIPE)
    mark = json.loads(made.stdout)["mark"]
    for number in range(CAMPAIGNS):
        path = os.path.join(folder, f"campaign-{number}.md")
        with open(path, "w") as file:
            file.write(campaign(number, mark))
        subprocess.run([stage.program(), "ads", "add", folder, path],
                       check=True, stdout=subprocess.DEVNULL)


def two_sites():
    """Copies of one archive: with ads, and without; their room and the page."""
    room = tempfile.mkdtemp()
    kept = stage.site(SMALL)
    with Dateline(kept) as server:
        path = server.page()
    folders = [os.path.join(room, name) for name in ("with", "without")]
    for folder, ads in zip(folders, ("yes", "no")):
        shutil.copytree(kept, folder)
        stage.configure(folder, ads=ads, ads_per_address="0")
    add_campaigns(folders[0])
    return room, folders, path


def places(server, path):
    """The queries of a page's places, as the site's script asks them."""
    page = server.get(path)[2].decode()
    about = page.partition('data-about="')[2].partition('"')[0]
    slots = [part.partition('"')[0] for part in page.split('data-ad="')[1:]]
    return [f"slot={slot}&{about.replace('&amp;', '&')}" for slot in slots]


def page_in_a_life(folders, path, case, way):
    """CPU per request of the page with places over that without: of two servers
    that are started for it, the one or the other first."""
    servers = {}
    try:
        for folder in folders[::way]:
            servers[folder] = Dateline(folder)
            rows.cpu(servers[folder], path, case, rows.TURN)
        order = [(servers[folder], path) for folder in folders[::way]]
        return live.page_in_slices(order, case=case) ** way
    finally:
        for server in servers.values():
            server.stop()


def asked(server, paths):
    """Microseconds of processor that one ad takes the server."""
    told = stage.load(server.address, paths, "-s", SECONDS, "-p", server.pid,
                      headers=SCRIPT)
    if set(told["statuses"]) != {"200"}:
        stage.fail(f"not every ad was answered: {told['statuses']}")
    return told["cpu_us"]


class Reader:
    """One page's connection, with next to nothing of its own to do."""

    def __init__(self, server):
        address, port = server.address.split(":")
        self.door = socket.create_connection((address, int(port)))
        self.door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.head = "\r\n".join([f"Host: {server.address}", *SCRIPT, ""])

    def ask(self, line, body=""):
        """Milliseconds until it was answered whole, the status, the answer."""
        size = f"Content-Length: {len(body)}\r\n" if body else ""
        began = time.monotonic_ns()
        self.door.sendall(f"{line} HTTP/1.1\r\n{self.head}{size}\r\n{body}"
                          .encode())
        answer = b""
        while not self.whole(answer):
            more = self.door.recv(65536)
            if not more:
                stage.fail(f"{line}: the answer was cut short")
            answer += more
        return ((time.monotonic_ns() - began) / 1e6, answer[9:12], answer)

    @staticmethod
    def whole(answer):
        head, end, body = answer.partition(b"\r\n\r\n")
        if not end:
            return False
        for line in head.split(b"\r\n"):
            name, _, value = line.partition(b": ")
            if name.lower() == b"content-length":
                return len(body) >= int(value)
        return True


def pairs(server, path, query):
    """Milliseconds of each: an ad that is asked for, and said to be seen; and
    of the page, for what the machine does."""
    reader, took = Reader(server), {"GET /ad": [], "POST /ad/seen": [],
                                    "... the page": []}
    with reader.door:
        for _ in range(PAIRS):
            took["... the page"].append(reader.ask(f"GET {path}")[0])
            ms, status, answer = reader.ask(f"GET /ad?{query}")
            if status != b"200":
                stage.fail(f"an ad was answered {status}")
            took["GET /ad"].append(ms)
            ticket = answer.split(b'data-ticket="')[1].split(b'"')[0].decode()
            ms, status, _ = reader.ask("POST /ad/seen", ticket)
            if status != b"204":
                stage.fail(f"a ticket was answered {status}")
            took["POST /ad/seen"].append(ms)
    return took


def ads():
    """A story's page with four places for ads against the same page of the same
    archive without; then what is asked for besides, told without a goal."""
    room, folders, path = two_sites()
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(stage.CLIENT_CPU)})
    try:
        yield from page_with_four(folders, path)
        with Dateline(folders[0]) as server:
            yield from filled(server, path)
    finally:
        os.sched_setaffinity(0, processors)
        shutil.rmtree(room)


def page_with_four(folders, path):
    sizes = {case: [] for case in ("identity", "gzip")}
    for folder, wanted in zip(folders, (4, 0)):
        with Dateline(folder) as server:
            if len(places(server, path)) != wanted:
                stage.fail(f"expected {wanted} places on {path}")
            for case, each in sizes.items():
                each.append(rows.answer_size(server, path, case))
    for case, (more, less) in sizes.items():
        lives = [page_in_a_life(folders, path, case, way)
                 for way in (1, -1) * (LIVES // 2)]
        note = (f"  ({min(lives):.3f} to {max(lives):.3f} in {LIVES} lives; "
                f"{more} and {less} bytes)")
        yield at_most(f"{case}: a page's CPU with four ads / without",
                      median(lives), 1.03, "{:.3f}", note)


def filled(server, path):
    """What one page's places ask for."""
    queries = places(server, path)
    page, ad, took = [], [], {}
    for _ in range(ROUNDS):
        page.append(rows.cpu(server, path, "gzip"))
        ad.append(asked(server, [f"/ad?{query}" for query in queries]))
        for what, ms in pairs(server, path, queries[0]).items():
            took.setdefault(what, []).extend(ms)
    yield ("GET /ad: CPU per request, µs", f"{median(ad):.1f}  (a page "
           f"{median(page):.1f}; {rows.ratio(ad, page):.2f} of that)", "", None)
    for what, ms in took.items():
        ms.sort()
        yield (f"{what}: p50, p99 ms", f"{ms[len(ms) // 2]:.3f}, "
               f"{ms[len(ms) * 99 // 100]:.3f}", "", None)
    seen = server.metrics()["ads_seen"]
    if seen != ROUNDS * PAIRS:
        stage.fail(f"{seen} of {ROUNDS * PAIRS} ads were counted as seen")


ROWS = {each.__name__: each for each in (ads,)}
