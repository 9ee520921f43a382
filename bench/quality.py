"""How well search finds: judged sets (TREC), beside plain FTS5 and PostgreSQL's
own `english`.

Ours goes the way of a reader: the documents are imported into a site, and each
query is asked of `dateline search --relevance`.  A document's number is its line
in the import."""
import gzip, json, math, os, re, shutil, sqlite3, subprocess, tempfile

import stage
from stage import SHARED

SETS = ("ru-entities", "testonly/en-cranfield", "testonly/en-simpleir",
        "testonly/uk-morphology")
DEPTH = 100


def read_set(name):
    folder = os.path.join(SHARED, "data/search", name)
    with gzip.open(os.path.join(folder, "docs.jsonl.gz"), "rt",
                   encoding="utf-8") as lines:
        docs = [json.loads(line) for line in lines]
    queries, judged = [], {}
    with open(os.path.join(folder, "queries.dev.tsv"), encoding="utf-8") as file:
        for line in file:
            columns = line.rstrip("\n").split("\t")
            part = columns[2] if len(columns) > 2 and columns[2].isdigit() else ""
            queries.append((columns[0], columns[1], part))
    with open(os.path.join(folder, "qrels.dev.txt"), encoding="utf-8") as file:
        for line in file:
            query, _, doc, grade = line.split()
            judged.setdefault(query, {})[doc] = int(float(grade))
    return docs, queries, judged


def doc_id(doc):
    return doc["id"].replace(" ", "_")


def part_of(doc):
    """Some sets are several archives, each with queries of its own."""
    return str(doc["testbed"]) if "testbed" in doc else ""


def headline(doc):
    """What an import takes for one."""
    for text in (doc.get("title") or "", doc["body"], "Untitled"):
        text = "".join(c if c.isprintable() and c != "\ufffd" else " "
                       for c in text)[:250].strip()
        if re.search(r"\w", text):
            return text


# ---- the three ----

def ours(docs, queries):
    room = tempfile.mkdtemp(prefix="dateline-quality-")
    try:
        site, file = os.path.join(room, "site"), os.path.join(room, "docs.ninjs")
        language = docs[0]["lang"]
        with open(file, "w", encoding="utf-8") as out:
            for doc in docs:
                # A body of nothing but a line feed cannot be imported: it is
                # there all the same, so that numbers are lines.
                out.write(json.dumps({
                    "uri": "urn:doc:" + doc_id(doc), "type": "text",
                    "language": language,
                    "versioncreated": "2020-01-01T00:00:00Z",
                    "headline": headline(doc),
                    "subjects": [{"literal": "part" + part_of(doc),
                                  "name": "part" + part_of(doc), "rel": "section"}],
                    "body_text": doc["body"].strip() or "-"}, ensure_ascii=False) + "\n")
        def run(*args):
            done = subprocess.run([stage.program(), *args], capture_output=True,
                                  text=True)
            if done.returncode:
                stage.fail(f"{args[0]}: {done.stdout}{done.stderr}")
            return done

        run("init", site, "--languages", language)
        run("import", site, file, "--format", "ninjs", "--json")
        found = {}
        for query, words, part in queries:
            done = run("search", site, "--lang", language, "--relevance", "--json",
                       "--count", str(DEPTH),
                       *(["--section", "part" + part] if part else []),
                       "--", " ".join(re.findall(r"\w+", words)))
            found[query] = [doc_id(docs[hit["number"] - 1])
                            for hit in json.loads(done.stdout)]
        return found
    finally:
        shutil.rmtree(room)


def fts5(docs, queries):
    store = sqlite3.connect(":memory:")
    store.execute("create virtual table t using fts5(id unindexed, part unindexed, "
                  "title, body, tokenize='unicode61')")
    store.executemany("insert into t values (?, ?, ?, ?)", [
        (doc_id(doc), part_of(doc), doc.get("title", ""), doc["body"])
        for doc in docs])
    found = {}
    for query, words, part in queries:
        words = re.findall(r"\w+", words)
        rows = store.execute(
            "select id, part from t where t match ? order by bm25(t, 0, 0, 3, 1)",
            (" OR ".join(f'"{word}"' for word in words),)) if words else []
        found[query] = [doc for doc, p in rows if p == part or not part][:DEPTH]
    return found


def literal(text):
    return "'" + text.replace("\0", " ").replace("'", "''") + "'"


def english(server, docs, queries):
    """PostgreSQL's, in a database of its own: any of the words, by ts_rank, which
    weighs the title."""
    where = server.empty("judged")
    store = subprocess.Popen(["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", where],
                             text=True, stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE)
    lines = ["SET client_min_messages = warning;",
             "SET default_text_search_config = 'english';",
             "SET standard_conforming_strings = on;",
             "CREATE TABLE t (id text, part text, words tsvector);"]
    for doc in docs:
        lines.append(
            f"INSERT INTO t VALUES ({literal(doc_id(doc))}, "
            f"{literal(part_of(doc))}, "
            f"setweight(to_tsvector({literal(doc.get('title') or '')}), 'A') || "
            f"setweight(to_tsvector({literal(doc['body'])}), 'D'));")
    lines.append("CREATE INDEX ON t USING gin (words); ANALYZE t;")
    for query, words, part in queries:
        words = " | ".join(re.findall(r"\w+", words))
        lines.append(
            f"SELECT {literal(query)}, id FROM t, to_tsquery({literal(words)}) q "
            f"WHERE words @@ q AND part IN ('', {literal(part)}) "
            f"ORDER BY ts_rank(words, q) DESC, id LIMIT {DEPTH};")
    out, _ = store.communicate("\n".join(lines))
    if store.returncode:
        stage.fail("PostgreSQL's own search failed")
    server.drop("judged")
    found = {}
    for line in out.splitlines():
        query, _, doc = line.partition("|")
        found.setdefault(query, []).append(doc)
    return found


def measure(found, judged):
    sums, count = {"nDCG@10": 0.0, "found in 100": 0.0}, 0
    for query, grades in judged.items():
        relevant = sum(grade > 0 for grade in grades.values())
        if not relevant:
            continue
        count += 1
        got = [grades.get(doc, 0) for doc in found.get(query, [])]
        gain = lambda list: sum((2 ** g - 1) / math.log2(i + 2)
                                for i, g in enumerate(list[:10]))
        sums["nDCG@10"] += gain(got) / gain(sorted(grades.values(), reverse=True))
        sums["found in 100"] += sum(g > 0 for g in got[:100]) / relevant
    return {name: value / count for name, value in sums.items()}
