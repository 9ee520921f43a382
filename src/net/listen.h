/* net/listen.h -- listening sockets, and how they outlive a new start.
 *
 * A process that replaces itself (execve on SIGHUP) hands its listening
 * sockets on by number in the environment, DATELINE_LISTEN_FDS="5,7", so that
 * nobody who connects in between is refused: the kernel goes on queueing.
 *
 * Sockets are non-blocking and close-on-exec; TCP ones have TCP_NODELAY, which
 * the connections inherit.
 *
 * Threads: any; listen_export and listen_inherit change the environment and
 * belong to the beginning and the end of main.
 */
#ifndef NET_LISTEN_H
#define NET_LISTEN_H

#include "base/err.h"
#include "base/str.h"

/* A listening socket for "ADDR:PORT": "127.0.0.1:8080", "0.0.0.0:80",
 * "[::1]:0"; numeric addresses only; port 0 takes a free one.  An inherited
 * socket with this address (with port 0: of this host) is taken instead of a
 * new one.
 *   ERR_INVALID  not an address;  ERR_CONFLICT  in use;  ERR_IO  else */
MUST_USE Err listen_open(Str address, int *fd, Fault *fault);

/* A Unix socket at path, mode 0600, made beside it and renamed over it, so
 * that a file left by a dead process is no hindrance (who may start at all is
 * for the caller's lock to say).  Inherited as above. */
MUST_USE Err listen_unix(const char *path, int *fd, Fault *fault);

/* The address it really has, "127.0.0.1:34567", "[::1]:80" or "unix:PATH". */
Str listen_address(Arena *arena, int fd);

/* As listen_address, but by the name that this machine has for itself when the
 * socket listens on every address: "localhost:8080" for "0.0.0.0:8080". */
Str listen_reach(Arena *arena, int fd);

/* Before execve: names the sockets in the environment and lets them pass. */
MUST_USE Err listen_export(const int *fds, size_t count);

/* At start: takes the named sockets from the environment; listen_open and
 * listen_unix then find them. Numbers that are no listening socket are passed
 * over. */
void listen_inherit(void);

/* Closes what was inherited and not taken by anybody. */
void listen_inherit_end(void);

#endif
