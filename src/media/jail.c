#include "media/jail.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <seccomp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define STACK ((size_t)1024 * 1024) /* bytes, of a thread */

/* The sanitizers map terabytes of shadow. */
#if defined(__SANITIZE_ADDRESS__)
#define WATCHED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WATCHED 1
#endif
#endif
#ifndef WATCHED
#define WATCHED 0
#endif

/* hard is one more: at that the kernel ends it without a word. Nobody may raise
 * one that is lower already. */
static bool bound(int what, uint64_t most)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)what, &limit)) return false;
    if (limit.rlim_max > most + 1) limit.rlim_max = most + 1;
    limit.rlim_cur = most < limit.rlim_max ? most : limit.rlim_max;
    return setrlimit((__rlimit_resource_t)what, &limit) == 0;
}

Err jail_bound(Fault *fault)
{
    pthread_attr_t attr;
    bool done = bound(RLIMIT_CPU, JAIL_CPU_S) && bound(RLIMIT_FSIZE, 0) &&
                bound(RLIMIT_CORE, 0) &&
                (WATCHED || bound(RLIMIT_AS, JAIL_MEMORY));

    /* One arena: each thread's own would take 64 MiB of addresses. */
    done = done && (WATCHED || mallopt(M_ARENA_MAX, 1)) &&
           !pthread_attr_init(&attr) &&
           !pthread_attr_setstacksize(&attr, STACK) &&
           !pthread_setattr_default_np(&attr);
    if (!done)
        return fault_set(fault, ERR_IO, "the limits cannot be set: %s",
                         strerror(errno));
    return ERR_OK;
}

/* ---- Landlock ---- */

/* All that the kernel's version of it can take away. */
static uint64_t file_rights(long version)
{
    uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;

    if (version >= 2) rights |= 1ULL << 13; /* move between folders */
    if (version >= 3) rights |= 1ULL << 14; /* truncate */
    if (version >= 5) rights |= 1ULL << 15; /* ioctl of devices */
    return rights;
}

/* What struct landlock_ruleset_attr is since version 4. */
typedef struct Rules {
    uint64_t files;
    uint64_t net; /* bind and connect of TCP */
} Rules;

/* Where fontconfig looks: Debian's, and what an operator put in. */
static const char *const font_folders[] = {
    "/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig",
    "/etc/fonts",       "/var/cache/fontconfig",
};

static bool leave_fonts(int rules)
{
    bool done = true;

    for (size_t i = 0; done && i < COUNT(font_folders); i++) {
        int fd = open(font_folders[i], O_PATH | O_CLOEXEC);
        struct landlock_path_beneath_attr rule = {
            .allowed_access =
                LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR,
            .parent_fd = fd,
        };

        if (fd < 0) continue; /* it is not there */
        done = !syscall(SYS_landlock_add_rule, rules,
                        LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
        close(fd);
    }
    return done;
}

static Err lock_files(bool fonts, Fault *fault)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0,
                           LANDLOCK_CREATE_RULESET_VERSION);
    Rules rules;
    long fd;
    bool failed;

    if (version < 1) return ERR_OK; /* the other wall stands */
    rules = (Rules){file_rights(version), 3};
    fd = syscall(SYS_landlock_create_ruleset, &rules,
                 version >= 4 ? sizeof rules : sizeof rules.files, 0);
    failed = fd < 0 || (fonts && !leave_fonts((int)fd)) ||
             syscall(SYS_landlock_restrict_self, fd, 0);
    if (fd >= 0) close((int)fd);
    if (failed)
        return fault_set(fault, ERR_IO, "Landlock: %s", strerror(errno));
    return ERR_OK;
}

/* ---- seccomp ---- */

static const int allowed[] = {
    /* what is open */
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(close),
    SCMP_SYS(fstat),
    SCMP_SYS(lseek),
    SCMP_SYS(poll),
    /* memory */
    SCMP_SYS(brk),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(madvise),
    /* threads */
    SCMP_SYS(futex),
    SCMP_SYS(set_robust_list),
    SCMP_SYS(rseq),
    SCMP_SYS(sched_yield),
    SCMP_SYS(sched_getaffinity),
    SCMP_SYS(gettid),
    SCMP_SYS(getpid),
    SCMP_SYS(membarrier),
    /* signals */
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigaltstack),
    /* time, chance, the machine */
    SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(getrandom),
    SCMP_SYS(sysinfo),
    SCMP_SYS(uname),
    SCMP_SYS(getrusage),
    /* the end */
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
};

static const int allowed_for_fonts[] = {
    SCMP_SYS(newfstatat), SCMP_SYS(statx),    SCMP_SYS(access),
    SCMP_SYS(faccessat),  SCMP_SYS(readlink), SCMP_SYS(getdents64),
    SCMP_SYS(fstatfs),    SCMP_SYS(fcntl),    SCMP_SYS(pread64),
    SCMP_SYS(fadvise64),
};

static int allow_reading(scmp_filter_ctx filter)
{
    int failed =
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                         SCMP_A2(SCMP_CMP_MASKED_EQ,
                                 O_ACCMODE | O_CREAT | O_TRUNC | O_APPEND, 0));

    for (size_t i = 0; !failed && i < COUNT(allowed_for_fonts); i++)
        failed =
            seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed_for_fonts[i], 0);
    return failed;
}

static int allow_with(scmp_filter_ctx filter)
{
    int failed = 0;

    /* no memory to run what was written there */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    /* threads, no processes; the C library goes back from clone3 to clone */
    failed |=
        seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                         SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM,
                                 CLONE_THREAD | CLONE_VM));
    failed |=
        seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
    /* to end itself by a signal */
    failed |= seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1,
                               SCMP_A0(SCMP_CMP_EQ, (uint64_t)getpid(), 0));
    return failed;
}

static Err filter_calls(bool fonts, Fault *fault)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    int failed =
        filter ? seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) : -ENOMEM;

    if (!failed) failed = allow_with(filter);
    for (size_t i = 0; !failed && i < COUNT(allowed); i++)
        failed = seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0);
    if (!failed && fonts) failed = allow_reading(filter);
    if (!failed) failed = seccomp_load(filter);
    if (filter) seccomp_release(filter);
    if (failed)
        return fault_set(fault, ERR_IO, "seccomp: %s", strerror(-failed));
    return ERR_OK;
}

static Err shut(bool fonts, Fault *fault)
{
    Err err;

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
        return fault_set(fault, ERR_IO, "prctl: %s", strerror(errno));
    err = lock_files(fonts, fault);
    return err ? err : filter_calls(fonts, fault);
}

Err jail_shut(Fault *fault)
{
    return shut(false, fault);
}

Err jail_shut_with_fonts(Fault *fault)
{
    return shut(true, fault);
}
