"""The rows of open pages: how soon all of them hear, and what they cost."""
import http.client, json, os, random, shutil, signal, socket, statistics
import subprocess, tempfile, threading, time
import urllib.request

import rows
import stage
from rows import ROUNDS, at_most, cpu
from stage import Dateline

READERS = int(os.environ.get("READERS", "10000"))
EVENTS = 10
BEACONS = 100
STORIES = 24  # that are read
KEEP = 5      # seconds: as often reads are put into the store and ranked
PAGE = "/en/"
MANY = "0,1"  # processors

NCHAN = """
load_module /usr/lib/nginx/modules/ngx_nchan_module.so;
daemon off; master_process {master}; worker_processes {processes};
pid {dir}/pid;
worker_rlimit_nofile 20000;
error_log {dir}/error.log; events {{ worker_connections 15000; }}
http {{ access_log off; tcp_nodelay on; nchan_max_reserved_memory 128M;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p;
  fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port} backlog=4096;
    location /live {{ nchan_subscriber eventsource; nchan_channel_id live; }}
    location /pub {{ nchan_publisher; nchan_channel_id live; }} }} }}
"""


class Nchan(stage.Process):
    """nginx with nchan: one channel of server-sent events."""

    def __init__(self, processes=1, **options):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        port = stage.free_port()
        conf = os.path.join(self.folder, "conf")
        with open(conf, "w") as file:
            file.write(NCHAN.format(
                dir=self.folder, port=port, processes=processes,
                master="on" if processes > 1 else "off"))
        super().__init__(["nginx", "-c", conf, "-p", self.folder], **options)
        self.address = f"127.0.0.1:{port}"
        stage.wait_for(self.address)

    def stop(self):
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Bare(stage.Process):
    """A loop that sends what it is sent: the least that tells them all."""

    def __init__(self):
        port = stage.free_port()
        super().__init__([stage.tool("bare_events"), str(port)])
        self.port, self.address = port, f"127.0.0.1:{port}"
        self.events = 0
        stage.wait_for(self.address)

    def publish(self, message):
        self.events += 1
        began = time.monotonic_ns()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as door:
            door.sendto(b"id: %d\nevent: published\ndata: %b\n\n"
                        % (self.events, message), ("127.0.0.1", self.port))
        return began


class Crowd:
    """Readers of a server's events, each on a connection of its own."""

    def __init__(self, server, readers, events, path="/live?lang=en"):
        self.before = stage.resident(server.pid)
        self.process = subprocess.Popen(
            ["taskset", "-c", stage.CLIENT_CPU, stage.tool("listeners"),
             str(readers), str(events), server.address, path],
            text=True, stdout=subprocess.PIPE)
        if self.process.stdout.readline() != "ready\n":
            stage.fail("the readers did not come")
        self.each_kb = (stage.resident(server.pid) - self.before) * 1024 / readers

    def told(self):
        out, _ = self.process.communicate(timeout=120)
        return json.loads(out)

    def leave(self):
        self.process.kill()
        self.process.wait()


def publish_ours(server):
    """A story becomes public; when that was asked for."""
    number = server.file(f"urn:bench:live:{time.time_ns()}",
                         "The harbour bridge is open again",
                         "<p>It was closed.</p>")
    began = time.monotonic_ns()
    server.publish(number)
    return began


def publish_theirs(server, message):
    began = time.monotonic_ns()
    urllib.request.urlopen(urllib.request.Request(
        f"http://{server.address}/pub", data=message)).read()
    return began


def hear(server, readers, publish):
    """ms until half, 99 % and all had heard; kB a reader."""
    crowd = Crowd(server, readers, EVENTS)
    began = []
    for _ in range(EVENTS):
        began.append(publish(server))
        time.sleep(0.3 + readers / 20000)
    told = crowd.told()
    for each in told["rounds"]:
        if each["heard"] != readers:
            stage.fail(f"{each['heard']} of {readers} heard an event")
    if told["disordered"]:
        stage.fail(f"{told['disordered']} events came out of order")
    return [statistics.median((each[share] - t) / 1e6 for each, t in
                              zip(told["rounds"], began))
            for share in ("p50", "p99", "max")] + [crowd.each_kb]


def one_event(server):
    """An event's bytes, to be told by others too."""
    with urllib.request.urlopen(
            f"http://{server.address}/live?lang=en&last=0") as reply:
        head = b""
        while b'"headline"' not in head or not head.endswith(b"\n\n"):
            head += reply.readline()
    return head.split(b"data: ")[1].rstrip(b"\n")


def live_site():
    folder = os.path.join(tempfile.mkdtemp(), "news")
    stage.site_new(folder)
    return folder


def hear_in_turn(folder, message):
    """What each of the servers takes, by its name; of MANY processors the
    readers have a part of one."""
    def ours(server):
        return hear(server, READERS, publish_ours)

    def theirs(server):
        return hear(server, READERS, lambda s: publish_theirs(s, message))

    def bare(server):
        return hear(server, READERS, lambda s: s.publish(message))

    turns = {
        "ours": lambda: (Dateline(folder, cpu=MANY), ours),
        "nchan": lambda: (Nchan(cpu=MANY), theirs),
        "nchan twice": lambda: (Nchan(2, cpu=MANY), theirs),
        "ours on one": lambda: (Dateline(folder), ours),
        "nchan on one": lambda: (Nchan(), theirs),
        "bare on one": lambda: (Bare(), bare),
    }
    took = {name: [] for name in turns}
    for _ in range(max(ROUNDS // 2, 2)):
        for name, start in turns.items():
            stage.configure(folder, threads="1" if "one" in name else "0")
            server, listen = start()
            with server:
                took[name].append(listen(server))
    return {name: [statistics.median(column) for column in zip(*rows)]
            for name, rows in took.items()}


def live():
    """Events at READERS open pages, and the same by nginx with nchan: a process
    each, on all processors; and on one."""
    folder = live_site()
    try:
        with Dateline(folder) as server:
            publish_ours(server)
            message = one_event(server)
        took = hear_in_turn(folder, message)
    finally:
        shutil.rmtree(os.path.dirname(folder))
    for at, share in enumerate(("p50", "p99", "all")):
        ours, theirs, twice = (took[name][at] for name in
                               ("ours", "nchan", "nchan twice"))
        yield at_most(f"an event at {READERS} readers, {share}: of nchan's",
                      ours / theirs, 0.7,
                      note=f"  ({ours:.1f} ms, nchan {theirs:.1f}, "
                           f"in two processes {twice:.1f})")
    for at, share in enumerate(("p50", "p99")):
        ours, theirs, bare = (took[name][at] for name in
                              ("ours on one", "nchan on one", "bare on one"))
        yield (f"  the same on one processor, {share}", f"{ours / theirs:.2f}"
               f"  ({ours:.1f} ms, nchan {theirs:.1f}, bare {bare:.1f})", "", None)
    yield at_most("memory of an open reader (kB)", took["ours"][3], 6, "{:.1f}",
                  note=f"  (nchan {took['nchan'][3]:.1f})")


class Client:
    """Who asks for the page all the time, but only while it is entered."""

    def __init__(self, server, path, seconds, case):
        self.process = stage.load_start(
            server.address, [path], "-s", seconds,
            headers=rows.headers_of(case, server.address, path))
        self.process.send_signal(signal.SIGSTOP)

    def __enter__(self):
        self.process.send_signal(signal.SIGCONT)

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGSTOP)

    def end(self):
        """How often it was answered."""
        self.process.send_signal(signal.SIGCONT)
        told = stage.load_end(self.process)
        if set(told["statuses"]) != {"200"}:
            stage.fail(f"expected 200 only: {told['statuses']}")
        return told["requests"]


SLICE = 1 / BEACONS  # seconds; what the machine does to one lasts longer
SLICES = 5 * ROUNDS  # seconds of all of them


def page_in_slices(pages, in_each=None, at_end=lambda: None, case="gzip"):
    """CPU per request of the first server over that of the second, each with
    its path: a slice each in turn, and all that the servers take from the
    beginning until the end was waited for."""
    began = [processor_of(server) for server, _ in pages]
    clients = [Client(server, path, SLICES, case) for server, path in pages]
    end = time.monotonic() + SLICES
    order = [0, 1]
    while time.monotonic() < end - 0.1:
        for i in order:
            with clients[i]:
                until = time.monotonic() + SLICE
                if in_each:
                    in_each[i]()
                time.sleep(max(0, until - time.monotonic()))
        order.reverse()
    asked = [client.end() for client in clients]
    at_end()
    each = [(processor_of(server) - before) / count
            for (server, _), before, count in zip(pages, began, asked)]
    return each[0] / each[1]


def parts_changed(ratios):
    """One of the two measured with the servers' parts changed, so that where
    the memory of each lies weighs nothing."""
    return (statistics.geometric_mean(ratios), "{:.3f}",
            "  ({:.3f}, and {:.3f} with the parts changed)".format(*ratios))


def live_beside():
    """A page while READERS others are open, and of a server without them."""
    folders = [live_site(), live_site()]
    servers, beside = [], []
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(stage.CLIENT_CPU)})
    try:
        for folder in folders:
            servers.append(Dateline(folder))
            publish_ours(servers[-1])
            cpu(servers[-1], PAGE, "gzip")
        for way in (1, -1):
            pages = [(server, PAGE) for server in servers[::way]]
            crowd = Crowd(pages[0][0], READERS, 1)
            beside.append(page_in_slices(pages))
            crowd.leave()
            time.sleep(0.5)
    finally:
        os.sched_setaffinity(0, processors)
        for server in servers:
            server.stop()
        for folder in folders:
            shutil.rmtree(os.path.dirname(folder))
    value, form, note = parts_changed(beside)
    yield at_most(f"a page's CPU beside {READERS} open readers", value, 1.1,
                  form, note)


def processor_of(server):
    """Seconds of a processor that its threads have had."""
    took = 0
    for thread in os.listdir(f"/proc/{server.pid}/task"):
        with open(f"/proc/{server.pid}/task/{thread}/schedstat") as file:
            took += int(file.read().split()[0])
    return took / 1e9


def processor_beside(server, who):
    """What the server takes for each second of that, and until the last of it
    is kept."""
    began = processor_of(server)
    with who:
        time.sleep(2 * KEEP)
    time.sleep(KEEP + 0.5)
    return (processor_of(server) - began) / (2 * KEEP)


class Read:
    """A server whose stories are read."""

    def __init__(self, folder):
        self.server = Dateline(folder)
        stories = [self.server.file(f"urn:bench:hot:{time.time_ns()}",
                                    "The bridge is open again",
                                    "<p>It was closed.</p>")
                   for _ in range(STORIES)]
        self.path = [self.server.publish(story) for story in stories][0]
        self.readers = Readers(self.server, stories, "Mozilla/5.0", True)
        self.robots = Readers(self.server, stories, "Bot/1.0", False)
        cpu(self.server, self.path, "gzip", KEEP)
        processor_beside(self.server, self.readers)


def page_beside_readers(counts, does_not):
    """Beside readers who count, over the same beside robots, who do not: a
    beacon in each slice, to the last of it that is kept."""
    sides, who = (counts, does_not), (counts.readers, does_not.robots)

    def keep():
        for each in who:
            each.end()
        time.sleep(KEEP + 0.5)

    for each in who:
        each.begin()
    return page_in_slices([(side.server, side.path) for side in sides],
                          [each.send for each in who], keep)


def hot():
    """What counting costs: readers' beacons come in and are put into the store,
    and as many that do not count.  Once while nothing else is asked, so that
    all that the server does is theirs; and beside a story's page, for what one
    does to the other's memory."""
    folders = [live_site(), live_site()]
    sides, costs = [], []
    processors = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {int(stage.CLIENT_CPU)})
    try:
        for folder in folders:
            stage.configure(folder, proxies="127.0.0.1")
            sides.append(Read(folder))
        for _ in range(ROUNDS):
            left_out = processor_beside(sides[0].server, sides[0].robots)
            costs.append(processor_beside(sides[0].server, sides[0].readers)
                         - left_out)
        beside = [page_beside_readers(*sides[::way]) for way in (1, -1)]
    finally:
        os.sched_setaffinity(0, processors)
        for side in sides:
            side.server.stop()
        for folder in folders:
            shutil.rmtree(os.path.dirname(folder))
    yield at_most(f"counting {BEACONS} beacons a second: % of a processor",
                  100 * max(costs), 1, "{:.2f}", "  (the worst of "
                  f"{len(costs)}; median {100 * statistics.median(costs):.2f})")
    value, form, note = parts_changed(beside)
    yield at_most(f"a page's CPU beside {BEACONS} counted beacons / uncounted",
                  value, 1.01, form, note)


class Readers:
    """Readers of stories, each another one, behind a proxy; BEACONS a second
    while it is entered. What they like best shifts, so that each time that
    stories are ranked their order is another. Those of an agent that is a
    robot's do not count."""

    def __init__(self, server, stories, agent, counts):
        self.server, self.stories = server, stories
        self.agent, self.counts = agent, counts
        self.sent = 0

    def begin(self):
        self.counted = self.server.metrics()["reads_counted"]
        self.count, self.refused = 0, None
        self.door = http.client.HTTPConnection(self.server.address)

    def end(self):
        self.door.close()
        counted = self.server.metrics()["reads_counted"] - self.counted
        if self.refused:
            stage.fail(f"a beacon was answered {self.refused}")
        if counted != self.counts * self.count or not self.count:
            stage.fail(f"{counted} of {self.count} beacons were counted")
        self.sent += self.count

    def __enter__(self):
        self.begin()
        self.stop = threading.Event()
        self.thread = threading.Thread(target=self.send_on)
        self.thread.start()

    def __exit__(self, *_):
        self.stop.set()
        self.thread.join()
        self.end()

    def send_on(self):
        began = time.monotonic()
        while not self.refused and not self.stop.wait(
                began + self.count / BEACONS - time.monotonic()):
            self.send()

    def send(self):
        reader = self.sent + self.count
        self.door.request("POST", "/read",
                          f"story={self.liked()}&screen=phone", {
                              "User-Agent": self.agent,
                              "X-Forwarded-For": f"10.{reader >> 16 & 255}."
                                                 f"{reader >> 8 & 255}."
                                                 f"{reader & 255}"})
        answer = self.door.getresponse()
        answer.read()
        self.count += 1
        if answer.status != 204:
            self.refused = answer.status

    def liked(self):
        """The nearer to that which is liked best, the more often."""
        best = (self.sent + self.count) // int(BEACONS * KEEP)
        away = int(STORIES * random.random() ** 2)
        return self.stories[(best + away) % STORIES]


ROWS = {each.__name__: each for each in (live, live_beside, hot)}
