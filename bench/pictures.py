"""Pictures: how long they take to come in, how many bytes they are, and what it
costs readers meanwhile.

Real ones, of Debian's package mate-backgrounds (GPL-2+ and CC BY-SA, by its
copyright file); the one of 12 megapixels is cut from the largest of them."""
import glob, gzip, json, os, resource, subprocess, tempfile, threading
import time

import stage
from rows import ROUNDS, SMALL, at_most, median, ratio
from stage import Dateline, Nginx

PACKAGE = "/usr/share/backgrounds/mate"
LARGEST = os.path.join(PACKAGE, "abstract", "Elephants_5640x3172.jpg")
PHONE = 1170  # device pixels: 390 at a density of 3


def vips(*words):
    made = subprocess.run(["vips", *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True)
    if made.returncode:
        stage.fail(f"vips {words[0]}: {made.stdout}")


def to_srgb(path):
    """What `vips thumbnail` is told of colours: only those of a profile are
    converted (see src/media/draw.c)."""
    has = subprocess.run(["vipsheader", "-f", "icc-profile-data", path],
                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return [] if has.returncode else ["--export-profile", "srgb"]


def another(path, number, folder):
    """The same picture as another file: with a number in a JPEG's comment."""
    with open(path, "rb") as file:
        whole = file.read()
    text = str(number).encode()
    to = os.path.join(folder, f"{number}.jpg")
    with open(to, "wb") as file:
        file.write(whole[:2] + b"\xff\xfe" + (len(text) + 2).to_bytes(2, "big")
                   + text + whole[2:])
    return to


def twelve(folder):
    cut, to = os.path.join(folder, "cut.v"), os.path.join(folder, "twelve.jpg")
    vips("crop", LARGEST, cut, "800", "86", "4000", "3000")
    vips("jpegsave", cut, to, "--Q", "92")
    os.unlink(cut)
    return to


def add(site, path, processor=None):
    """Starts it; on one processor when that is said."""
    on = ["taskset", "-c", processor] if processor else []
    return subprocess.Popen([*on, stage.program(), "media", "add", site, path],
                            stdout=subprocess.DEVNULL)


def took(*processes):
    for process in processes:
        if process.wait():
            stage.fail("a picture was refused")


def pictures():
    """A JPEG of 12 megapixels to all its renditions on disk; and pages meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        site = os.path.join(folder, "site")
        stage.site_new(site)
        original = twelve(folder)
        number = 0
        alone, together = [], []
        for _ in range(ROUNDS):
            began = time.monotonic()
            took(add(site, another(original, number, folder), stage.CLIENT_CPU))
            alone.append(time.monotonic() - began)
            began = time.monotonic()
            took(*(add(site, another(original, number + 1 + i, folder), str(i))
                   for i in range(2)))
            together.append(time.monotonic() - began)
            number += 3
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        yield at_most("12 megapixels to all renditions, one core, s",
                      max(alone), 4, note=f"  ({median(alone):.2f} in the middle)")
        yield at_most("two at once, one core each, s", max(together), 4)
        yield at_most("memory of the largest process of it, MiB", most, 200,
                      form="{:.0f}")
    yield from beside()


FIGURES = (("a page's p50", "ms"), ("a page's p99", "ms"),
           ("its CPU per request", "µs"))


def page_of(server, path):
    told = stage.load(server.address, [path], "-s", 4, "-r", 1000, "-c", 16,
                      "-p", server.pid)
    return told["ms"]["p50"], told["ms"]["p99"], told["cpu_us"]


def beside():
    """Pages of the same site, whose server has a processor that pictures are drawn
    on as well; and those bytes from nginx, in its place: what the machine does to
    any server."""
    site = stage.site(SMALL)
    with tempfile.TemporaryDirectory() as folder, Dateline(site) as ours:
        path, plain = ours.page(), ours.get(ours.page())[2]
        original, stop = twelve(folder), threading.Event()
        first = int(time.time()) * 1000
        # Made before: the client's processor has nothing else to do.
        new = [another(original, first + i, folder) for i in range(10 * ROUNDS)]

        def draw():
            while not stop.is_set():
                took(add(site, new.pop(), stage.SERVER_CPU))

        with Nginx(plain, gzip.compress(plain)) as nginx:
            pages = [(ours, path), (nginx, "/page.html")]
            quiet, busy = ({ours: [], nginx: []} for _ in range(2))
            for server, page in pages:
                stage.load(server.address, [page], "-s", 0.5)
            for turn in range(ROUNDS):
                for server, page in pages[::1 if turn % 2 else -1]:
                    quiet[server].append(page_of(server, page))
                    stop.clear()
                    drawing = threading.Thread(target=draw)
                    drawing.start()
                    time.sleep(0.3)
                    busy[server].append(page_of(server, page))
                    stop.set()
                    drawing.join()
            yield from compared(quiet[ours], busy[ours], quiet[nginx],
                                busy[nginx])


def compared(quiet, busy, quiet_other, busy_other):
    for i, (name, unit) in enumerate(FIGURES):
        mine = [turn[i] for turn in quiet], [turn[i] for turn in busy]
        other = ratio([turn[i] for turn in busy_other],
                      [turn[i] for turn in quiet_other])
        yield at_most(f"{name} beside drawing / without", ratio(*mine[::-1]),
                      1.05, note=f"  ({median(mine[1]):.3f} / "
                      f"{median(mine[0]):.3f} {unit}; nginx's {other:.2f})")


# ---- bytes ----

def pixels(path, width):
    """Luma of a picture scaled to that width, as it is shown."""
    import numpy
    from PIL import Image
    to = tempfile.NamedTemporaryFile(suffix=".png")
    vips("thumbnail", path, to.name, str(width), "--size", "both",
         "--height", "100000", *to_srgb(path))
    return numpy.asarray(Image.open(to.name).convert("L"))


def likeness(reference, path):
    from skimage.metrics import structural_similarity
    shown = pixels(path, PHONE)
    rows = min(shown.shape[0], reference.shape[0])
    return structural_similarity(reference[:rows], shown[:rows])


def alike(original, width, reference, wanted, folder):
    """Bytes of a JPEG of that width which is as like as wanted."""
    scaled = os.path.join(folder, "scaled.v")
    to = os.path.join(folder, "other.jpg")
    vips("thumbnail", original, scaled, str(width), "--size", "down",
         "--height", "100000", *to_srgb(original))
    low, high = 5, 97
    while low < high:  # the lowest quality that is
        quality = (low + high) // 2
        vips("jpegsave", scaled, to, "--Q", str(quality), "--strip",
             "--optimize-coding")
        if likeness(reference, to) >= wanted:
            high = quality
        else:
            low = quality + 1
    vips("jpegsave", scaled, to, "--Q", str(low), "--strip", "--optimize-coding")
    return os.path.getsize(to), low


def picture_bytes():
    """A lead picture on a phone (390 px at a density of 3): the rendition that its
    browser takes, against those of Ghost's default theme (300, 600, 1000, 2000
    px, JPEG) and of WordPress (300, 768, 1024, 1536, 2048 px, JPEG), each at the
    quality at which it is as like the original (SSIM of luma, as it is shown)."""
    names = sorted(glob.glob(os.path.join(PACKAGE, "nature", "*.jpg")))
    ghost, wordpress, told = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        site = os.path.join(folder, "site")
        stage.site_new(site)
        for name in [*names, LARGEST]:
            made = json.loads(subprocess.check_output(
                [stage.program(), "media", "add", site, name, "--json"]))
            if made["width"] < PHONE:
                continue
            widths = [w for w in (1280, made["width"]) if w <= made["width"]]
            ours = os.path.join(site, "media", made["mark"][:2],
                                f"{made['mark']}-{min(widths)}.avif")
            reference = pixels(name, PHONE)
            wanted = likeness(reference, ours)
            size = os.path.getsize(ours)
            other, quality = alike(name, 2000, reference, wanted, folder)
            ghost.append(size / other)
            told.append(quality)
            other, _ = alike(name, 1536, reference, wanted, folder)
            wordpress.append(size / other)
    note = f"  ({min(ghost):.2f} to {max(ghost):.2f}, {len(ghost)} pictures)"
    yield at_most("bytes on a phone / Ghost's, at equal SSIM", median(ghost), 0.6,
                  note=note)
    note = f"  ({min(wordpress):.2f} to {max(wordpress):.2f})"
    yield at_most("bytes on a phone / WordPress's", median(wordpress), 0.6,
                  note=note)


ROWS = {f.__name__: f for f in (pictures, picture_bytes)}
