#!/usr/bin/env bash
# postgres.sh COMMAND ...: runs it beside a PostgreSQL server of its own, which
# is gone when the command has ended. STORE_SERVER is its address.
#
# The server is Debian's, on a free port of loopback, its files in a temporary
# folder; nothing that is acknowledged is less durable than by default. It does
# not run as root, so that root becomes "postgres" for it.
set -euo pipefail

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$bin" ] || { echo 'postgres.sh: no PostgreSQL server is installed' >&2; exit 1; }
as=()
[ "$(id -u)" != 0 ] || as=(setpriv --reuid=postgres --regid=postgres --init-groups)

home=$(mktemp -d /tmp/dateline-postgres-XXXXXX)
server=
finish() {
    [ -z "$server" ] || { kill -QUIT "$server" && wait "$server"; } 2>/dev/null || true
    rm -rf "$home"
}
trap finish EXIT
[ "$(id -u)" != 0 ] || chown postgres: "$home"

port=$(python3 -c 'import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])')
"${as[@]}" "$bin/initdb" -D "$home/data" -U dateline -A trust -E UTF8 --locale=C.UTF-8 \
    >"$home/initdb.log" 2>&1 || { cat "$home/initdb.log" >&2; exit 1; }
cat >>"$home/data/postgresql.conf" <<END
listen_addresses = '127.0.0.1'
port = $port
unix_socket_directories = ''
max_connections = 200
shared_buffers = 256MB
END
# Not pg_ctl: what it starts is nobody's child.
cd /
"${as[@]}" "$bin/postgres" -D "$home/data" >"$home/log" 2>&1 &
server=$!
cd - >/dev/null
for ((i = 0; ; i++)); do
    "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U dateline && break
    [ "$i" -lt 300 ] || { cat "$home/log" >&2; exit 1; }
    sleep 0.1
done
export STORE_SERVER=postgresql://dateline@127.0.0.1:$port/postgres
"$@"
