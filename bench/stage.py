"""What the measurements stand on: archives, sites, servers, and their numbers.

Everything that can be made once is kept under build/archives.  Servers run on
processor 0, clients on processor 1; what a server took is its processes' CPU
clock, read by the client at the beginning and the end of its run."""
import glob, hashlib, json, os, random, re, shutil, signal, socket, subprocess
import sys, tempfile, time, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SHARED = os.environ.get("SHARED", os.path.join(ROOT, "..", "shared"))
BUILD = os.environ.get("BUILD", os.path.join(ROOT, "build", "release"))
KEPT = os.environ.get("KEPT", os.path.join(ROOT, "build", "archives"))
SERVER_CPU, CLIENT_CPU = "0", "1"
LANGUAGES = ["en", "uk", "ru"]
PAGE = 30000  # bytes of the story page that is measured

BROWSER = [
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36",
    "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
    "image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
    "Accept-Language: uk-UA,uk;q=0.9,en-US;q=0.8,en;q=0.7,ru;q=0.6",
    "Cache-Control: max-age=0", "Sec-Fetch-Dest: document",
    "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: none", "Sec-Fetch-User: ?1",
    "Upgrade-Insecure-Requests: 1", "Cookie: theme=dark; seen=737184",
]


def say(text):
    print(text, file=sys.stderr, flush=True)


def fail(text):
    sys.exit(f"bench: {text}")


def tool(name):
    return os.path.join(BUILD, "bench", name)


def program():
    return os.path.join(BUILD, "src", "dateline")


def build():
    """The release build and the clients."""
    if not os.path.exists(os.path.join(BUILD, "build.ninja")):
        subprocess.run(["meson", "setup", BUILD, ROOT, "-Dtests=false",
                        "-Db_lto=true"],
                       check=True, stdout=subprocess.DEVNULL)
    made = subprocess.run(
        ["ninja", "-C", BUILD, "src/dateline", "bench/load", "bench/publish",
         "bench/visible", "bench/archive", "bench/bare_epoll", "bench/bare_events",
         "bench/read", "bench/find", "bench/index", "bench/listeners",
         "bench/related"],
        stdout=subprocess.PIPE, text=True)
    if made.returncode:
        fail("the build failed\n" + made.stdout[-3000:])
    os.makedirs(KEPT, exist_ok=True)


# ---- running and measuring programs ----

def client(command, check=True):
    """Runs a client on its processor; what it printed, as JSON."""
    done = subprocess.run(["taskset", "-c", CLIENT_CPU] + command,
                          stdout=subprocess.PIPE, text=True)
    if check and done.returncode:
        fail(f"failed: {' '.join(command)}\n{done.stdout}")
    return json.loads(done.stdout)


def load(address, paths, *options, headers=(), check=True):
    command = [tool("load")] + [str(o) for o in options]
    for header in headers:
        command += ["-H", header]
    return client(command + [address] + list(paths), check)


def load_start(address, paths, *options, headers=()):
    """The same beside something else, which goes first when both want the
    processor."""
    command = ["taskset", "-c", CLIENT_CPU, "nice", "-n", "5", tool("load")]
    command += [str(o) for o in options]
    for header in headers:
        command += ["-H", header]
    return subprocess.Popen(command + [address] + list(paths),
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            text=True)


def load_end(process):
    out, _ = process.communicate()
    return json.loads(out)


def run_measured(command, **options):
    """Seconds and the most memory (MiB) that a command took."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        fail(f"{' '.join(command)}: exit {process.returncode}")
    return time.monotonic() - began, used.ru_maxrss / 1024


def resident(pid):
    """MiB that a process holds now."""
    with open(f"/proc/{pid}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024


def open_files(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


# ---- archives ----

def sources():
    """Files of real stories to mix archives from."""
    real = os.path.join(KEPT, "real.ninjs")
    news = os.path.join(SHARED, "data", "news")
    if not os.path.isdir(news):
        return sorted(glob.glob(os.path.join(ROOT, "demo", "*", "*.md")))
    if not os.path.exists(real):
        names = ["debian-news*", "digitalgov*", "factrueval*",
                 "testonly/reuters*", "testonly/brown-uk.dev*",
                 "testonly/nashigroshi*", "testonly/texty*"]
        files = [f for name in names
                 for f in sorted(glob.glob(os.path.join(news, name)))]
        with open(real + ".new", "w") as out:
            subprocess.run(
                ["python3", os.path.join(SHARED, "data/tools/to-ninjs.py")]
                + files, stdout=out, check=True)
        os.rename(real + ".new", real)
    return [real]


def archive(count):
    """A file of that many stories, made once."""
    path = os.path.join(KEPT, f"{count}.ninjs")
    if not os.path.exists(path):
        say(f"making an archive of {count} stories")
        with open(path + ".new", "wb") as out:
            subprocess.run([tool("archive"), str(count)] + sources(),
                           stdout=out, check=True)
        os.rename(path + ".new", path)
    return path


def paragraphs(size):
    """So many bytes of real English paragraphs, as markup."""
    text = ""
    with open(archive(20000)) as lines:
        for line in lines:
            story = json.loads(line)
            if story["language"] == "en":
                text += story["bodies"][0]["value"]
            if len(text) > 200000:
                break
    body = text[:text.index("</p>", size) + 4] if size > 0 else ""
    return body


# ---- sites ----

SETTINGS = {"threads": "1", "connections_per_address": "0",
            "url": "http://news.example", "listen": "127.0.0.1:0"}


def configure(folder, **changes):
    path = os.path.join(folder, "dateline.conf")
    with open(path) as file:
        text = file.read()
    for key, value in {**SETTINGS, **changes}.items():
        text = re.sub(rf"(?m)^{key} =.*$", f"{key} = {value}", text)
    with open(path, "w") as file:
        file.write(text)


def site_new(folder):
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([program(), "init", folder, "--name", "Bench", "--languages",
                    ",".join(LANGUAGES)], check=True, stdout=subprocess.DEVNULL)
    configure(folder)


def schema():
    """Changes when a site that was kept cannot be used any more."""
    digest = hashlib.sha256()
    for name in sorted(glob.glob(os.path.join(ROOT, "src/store/sql/schema_*.sql"))):
        with open(name, "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def is_kept(folder):
    try:
        with open(os.path.join(folder, "done")) as file:
            return json.load(file)["schema"] == schema()
    except (OSError, KeyError):
        return False


def indexed(where, kind="related"):
    """The same store, its index made to the end of the log and what is related
    behind it: else whoever serves it would do so while something is measured."""
    subprocess.run([tool("index"), where, kind, *LANGUAGES], check=True,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return where


def site(count):
    """A site with an archive of that many stories, made and indexed once; its
    folder."""
    folder = os.path.join(KEPT, f"site-{count}")
    if not is_kept(folder):
        path = archive(count)
        say(f"importing {count} stories")
        site_new(folder)
        seconds, memory = run_measured(
            [program(), "import", folder, "--format", "ninjs", path],
            stderr=subprocess.DEVNULL)
        with open(os.path.join(folder, "done"), "w") as file:
            json.dump({"seconds": seconds, "memory": memory,
                       "schema": schema()}, file)
    indexed(os.path.join(folder, "dateline.db"))
    configure(folder)
    return folder


# ---- servers ----

class Process:
    """A server on its processor; pid is its own, not that of a wrapper."""

    def __init__(self, command, **options):
        self.process = subprocess.Popen(
            ["taskset", "-c", options.pop("cpu", SERVER_CPU)] + command,
            stderr=options.pop("stderr", subprocess.DEVNULL), **options)
        self.pid = self.process.pid

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


class Dateline(Process):
    def __init__(self, folder, **options):
        self.folder = folder
        super().__init__([program(), "serve", folder], text=True,
                         stdout=subprocess.PIPE, stderr=None, **options)
        line = self.process.stdout.readline()
        found = re.search(r"http://([^/\s]+)", line)
        if not found:
            fail(f"the server did not start: {line!r}")
        self.address = found[1]
        self.control = os.path.join(folder, "control.sock")

    def get(self, path, headers=None):
        return get(self.address, path, headers)

    def story_paths(self, wanted, seed=0):
        """Addresses of that many different stories, taken from the sitemap,
        in random order; fewer when there are not as many."""
        files = re.findall(r"<loc>[^<]*(/sitemap-\d+\.xml)</loc>",
                           self.get("/sitemap.xml")[2].decode())
        chance = random.Random(seed)
        chance.shuffle(files)
        paths = []
        for name in files:
            text = self.get(name)[2].decode()
            paths += re.findall(r"<loc>http://news.example(/[^<]*/\d+-[^<]*)",
                                text)
            if len(paths) >= wanted:
                break
        chance.shuffle(paths)
        return paths[:wanted]

    def act(self, path, body):
        answer = control(self.control, path, body)
        if "error" in answer:
            fail(f"{path}: {answer}")
        return answer

    def metrics(self):
        """What the server says of itself, by name."""
        told = ask(self.control, "GET", "/metrics").decode()
        return {name: int(value) for name, value in
                re.findall(r"(?m)^dateline_(\w+) (\d+)$", told)}

    def file(self, uri, headline, body):
        """Files a story; its number."""
        story = {"uri": uri, "type": "text", "version": "1", "language": "en",
                 "headlines": [{"role": "main", "contentType": "text/plain",
                                "value": headline}],
                 "bodies": [{"role": "main", "contentType": "text/html",
                             "value": body}],
                 "subjects": [{"rel": "section", "name": "facts"}]}
        return self.act("/control/put", json.dumps(story))["story"]

    def publish(self, number):
        """Publishes a story that was filed; its address, when that is
        acknowledged."""
        return self.act("/control/act", json.dumps(
            {"act": "publish", "story": number}))["address"]

    def page(self):
        """The path of a story whose page has about PAGE bytes."""
        kept = os.path.join(self.folder, "page")
        if not os.path.exists(kept):
            uri = f"urn:bench:page:{time.time_ns()}"
            name = "The page that is measured"
            path = self.publish(self.file(uri + ":a", name, paragraphs(1000)))
            size = len(self.get(path)[2])
            path = self.publish(self.file(uri + ":b", name,
                                          paragraphs(1000 + PAGE - size)))
            with open(kept, "w") as file:
                file.write(path)
        with open(kept) as file:
            return file.read()


def get(address, path, headers=None):
    """Status, headers, body as it came."""
    request = urllib.request.Request(f"http://{address}{path}",
                                     headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.headers, reply.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def control(where, path, body):
    return json.loads(ask(where, "POST", path, body))


def ask(where, method, path, body=""):
    """The body that a control socket answers."""
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(where)
        data = body.encode()
        door.sendall(f"{method} {path} HTTP/1.1\r\nHost: control\r\nConnection: "
                     f"close\r\nContent-Length: {len(data)}\r\n\r\n".encode()
                     + data)
        answer = b""
        while True:
            more = door.recv(65536)
            if not more:
                break
            answer += more
    return answer.split(b"\r\n\r\n", 1)[1]


NGINX = """
daemon off; master_process off; worker_processes 1; pid {dir}/pid;
error_log {dir}/error.log; events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; tcp_nopush off; gzip_static on;
  keepalive_requests 100000000; open_file_cache max=100 inactive=600s;
  open_file_cache_valid 600s; types {{ text/html html; }}
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p;
  fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port}; root {dir}; }} }}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(address):
    for _ in range(200):
        try:
            socket.create_connection(address.split(":"), 1).close()
            return
        except OSError:
            time.sleep(0.02)
    fail(f"nothing listens on {address}")


class Nginx(Process):
    """Serves page.html and page.html.gz, the bytes that dateline sent."""

    def __init__(self, plain, zipped):
        self.folder = tempfile.mkdtemp()
        os.chmod(self.folder, 0o755)
        for name, data in (("page.html", plain), ("page.html.gz", zipped)):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(data)
        port = free_port()
        with open(os.path.join(self.folder, "conf"), "w") as file:
            file.write(NGINX.format(dir=self.folder, port=port))
        super().__init__(["nginx", "-c", os.path.join(self.folder, "conf"),
                          "-p", self.folder])
        self.address = f"127.0.0.1:{port}"
        wait_for(self.address)

    def stop(self):
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class Bare(Process):
    """Sends so many bytes for whatever is asked, head and body together."""

    def __init__(self, size):
        port = free_port()
        head = 170  # bytes of its own head, give or take a digit
        super().__init__([tool("bare_epoll"), str(port), str(size - head)])
        self.address = f"127.0.0.1:{port}"
        wait_for(self.address)
