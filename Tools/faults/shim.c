// Stands between a program and the C library (LD_PRELOAD): counts the calls that touch files of one folder, and kills
// the process at one of them or has it fail, as a page of memory says that Tools/faults shares with it. Also moves the
// program's clock.
//
// VERDICT_FAULT_FOLDER is the folder, VERDICT_FAULT_CONTROL the file with the page, VERDICT_FAULT_TRACE a file for a line
// a call; without the first two, nothing is different.

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

// As in plan.py.
enum operation {
    OPEN, CREATE, MKDIR, UNLINK, RENAME, WRITE, TRUNCATE, SYNC, LOCK, MODE, MAP, READ, OPERATION_COUNT
};
static const char *const names[OPERATION_COUNT] = {
    "open", "create", "mkdir", "unlink", "rename", "write", "truncate", "sync", "lock", "mode", "map", "read",
};
enum action { NOTHING, KILL, KILL_HALFWAY, FAIL, CUT_SHORT };

// As in plan.py.
struct control {
    int64_t operations; // a sum of 1 << operation
    int64_t first;      // the number of the first call that is struck, among those that match, from 1
    int64_t count;      // how many are struck; negative for all
    int64_t action;
    int64_t error;         // errno of a call that fails
    int64_t matched;       // how many calls have matched
    int64_t struck;        // how many were struck
    int64_t clock_seconds; // added to the wall clock
    char path[256];        // below the folder; "*" for all
};

enum { DESCRIPTORS_MAX = 1 << 16, PATHS_MAX = 1 << 14 };

static struct control *control;
static char folder[PATH_MAX];
static size_t folder_length;
static int trace = -1;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
static char *paths[PATHS_MAX];
static int path_count;
static const char *opened[DESCRIPTORS_MAX];

#define REAL(function) \
    static __typeof__(function) *real; \
    if (!real) real = (__typeof__(function) *)dlsym(RTLD_NEXT, #function)

__attribute__((constructor)) static void begin(void) {
    const char *where = getenv("VERDICT_FAULT_FOLDER"), *page = getenv("VERDICT_FAULT_CONTROL");
    if (!where || !page || strlen(where) >= sizeof folder) return;
    strcpy(folder, where);
    folder_length = strlen(folder);
    int descriptor = (int)syscall(SYS_openat, AT_FDCWD, page, O_RDWR | O_CLOEXEC);
    if (descriptor >= 0) {
        void *memory = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
        if (memory != MAP_FAILED) control = memory;
        syscall(SYS_close, descriptor);
    }
    const char *lines = getenv("VERDICT_FAULT_TRACE");
    if (lines) trace = (int)syscall(SYS_openat, AT_FDCWD, lines, O_WRONLY | O_APPEND | O_CLOEXEC);
}

// MARK: Paths

/// The path below the folder, for good; NULL for one that is elsewhere.
static const char *below(const char *path) {
    if (!control || strncmp(path, folder, folder_length) != 0) return NULL;
    const char *rest = path + folder_length;
    if (*rest == 0) rest = "/.";
    if (*rest != '/') return NULL;
    rest++;
    const char *known = NULL;
    pthread_mutex_lock(&turn);
    for (int place = 0; place < path_count && !known; place++) {
        if (strcmp(paths[place], rest) == 0) known = paths[place];
    }
    if (!known && path_count < PATHS_MAX) known = paths[path_count++] = strdup(rest);
    pthread_mutex_unlock(&turn);
    return known;
}

static const char *below_at(int descriptor, const char *path) {
    if (!control || !path) return NULL;
    if (path[0] == '/' || descriptor == AT_FDCWD) return below(path);
    char link[64], whole[2 * PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t length = readlink(link, whole, PATH_MAX);
    if (length < 0) return NULL;
    snprintf(whole + length, sizeof whole - (size_t)length, "/%s", path);
    return below(whole);
}

static const char *path_of(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS_MAX ? opened[descriptor] : NULL;
}

static int remember(int descriptor, const char *path) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS_MAX) opened[descriptor] = path;
    return descriptor;
}

// MARK: Striking

/// Counts a call, and says what is to become of it. A process that is to be killed before the call does not come back.
static enum action judge(enum operation operation, const char *path) {
    if (!path) return NOTHING;
    if (trace >= 0) {
        char line[512];
        int length = snprintf(line, sizeof line, "%s\t%s\n", names[operation], path);
        syscall(SYS_write, trace, line, length < (int)sizeof line ? length : (int)sizeof line);
    }
    enum action action = (enum action)control->action;
    if (action == NOTHING || !(control->operations & (1 << operation))) return NOTHING;
    if (strcmp(control->path, "*") != 0 && strcmp(control->path, path) != 0) return NOTHING;
    int64_t number = __atomic_add_fetch(&control->matched, 1, __ATOMIC_SEQ_CST);
    if (number < control->first || (control->count >= 0 && number >= control->first + control->count)) return NOTHING;
    __atomic_add_fetch(&control->struck, 1, __ATOMIC_SEQ_CST);
    if (action == KILL) kill(getpid(), SIGKILL);
    if (action == FAIL) errno = (int)control->error;
    return action;
}

/// What a call that fails returns.
#define STRIKE(operation, path) \
    do { \
        if (judge(operation, path) == FAIL) return -1; \
    } while (0)

// MARK: Opening

#define OPENING(function, signature, arguments, where) \
    int function signature { \
        REAL(function); \
        mode_t mode = 0; \
        if (flags & (O_CREAT | O_TMPFILE)) { \
            va_list rest; \
            va_start(rest, flags); \
            mode = va_arg(rest, mode_t); \
            va_end(rest); \
        } \
        const char *path = where; \
        STRIKE(flags & (O_CREAT | O_TRUNC) ? CREATE : OPEN, path); \
        return remember(real arguments, path); \
    }

OPENING(open, (const char *name, int flags, ...), (name, flags, mode), below(name))
OPENING(open64, (const char *name, int flags, ...), (name, flags, mode), below(name))
OPENING(openat, (int at, const char *name, int flags, ...), (at, name, flags, mode), below_at(at, name))
OPENING(openat64, (int at, const char *name, int flags, ...), (at, name, flags, mode), below_at(at, name))

int close(int descriptor) {
    REAL(close);
    remember(descriptor, NULL);
    return real(descriptor);
}

// MARK: Names

#define NAMED(function, operation, signature, arguments, where) \
    int function signature { \
        REAL(function); \
        STRIKE(operation, where); \
        return real arguments; \
    }

NAMED(mkdir, MKDIR, (const char *name, mode_t mode), (name, mode), below(name))
NAMED(mkdirat, MKDIR, (int at, const char *name, mode_t mode), (at, name, mode), below_at(at, name))
NAMED(unlink, UNLINK, (const char *name), (name), below(name))
NAMED(unlinkat, UNLINK, (int at, const char *name, int flags), (at, name, flags), below_at(at, name))
NAMED(rmdir, UNLINK, (const char *name), (name), below(name))
NAMED(remove, UNLINK, (const char *name), (name), below(name))
NAMED(rename, RENAME, (const char *from, const char *to), (from, to), below(to))
NAMED(renameat, RENAME, (int a, const char *from, int b, const char *to), (a, from, b, to), below_at(b, to))
NAMED(renameat2, RENAME, (int a, const char *from, int b, const char *to, unsigned flags), (a, from, b, to, flags),
      below_at(b, to))
NAMED(link, CREATE, (const char *from, const char *to), (from, to), below(to))
NAMED(linkat, CREATE, (int a, const char *from, int b, const char *to, int flags), (a, from, b, to, flags),
      below_at(b, to))
NAMED(symlink, CREATE, (const char *to, const char *name), (to, name), below(name))
NAMED(chmod, MODE, (const char *name, mode_t mode), (name, mode), below(name))
NAMED(fchmodat, MODE, (int at, const char *name, mode_t mode, int flags), (at, name, mode, flags), below_at(at, name))
NAMED(fchmod, MODE, (int descriptor, mode_t mode), (descriptor, mode), path_of(descriptor))
NAMED(fchown, MODE, (int descriptor, uid_t user, gid_t group), (descriptor, user, group), path_of(descriptor))
NAMED(truncate, TRUNCATE, (const char *name, off_t size), (name, size), below(name))
NAMED(truncate64, TRUNCATE, (const char *name, off_t size), (name, size), below(name))
NAMED(ftruncate, TRUNCATE, (int descriptor, off_t size), (descriptor, size), path_of(descriptor))
NAMED(ftruncate64, TRUNCATE, (int descriptor, off_t size), (descriptor, size), path_of(descriptor))
NAMED(fsync, SYNC, (int descriptor), (descriptor), path_of(descriptor))
NAMED(fdatasync, SYNC, (int descriptor), (descriptor), path_of(descriptor))
NAMED(flock, LOCK, (int descriptor, int operation), (descriptor, operation), path_of(descriptor))

// MARK: Bytes

/// The half of a write: it is at least one byte, so that it says something about the other half.
static size_t half(size_t size) { return size > 1 ? size / 2 : size; }

#define WRITING(function, signature, arguments, halved) \
    ssize_t function signature { \
        REAL(function); \
        switch (judge(WRITE, path_of(descriptor))) { \
        case FAIL: return -1; \
        case CUT_SHORT: return real halved; \
        case KILL_HALFWAY: (void)!(real halved); kill(getpid(), SIGKILL); break; \
        case NOTHING: case KILL: break; \
        } \
        return real arguments; \
    }

WRITING(write, (int descriptor, const void *bytes, size_t size), (descriptor, bytes, size),
        (descriptor, bytes, half(size)))
WRITING(pwrite, (int descriptor, const void *bytes, size_t size, off_t offset), (descriptor, bytes, size, offset),
        (descriptor, bytes, half(size), offset))
WRITING(pwrite64, (int descriptor, const void *bytes, size_t size, off_t offset), (descriptor, bytes, size, offset),
        (descriptor, bytes, half(size), offset))
WRITING(writev, (int descriptor, const struct iovec *parts, int count), (descriptor, parts, count),
        (descriptor, parts, (int)half((size_t)count)))

#define READING(function, signature, arguments) \
    ssize_t function signature { \
        REAL(function); \
        STRIKE(READ, path_of(descriptor)); \
        return real arguments; \
    }

READING(read, (int descriptor, void *bytes, size_t size), (descriptor, bytes, size))
READING(pread, (int descriptor, void *bytes, size_t size, off_t offset), (descriptor, bytes, size, offset))
READING(pread64, (int descriptor, void *bytes, size_t size, off_t offset), (descriptor, bytes, size, offset))

#define MAPPING(function) \
    void *function(void *address, size_t size, int protection, int flags, int descriptor, off_t offset) { \
        REAL(function); \
        if (judge(MAP, path_of(descriptor)) == FAIL) return MAP_FAILED; \
        return real(address, size, protection, flags, descriptor, offset); \
    }

MAPPING(mmap)
MAPPING(mmap64)

// MARK: The clock

int clock_gettime(clockid_t clock, struct timespec *moment) {
    REAL(clock_gettime);
    int result = real(clock, moment);
    if (control && result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        moment->tv_sec += control->clock_seconds;
    }
    return result;
}

int gettimeofday(struct timeval *moment, void *zone) {
    REAL(gettimeofday);
    int result = real(moment, zone);
    if (control && result == 0) moment->tv_sec += control->clock_seconds;
    return result;
}

time_t time(time_t *moment) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (moment) *moment = now.tv_sec;
    return now.tv_sec;
}
