"""The row of MORE ABOUT: Reuters-21578 of 1987 with its places, people and
organisations as tags, and its topics, which nobody was told, as the judge."""
import collections, gzip, json, os, shutil, subprocess, tempfile

import hugo
import stage
from rows import LARGE, at_most
from stage import SHARED
from postgres import Postgres

NEWS = "data/news/testonly/reuters-21578.dev.jsonl.gz"
TEN = 10


def read_stories():
    """By uri, oldest first."""
    with gzip.open(os.path.join(SHARED, NEWS), "rt", encoding="utf-8") as lines:
        stories = [json.loads(line) for line in lines]
    stories = [s for s in stories if s.get("title") and s.get("body", "").strip()]
    stories.sort(key=lambda story: story["date"])
    return {f"urn:related:{i}": story for i, story in enumerate(stories)}


def tags_of(story):
    return list(dict.fromkeys(name for kind in ("places", "people", "orgs")
                              for name in story.get(kind) or ()))


def topics_of(story):
    return set(story.get("topics") or ())


# ---- ours, and what others show ----

def ours(stories):
    room = tempfile.mkdtemp(prefix="dateline-related-")
    try:
        folder, file = os.path.join(room, "site"), os.path.join(room, "a.ninjs")
        with open(file, "w", encoding="utf-8") as out:
            for uri, story in stories.items():
                subjects = [{"name": "world", "rel": "section"}] + [
                    {"literal": tag, "name": tag, "rel": "tag"}
                    for tag in tags_of(story)]
                out.write(json.dumps({
                    "uri": uri, "type": "text", "language": "en",
                    "versioncreated": story["date"],
                    "headline": story["title"][:250], "subjects": subjects,
                    "body_text": story["body"]}) + "\n")
        subprocess.run([stage.program(), "init", folder, "--languages", "en"],
                       check=True, stdout=subprocess.DEVNULL)
        subprocess.run([stage.program(), "import", folder, "--format", "ninjs",
                        file], check=True, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        store = os.path.join(folder, "dateline.db")
        subprocess.run([stage.tool("index"), store, "terms", "en"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        return {row["uri"]: row["related"] for row in look(store)}
    finally:
        shutil.rmtree(room)


def look(store, count=None):
    done = subprocess.run(
        ["taskset", "-c", stage.CLIENT_CPU, stage.tool("related"), store]
        + ([str(count), str(LARGE)] if count else []), check=True, text=True,
        stdout=subprocess.PIPE)
    return [json.loads(line) for line in done.stdout.splitlines()]


def newest_with_a_common_tag(stories):
    lists, found = collections.defaultdict(list), {}
    for at, (uri, story) in enumerate(stories.items()):
        places = {at: uri for tag in tags_of(story) for at, uri in lists[tag][-TEN:]}
        found[uri] = [places[at] for at in sorted(places, reverse=True)[:TEN]]
        for tag in tags_of(story):
            lists[tag].append((at, uri))
    return found


def shared(stories, found):
    """Of the ten places, how many hold a story that shares a topic."""
    judged = [uri for uri, story in stories.items() if topics_of(story)]
    return sum(bool(topics_of(stories[uri]) & topics_of(stories[other]))
               for uri in judged for other in found.get(uri, [])[:TEN]
               ) / TEN / len(judged)


# ---- the row ----

def speed(name, store):
    """Asked twice, as search's; of the archive's own stories, behind which lie
    those that other rows have published."""
    look(store, 600)
    took = sorted(row["ms"] for row in look(store, 600))
    note = f"  (p50 {took[len(took) // 2]:.1f}, worst {took[-1]:.0f})"
    return at_most(f"{name}: MORE ABOUT, {LARGE} stories: p99 ms",
                   took[int(len(took) * 0.99)], 20, "{:.1f}", note)


def related():
    """What the ten share with the story, and how long they take."""
    if os.path.exists(os.path.join(SHARED, NEWS)):
        stories = read_stories()
        mine = shared(stories, ours(stories))
        for name, found in (
                ("the ten newest with a common tag",
                 newest_with_a_common_tag(stories)),
                ("Hugo's, by its defaults", hugo.related(
                    {uri: (story["title"], story["date"], tags_of(story))
                     for uri, story in stories.items()}))):
            theirs = found and shared(stories, found)
            yield (f"share a topic: ours, and {name}",
                   f"{mine:.3f}  ({theirs:.3f})" if found else "not installed",
                   "> theirs", mine > theirs if found else None)
    else:
        yield "share a topic", "../shared is not there", "", None
    yield speed("SQLite", os.path.join(stage.site(LARGE), "dateline.db"))
    with Postgres() as server:
        yield speed("PostgreSQL", server.store(LARGE))


ROWS = {"related": related}
