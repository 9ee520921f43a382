"""A PostgreSQL server for the measurements, and the stores in it.

It is kept under build/archives/postgres, beside the archives, and started for
each row that needs it.  Nothing that is acknowledged is less durable than by
default; shared_buffers is a quarter of a gigabyte."""
import glob, os, pwd, shutil, subprocess, time

import stage

HOME = os.path.join(stage.KEPT, "postgres")
SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_buffers = 256MB
max_wal_size = 4GB
shared_preload_libraries = 'pg_stat_statements'
pg_stat_statements.track_utility = on
"""


def binary(name):
    found = sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"))
    if not found:
        stage.fail("needs PostgreSQL: apt-get install postgresql")
    return found[-1]


def as_postgres():
    """It does not run as root."""
    if os.getuid():
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"]


def initdb():
    data = os.path.join(HOME, "data")
    if os.path.exists(os.path.join(data, "PG_VERSION")):
        return data
    shutil.rmtree(HOME, ignore_errors=True)
    os.makedirs(HOME)
    if not os.getuid():
        user = pwd.getpwnam("postgres")
        os.chown(HOME, user.pw_uid, user.pw_gid)
    subprocess.run(as_postgres() + [
        binary("initdb"), "-D", data, "-U", "dateline", "-A", "trust", "-E",
        "UTF8", "--locale=C.UTF-8"], check=True, cwd="/",
        stdout=subprocess.DEVNULL)
    return data


class Postgres:
    def __enter__(self):
        data = initdb()
        port = stage.free_port()
        path = os.path.join(data, "postgresql.auto.conf")
        with open(path, "w") as file:
            file.write(SETTINGS.format(port=port))
        self.log = open(os.path.join(HOME, "log"), "w")
        self.process = subprocess.Popen(
            as_postgres() + [binary("postgres"), "-D", data], cwd="/",
            stdout=self.log, stderr=self.log)
        self.server = f"postgresql://dateline@127.0.0.1:{port}"
        for _ in range(600):
            if not subprocess.run([binary("pg_isready"), "-q", "-h",
                                   "127.0.0.1", "-p", str(port)]).returncode:
                break
            time.sleep(0.1)
        else:
            stage.fail(f"PostgreSQL does not start: {HOME}/log")
        self.sql("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        return self

    def __exit__(self, *_):
        self.process.send_signal(2)  # its stop "fast"
        self.process.wait()
        self.log.close()

    def sql(self, text, database="postgres"):
        return subprocess.run(
            ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-c", text,
             f"{self.server}/{database}"], check=True, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE).stdout.strip()

    def drop(self, name):
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self.sql(f"DROP ROLE IF EXISTS {name}_readers")

    def empty(self, name):
        """An empty database; its address."""
        self.drop(name)
        self.sql(f"CREATE DATABASE {name}")
        return f"{self.server}/{name}"

    def store(self, count):
        """The site of that many stories, moved here and indexed once; its
        address.  What is related takes hours here and is not kept: pages that
        are asked for find it."""
        name = f"site{count}"
        mark = os.path.join(HOME, f"{name}.{stage.schema()[:16]}")
        if os.path.exists(mark):
            return self.indexed(name)
        source = os.path.join(stage.KEPT, "moving.db")
        shutil.copy(os.path.join(stage.site(count), "dateline.db"), source)
        stage.say(f"moving {count} stories to PostgreSQL")
        where = self.empty(name)
        subprocess.run([stage.program(), "migrate", source, where], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.sql("ANALYZE", name)
        for path in glob.glob(source + "*"):
            os.remove(path)
        open(mark, "w").close()
        return self.indexed(name)

    def indexed(self, name):
        where = stage.indexed(f"{self.server}/{name}", "terms")
        self.sql("UPDATE cursor SET change = (SELECT change FROM head)"
                 " WHERE follower = 'search-related'", name)
        return where

    def statements(self):
        """All that was asked so far: number, and milliseconds in it."""
        calls, took = self.sql(
            "SELECT coalesce(sum(calls), 0), coalesce(sum(total_exec_time), 0) "
            "FROM pg_stat_statements").split("|")
        return int(calls), float(took)


def node(number, where):
    """The folder of one more node of that store."""
    folder = os.path.join(stage.KEPT, f"node-{number}")
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([stage.program(), "init", folder, "--name", "Bench",
                    "--languages", "en,uk,ru", "--store", where], check=True,
                   stdout=subprocess.DEVNULL)
    stage.configure(folder)
    return folder
