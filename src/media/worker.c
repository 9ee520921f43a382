#include "media/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "media/draw.h"

#define SELF "/proc/self/exe"

static Err fail(Fault *fault, const char *what)
{
    return fault_set(fault, ERR_IO, "a picture cannot be drawn: %s: %s", what,
                     strerror(errno));
}

/* The original as a file that is nowhere, at its beginning. */
static Err open_input(Str bytes, int *out, Fault *fault)
{
    int fd = memfd_create("picture", MFD_CLOEXEC);
    Err err;

    if (fd < 0) return fail(fault, "memfd");
    err = file_write_on(fd, "picture", bytes, fault);
    if (err) {
        close(fd);
        return err;
    }
    *out = fd;
    return ERR_OK;
}

/* It inherits those two files and nothing else: no signal mask, no words of the
 * environment. */
static int spawn(const char *command, int input, int output, pid_t *pid)
{
    char *const args[] = {"dateline", (char *)(uintptr_t)command, NULL};
    static char *const environment[] = {"LC_ALL=C", NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none;
    int failed;

    sigemptyset(&none);
    posix_spawnattr_init(&how);
    posix_spawnattr_setsigmask(&how, &none);
    posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
    posix_spawn_file_actions_init(&files);
    failed =
        posix_spawn_file_actions_adddup2(&files, input, 0) ||
        posix_spawn_file_actions_adddup2(&files, output, 1) ||
        posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0) ||
        posix_spawn_file_actions_addclosefrom_np(&files, 3);
    if (failed)
        failed = ENOMEM;
    else
        failed = posix_spawn(pid, SELF, &files, &how, args, environment);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&how);
    return failed;
}

/* Until it ends, or has said too much, or for too long. */
static void read_output(int fd, Buf *frames)
{
    Time end = time_monotonic() + WORKER_S * TIME_SECOND;
    static const size_t STEP = (size_t)64 * 1024;

    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        Time left = end - time_monotonic();
        size_t before = frames->len;
        char *room;
        ssize_t got;
        int ready = left > 0 ? poll(&wait, 1, (int)(left / 1000) + 1) : 0;

        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0 || !(room = buf_reserve(frames, STEP))) return;
        got = read(fd, room, STEP);
        buf_cut(frames, before + (got > 0 ? (size_t)got : 0));
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return;
    }
}

static int end_of(pid_t pid)
{
    int status = 0;

    (void)kill(pid, SIGKILL); /* one that has ended is not hurt by it */
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return status;
}

static Err crashed(int signal, Fault *fault)
{
    if (signal == SIGXCPU || signal == SIGKILL)
        return fault_set(fault, ERR_TOO_BIG,
                         "drawing it takes more time than is given to it");
    if (signal == SIGABRT || signal == SIGTRAP)
        return fault_set(fault, ERR_TOO_BIG,
                         "drawing it takes more memory than is given to it");
    return fault_set(fault, ERR_INVALID,
                     "the decoder crashed on it (%s), which cost nothing but "
                     "this picture",
                     strsignal(signal));
}

static Err run(Arena *arena, const char *command, int input, Str *frames,
               Fault *fault)
{
    Buf buf = buf_open(arena, FRAMES_MAX);
    int ends[2];
    pid_t pid;
    int failed;
    int status;

    if (pipe2(ends, O_CLOEXEC)) return fail(fault, "pipe");
    failed = spawn(command, input, ends[1], &pid);
    close(ends[1]);
    if (failed) {
        close(ends[0]);
        errno = failed;
        return fail(fault, SELF);
    }
    read_output(ends[0], &buf);
    status = end_of(pid);
    close(ends[0]);
    *frames = buf_str(&buf);
    if (buf.failed)
        return fault_set(fault, ERR_INVALID,
                         "the process that draws said more than it may");
    /* Who said all of it has done its work, however it was ended. */
    if (frames->len >= sizeof(FrameHead)) {
        FrameHead last;

        memcpy(&last, frames->ptr + frames->len - sizeof last, sizeof last);
        if (last.kind == FRAME_DONE && !last.bytes) return ERR_OK;
    }
    if (WIFSIGNALED(status)) return crashed(WTERMSIG(status), fault);
    return ERR_OK;
}

Err worker_run(Arena *arena, const char *command, Str bytes, Str *frames,
               Fault *fault)
{
    int input;
    Err err = open_input(bytes, &input, fault);

    if (err) return err;
    err = run(arena, command, input, frames, fault);
    close(input);
    return err;
}

Err worker_draw(Arena *arena, Str bytes, Drawn *out, Fault *fault)
{
    Str frames = {0};
    Err err = worker_run(arena, DRAW_COMMAND, bytes, &frames, fault);

    return err ? err : frames_read(frames, out, fault);
}
