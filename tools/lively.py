#!/usr/bin/env python3
"""lively.py DIR [--every SECONDS] [--count N] [--listen ADDR:PORT] [--with PID]: news comes in at a running site.

Stories that are real are filed again as if they had just been written, one
every few seconds (4): most are new, some correct an earlier one of them, a few
are killed, now and then one is a flash.  Meanwhile readers read, the newer ones
more.  Real stories come from ../shared/data/news where that is there, and from
the demo's own.  --listen is what the server was told, if not what the settings
say; what else it was told may stand here too.  Ends with the server, with that
process, or after N stories."""
import argparse, glob, json, os, random, re, socket, subprocess, sys, time
import http.client, threading, urllib.error, urllib.request

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
NEWS = os.path.join(os.environ.get("SHARED", os.path.join(ROOT, "../shared")),
                    "data")
LANGUAGES = ("en", "uk", "ru")
STORIES = 2000  # of each language, at most
HEADLINE = 300  # characters; what a story takes
READS = 6       # between two stories
WAIT_S = 30     # for the server, and for an answer


class Ended(Exception):
    """The server has."""


def fail(text):
    sys.exit(f"lively.py: {text}")


def connect(folder):
    door = socket.socket(socket.AF_UNIX)
    door.settimeout(WAIT_S)
    try:
        door.connect(os.path.join(folder, "control.sock"))
    except OSError:
        door.close()
        raise
    return door


def ask(folder, path, body=""):
    """An answer of the control socket."""
    data = body.encode()
    answer = b""
    try:
        with connect(folder) as door:
            door.sendall(f"POST {path} HTTP/1.1\r\nHost: control\r\nConnection: "
                         f"close\r\nContent-Length: {len(data)}\r\n\r\n"
                         .encode() + data)
            while more := door.recv(65536):
                answer += more
    except (ConnectionError, FileNotFoundError):
        raise Ended from None
    except TimeoutError:
        fail(f"no answer of {folder}/control.sock in {WAIT_S} s")
    try:
        return json.loads(answer.split(b"\r\n\r\n", 1)[1])
    except (IndexError, ValueError):
        raise Ended from None  # in the middle of it


def from_archive():
    """Real ones, as ninjs, of each language at most STORIES."""
    names = sorted(glob.glob(os.path.join(NEWS, "news/*.jsonl.gz")))
    made = subprocess.Popen(
        [sys.executable, os.path.join(NEWS, "tools/to-ninjs.py"), *names],
        stdout=subprocess.PIPE, text=True)
    found = {language: [] for language in LANGUAGES}
    for line in made.stdout:
        story = json.loads(line)
        kept = found.get(story.get("language"))
        if (kept is not None and len(kept) < STORIES and "bodies" in story
                and all(len(each["value"]) <= HEADLINE
                        for each in story["headlines"])):
            kept.append(story)
    if made.wait():
        print(f"lively.py: {NEWS}/news cannot be read whole", file=sys.stderr)
    return found


def from_demo():
    """Headline, deck and text of the demo's files."""
    found = {}
    for language in LANGUAGES:
        stories = found[language] = []
        for name in sorted(glob.glob(os.path.join(ROOT, "demo", language, "*.md"))):
            with open(name) as file:
                _, head, body = file.read().split("---\n", 2)
            field = dict(re.findall(r'(?m)^(\w+): "?(.*?)"?$', head))
            text = "".join(f"<p>{part}</p>" for part in body.split("\n\n")
                           if part.strip() and "<" not in part and "&" not in part)
            stories.append({
                "headlines": [{"role": "main", "contentType": "text/plain",
                               "value": field["title"]}],
                "bodies": [{"role": "main", "contentType": "text/html",
                            "value": text}],
                "subjects": [{"rel": "section", "name": field["section"]}]})
    return found


class Newsroom:
    def __init__(self, folder, listen, stories):
        self.folder, self.stories = folder, stories
        self.run, self.serial, self.filed = time.time_ns(), 0, []
        spoken = re.split(r"[,\s]+", setting(folder, "languages"))
        self.languages = [each for each in spoken if stories.get(each)]
        if not self.languages:
            fail(f"{folder} has none of the languages {', '.join(LANGUAGES)}")
        self.site = f"http://{listen or setting(folder, 'listen')}"

    def put(self, story, **more):
        return ask(self.folder, "/control/put", json.dumps({**story, **more}))

    def act(self, act, number, **more):
        return ask(self.folder, "/control/act",
                   json.dumps({"act": act, "story": number, **more}))

    def publish(self):
        language = self.languages[self.serial % len(self.languages)]
        story = {key: value for key, value in
                 random.choice(self.stories[language]).items()
                 if key in ("headlines", "bodies", "subjects", "by", "contributors")}
        self.serial += 1
        story.update(uri=f"urn:lively:{self.run}:{self.serial}", type="text",
                     language=language,
                     urgency=1 if self.serial % 15 == 0 else
                     2 if self.serial % 6 == 0 else 4)
        made = self.put(story, version="1")
        if "error" in made:
            return f"left out: {made['text']}"
        done = self.act("publish", made["story"])
        if "error" in done:
            return f"left out: {done['text']}"
        self.filed.append([made["story"], story, 1])
        return f"published {done['address']}"

    def correct(self):
        which = random.choice(self.filed[-10:])
        number, story, version = which
        which[2] = version + 1
        done = self.put(story, version=str(which[2]))
        if "error" not in done:
            done = self.act("correct", number, note="A figure was put right.")
        return self.told("corrected", number, done)

    def kill(self):
        number, *_ = self.filed.pop(random.randrange(len(self.filed)))
        done = self.act("kill", number, note="It was not so.")
        return self.told("killed", number, done)

    @staticmethod
    def told(what, number, done):
        """Others may have done something to the story meanwhile."""
        return (f"left out: {number}: {done['text']}" if "error" in done
                else f"{what} {number}")

    def turn(self):
        if len(self.filed) > 3 and self.serial % 5 == 4:
            self.serial += 1
            return self.correct()
        if len(self.filed) > 8 and self.serial % 12 == 11:
            self.serial += 1
            return self.kill()
        return self.publish()

    def read(self):
        """Somebody reads one of the newest; among them some more than others."""
        newest = self.filed[-12:]
        if not newest:
            return
        number = newest[int(len(newest) * random.random() ** 2)][0]
        screen = random.choice(["phone", "phone", "tablet", "desktop"])
        origin = random.choice(["", "", "search.example", "social.example"])
        request = urllib.request.Request(
            f"{self.site}/read", f"story={number}&screen={screen}&from={origin}"
            .encode(), {"User-Agent": f"Mozilla/5.0 (lively {random.random()})"})
        try:
            urllib.request.urlopen(request, timeout=WAIT_S).close()
        except urllib.error.HTTPError as refused:
            print(f"left out: a read: {refused}", flush=True)
        except (OSError, http.client.HTTPException) as why:
            if not is_served(self.folder):
                raise Ended from None
            fail(f"{self.site}: {why}; --listen says where {self.folder} is "
                 "served")


def setting(folder, name):
    with open(os.path.join(folder, "dateline.conf")) as conf:
        found = re.search(rf"(?m)^{name} = *(\S.*)$", conf.read())
    return found[1] if found else ""


def is_served(folder):
    try:
        connect(folder).close()
        return True
    except OSError:
        return False


def wait(folder):
    if not os.path.isfile(os.path.join(folder, "dateline.conf")):
        fail(f"{folder} is no site")
    for _ in range(WAIT_S * 10):
        if is_served(folder):
            return
        time.sleep(0.1)
    fail(f"nobody serves {folder}")


def end_with(pid):
    """Ends when that process does, whatever is done just then."""
    def watch():
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(0.2)
        print("the server has ended", flush=True)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def come_in(chosen):
    wait(chosen.folder)
    stories = from_demo()
    if os.path.isdir(os.path.join(NEWS, "news")):
        for language, more in from_archive().items():
            stories[language] += more
    newsroom = Newsroom(chosen.folder, chosen.listen, stories)
    turns = 0
    while chosen.count is None or turns < chosen.count:
        print(newsroom.turn(), flush=True)
        turns += 1
        for _ in range(READS):
            newsroom.read()
            time.sleep(chosen.every / READS)


def main():
    options = argparse.ArgumentParser(usage=__doc__, allow_abbrev=False)
    options.add_argument("folder")
    options.add_argument("--every", type=float, default=4)
    options.add_argument("--count", type=int)
    options.add_argument("--listen")
    options.add_argument("--with", type=int, dest="pid")
    chosen, _ = options.parse_known_args()
    if chosen.pid:
        end_with(chosen.pid)
    try:
        come_in(chosen)
    except Ended:
        print("the server has ended", flush=True)
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    main()
