#!/usr/bin/env python3
"""http_cpu.py BUILD [SECONDS [ROUNDS]]: CPU per request of the server core
(http_const), a bare epoll loop and nginx, each sending the same constant
bytes, measured in turn.  Prints medians of the rounds.

The servers run on CPU 0, wrk (64 connections, keep-alive) on CPU 1.  CPU is
user and system time of the server's process; wrk is the bottleneck, so rates
say little and are not shown.  Needs wrk; nginx is left out when missing."""
import os, re, shutil, signal, statistics, subprocess, sys, tempfile, time

sys.dont_write_bytecode = True
import stage

build = sys.argv[1]
seconds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
PORT = {"bare": 18080, "core": 18081, "nginx": 18082}
TICK = os.sysconf("SC_CLK_TCK")

BROWSER = stage.BROWSER + ["Accept-Encoding: gzip, deflate, br, zstd"]

NGINX = """
daemon off; master_process off; worker_processes 1; pid {dir}/pid;
error_log {dir}/error.log; events {{ worker_connections 1024; }}
http {{ access_log off; sendfile on; keepalive_requests 100000000;
  open_file_cache max=100 inactive=60s; types {{}} default_type text/html;
  client_body_temp_path {dir}/b; proxy_temp_path {dir}/p;
  fastcgi_temp_path {dir}/f; uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
  server {{ listen 127.0.0.1:{port}; root {dir}; }} }}
"""

def cpu(pid):
    with open(f"/proc/{pid}/stat") as f:
        parts = f.read().rsplit(")", 1)[1].split()
    # schedstat counts nanoseconds, where it is there
    try:
        total = 0
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/schedstat") as f:
                total += int(f.read().split()[0])
        return total / 1e9
    except OSError:
        return (int(parts[11]) + int(parts[12])) / TICK

def start(name, size, folder):
    port = str(PORT[name])
    if name == "bare":
        command = [f"{build}/bench/bare_epoll", port, str(size)]
    elif name == "core":
        command = [f"{build}/bench/http_const", f"127.0.0.1:{port}", str(size)]
    else:
        with open(f"{folder}/index.html", "w") as f:
            f.write("n" * size)
        with open(f"{folder}/conf", "w") as f:
            f.write(NGINX.format(dir=folder, port=port))
        command = ["nginx", "-c", f"{folder}/conf", "-p", folder]
    return subprocess.Popen(["taskset", "-c", "0"] + command,
                            stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)

def load(name, headers):
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c64", f"-d{seconds}s"]
    for header in headers:
        command += ["-H", header]
    out = subprocess.run(command + [f"http://127.0.0.1:{PORT[name]}/"],
                         capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in out and "If-None-Match" not in " ".join(headers):
        sys.exit(f"{name} did not answer 2xx:\n{out}")
    return int(re.search(r"(\d+) requests in", out)[1])

def measure(name, pid, headers):
    before = cpu(pid)
    requests = load(name, headers)
    return (cpu(pid) - before) / requests * 1e6

def case(title, size, headers):
    names = ["bare", "core"] + (["nginx"] if shutil.which("nginx") else [])
    figures = {name: [] for name in names}
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        running = {name: start(name, size, folder) for name in names}
        time.sleep(1)
        try:
            for _ in range(rounds):
                for name in names:
                    figures[name].append(
                        measure(name, running[name].pid, headers))
        finally:
            for process in running.values():
                process.send_signal(signal.SIGTERM)
                process.wait()
    medians = {n: statistics.median(v) for n, v in figures.items()}
    print(f"{title:28}" + "".join(
        f"  {n} {medians[n]:6.2f} us" for n in names) +
        "".join(f"  core/{n} {medians['core'] / medians[n]:.2f}"
                for n in names if n != "core"), flush=True)

case("30 kB", 30000, [])
case("30 kB, browser's headers", 30000, BROWSER)
case("1 kB", 1000, [])
case("1 kB, browser's headers", 1000, BROWSER)
