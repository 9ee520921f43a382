/* inside.h -- what a process tries that was shut in (media/jail.h). */
#ifndef TEST_INSIDE_H
#define TEST_INSIDE_H

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/frames.h"

static inline bool opens(const char *path, int flags)
{
    return open(path, flags, 0600) >= 0;
}

static inline bool reaches_net(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons(9),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    return fd >= 0 || (connect(0, (struct sockaddr *)&to, sizeof to) == 0);
}

static inline bool starts_program(void)
{
    char *args[] = {"true", NULL};

    (void)execv("/bin/true", args);
    return false; /* it would not have come back */
}

static inline bool runs_what_it_wrote(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

/* Its own input is a file in memory, which it may write to, but not that. */
static inline bool grows_a_file(void)
{
    signal(SIGXFSZ, SIG_IGN);
    return lseek(0, 0, SEEK_END) < 0 || write(0, "a", 1) == 1 || errno != EFBIG;
}

static inline void *nothing(void *arg)
{
    return arg;
}

static inline bool begins_threads(void)
{
    pthread_t thread;

    return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
           pthread_join(thread, NULL) == 0;
}

/* All but reading, as a fault's text; then it ends. */
static _Noreturn inline void tell_tries(bool reads)
{
    char text[200];
    FrameHead head = {.kind = FRAME_FAULT, .a = ERR_FORBIDDEN};

    snprintf(text, sizeof text,
             "read %d write %d home %d net %d fork %d run %d signal %d see %d "
             "code %d grow %d thread %d",
             reads, opens("/tmp/x", O_WRONLY | O_CREAT),
             mkdir("/tmp/jail", 0700) == 0 || unlink("/tmp/x") == 0,
             reaches_net(), fork() >= 0, starts_program(),
             kill(getppid(), 0) == 0,
             ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) == 0,
             runs_what_it_wrote(), grows_a_file(), begins_threads());
    head.bytes = strlen(text);
    _exit(frame_write(1, head, text) ? 1 : 0);
}

#endif
