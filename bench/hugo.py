"""Hugo building the same stories, with the same lists on each page: the ten
newest, ten related ones, the neighbours in the section; and with sections, tags
and their feeds. As one site or as one of three languages: related stories are
looked for within a language, and that takes Hugo more than linear time."""
import json, os, shutil, tempfile

import stage

CONFIG = """
baseURL = "http://news.example/"
title = "Bench"
paginate = 30
defaultContentLanguage = "en"
[related]
  threshold = 10
  toLower = true
  [[related.indices]]
    name = "tags"
    weight = 100
  [[related.indices]]
    name = "date"
    weight = 10
"""

LANGUAGES = """
[languages.en]
[languages.uk]
[languages.ru]
"""

ITEM = ('<li><time>{{ .Date.Format "15:04 02.01.2006" }}</time> '
        '<a href="{{ .RelPermalink }}">{{ .Title }}</a></li>')
HEAD = ('<!doctype html><html lang="{{ .Lang }}"><meta charset=utf-8>'
        '<title>{{ .Title }}</title>')

STORY = HEAD + """
<h1>{{ .Title }}</h1><p>{{ .Section }} {{ .ReadingTime }} min</p>{{ .Content }}
<p>{{ range .Params.tags }}<a href="/tags/{{ . | urlize }}/">#{{ . }}</a>
{{ end }}</p>
<h2>More about</h2><ul>
{{ range first 10 (.Site.RegularPages.Related .) }}""" + ITEM + """{{ end }}
</ul><h2>Latest</h2><ul>
{{ range first 10 .Site.RegularPages }}""" + ITEM + """{{ end }}</ul>
{{ with .NextInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .PrevInSection }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
</html>
"""

LIST = HEAD + """<h1>{{ .Title }}</h1><ul>
{{ range (.Paginate .Pages).Pages }}""" + ITEM + """{{ end }}</ul></html>
"""


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)


def write_story(folder, number, story, suffix):
    subjects = story["subjects"]
    head = {"title": story["headlines"][0]["value"],
            "date": story["firstCreated"],
            "tags": [s["name"] for s in subjects if s["rel"] == "tag"]}
    section = next(s["name"] for s in subjects if s["rel"] == "section")
    write(folder, f"content/{section}/{number}{suffix}.html",
          json.dumps(head, ensure_ascii=False) + "\n"
          + story["bodies"][0]["value"])


def build(source, count, languages):
    """Seconds and MiB of one whole build; None without Hugo. languages: each
    story in its own, else all as of one."""
    if not shutil.which("hugo"):
        return None
    with tempfile.TemporaryDirectory(dir=stage.KEPT) as folder:
        write(folder, "config.toml", CONFIG + (LANGUAGES if languages else ""))
        write(folder, "layouts/_default/single.html", STORY)
        write(folder, "layouts/_default/list.html", LIST)
        with open(source) as lines:
            for number, line in enumerate(lines):
                if number == count:
                    break
                story = json.loads(line)
                write_story(folder, number, story,
                            "." + story["language"] if languages else "")
        return stage.run_measured(["hugo", "--quiet", "-s", folder])


RELATED = """{{ range .Site.RegularPages }}{{ .Params.uri }}{{ range first 10 (.Site.RegularPages.Related .) }} {{ .Params.uri }}{{ end }}
{{ end }}"""


def related(stories):
    """What Hugo's related index shows by its defaults (keywords and date), for
    stories by uri: title, date, keywords. None without Hugo."""
    if not shutil.which("hugo"):
        return None
    with tempfile.TemporaryDirectory(dir=stage.KEPT) as folder:
        write(folder, "config.toml", 'baseURL = "http://news.example/"\n'
              'disableKinds = ["taxonomy", "term", "section", "RSS", "sitemap"]\n')
        write(folder, "layouts/index.html", RELATED)
        write(folder, "layouts/_default/single.html", "-")
        for number, (uri, (title, date, keywords)) in enumerate(stories.items()):
            write(folder, f"content/world/{number}.html", json.dumps(
                {"title": title, "date": date, "uri": uri, "keywords": keywords})
                + "\n-")
        stage.run_measured(["hugo", "--quiet", "-s", folder])
        with open(os.path.join(folder, "public/index.html")) as lines:
            rows = [line.split() for line in lines if line.strip()]
    return {row[0]: row[1:] for row in rows}
