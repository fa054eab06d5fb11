// Lets every sync take longer, by VERDICT_SYNC_MICROSECONDS: a disk that is not a host's cache.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

static void wait_for_disk(void) {
    static long microseconds = -1;
    if (microseconds < 0) {
        const char *text = getenv("VERDICT_SYNC_MICROSECONDS");
        microseconds = text ? atol(text) : 0;
    }
    if (microseconds > 0) usleep((useconds_t)microseconds);
}

int fsync(int descriptor) {
    static int (*next)(int);
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_for_disk();
    return next(descriptor);
}

int fdatasync(int descriptor) {
    static int (*next)(int);
    if (!next) next = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_for_disk();
    return next(descriptor);
}
