#!/usr/bin/env python3
"""slow.py PORT KIND COUNT SECONDS: clients that waste a server's time.

  head    sends a request's head, one byte a second
  body    sends a body, one byte a second
  reader  asks for much and reads one byte a second
  mixed   a third of each

Prints "open" once all are connected; ends after SECONDS, or as soon as it is
killed. What the server does about it is looked at on the server's side: to a
reader with bytes still to read a closed connection looks like an open one.
Loopback only.
"""
import socket
import sys
import time

port, count, seconds = int(sys.argv[1]), int(sys.argv[3]), float(sys.argv[4])
HEAD = b"GET /en/ HTTP/1.1\r\nHost: a.example\r\nX-Slow: " + b"a" * 4096
BODY = b"POST /en/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 60000\r\n\r\n"
MUCH = b"GET /en/latest/ HTTP/1.1\r\nHost: a.example\r\n\r\n" * 20
KINDS = {"head": (HEAD, 20), "body": (BODY + b"a" * 60000, len(BODY)),
         "reader": (MUCH, len(MUCH))}
kinds = list(KINDS) if sys.argv[2] == "mixed" else [sys.argv[2]]


def connect(kind):
    whole, at_once = KINDS[kind]
    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if kind == "reader":
        # As over a real line: the kernel would else hold megabytes of answer,
        # since a segment of the loopback is 64 kB.
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, 1400)
    s.settimeout(10)
    s.connect(("127.0.0.1", port))
    s.sendall(whole[:at_once])
    s.setblocking(False)
    return kind, s


def step(client, second):
    """One byte further; False when the server has closed."""
    kind, s = client
    whole, at_once = KINDS[kind]
    try:
        if kind == "reader":
            return s.recv(1) != b""
        s.send(whole[at_once + second:at_once + second + 1])
        return True
    except BlockingIOError:
        return True
    except OSError:
        return False


# Each in its own time of the second, as strangers come. A hundred of them at
# once have the processor for a millisecond, which is felt by whoever measures
# something on it.
TURNS = 500
clients = [connect(kinds[i % len(kinds)]) for i in range(count)]
turns = [clients[i::TURNS] for i in range(TURNS)]
print("open", flush=True)
end = time.monotonic() + seconds
second = 0
while any(turns) and time.monotonic() < end:
    for i in range(TURNS):
        turns[i] = [client for client in turns[i] if step(client, second)]
        time.sleep(1 / TURNS)
    second += 1
