#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "Disk.h"

// SplitMix64: the same numbers for the same seed.
static uint64_t next_random(uint64_t *state) {
    uint64_t value = *state += 0x9E3779B97F4A7C15;
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
    return value ^ (value >> 31);
}

/// Gives a group of sectors back its durable bytes, or keeps the new ones, or stops in the middle of the new ones.
static bool settle_group(const struct known_file *file, int descriptor, int64_t first, int64_t count, uint64_t *random) {
    int64_t end = first + count < file->sector_count ? first + count : file->sector_count;
    uint64_t choice = next_random(random);
    // Of the bytes of the group that many are new.
    int64_t kept = choice % 5 < 2 ? 0 : choice % 5 < 4 ? count * SECTOR_SIZE : (int64_t)(next_random(random) % (uint64_t)(count * SECTOR_SIZE));
    for (int64_t index = first; index < end; index++) {
        const unsigned char *durable = file->sectors[index].durable;
        int64_t new_bytes = kept - (index - first) * SECTOR_SIZE;
        if (!durable || new_bytes >= SECTOR_SIZE) continue;
        if (new_bytes < 0) new_bytes = 0;
        size_t size = (size_t)(SECTOR_SIZE - new_bytes);
        if (pwrite(descriptor, durable + new_bytes, size, index * SECTOR_SIZE + new_bytes) != (ssize_t)size) return false;
    }
    return true;
}

static bool settle_bytes(const struct known_file *file, int descriptor, uint64_t *random) {
    struct stat status;
    if (fstat(descriptor, &status) != 0) return false;
    int64_t group = next_random(random) % 2 == 0 ? 1 : 8;
    for (int64_t first = 0; first < file->sector_count; first += group) {
        bool is_dirty = false;
        for (int64_t index = first; index < first + group && index < file->sector_count; index++) {
            if (file->sectors[index].durable) is_dirty = true;
        }
        if (is_dirty && !settle_group(file, descriptor, first, group, random)) return false;
    }
    // Lengths are kept by the journal of the file system: the one before, the one after, or one in between.
    int64_t low = file->durable_size < status.st_size ? file->durable_size : status.st_size;
    int64_t high = file->durable_size < status.st_size ? status.st_size : file->durable_size;
    uint64_t choice = next_random(random) % 4;
    int64_t between = low + (int64_t)(next_random(random) % (uint64_t)(high - low + 1));
    int64_t size = choice == 0 ? low : choice < 3 ? high : between;
    return ftruncate(descriptor, size) == 0;
}

static bool put_ghost(const struct known_file *file, const char *path) {
    int descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (descriptor < 0) return false;
    bool is_written = write(descriptor, file->ghost, (size_t)file->ghost_size) == file->ghost_size;
    close(descriptor);
    return is_written;
}

static bool settle(const struct known_file *file, const char *path, uint64_t *random) {
    bool is_there = access(path, F_OK) == 0;
    uint64_t choice = next_random(random) % 3;
    if (!file->is_durable && choice == 0 && file->ghost) return put_ghost(file, path);
    if (!is_there) return true;
    if (!file->is_durable && choice == 1) return unlink(path) == 0;
    int descriptor = open(path, O_RDWR | O_CLOEXEC);
    if (descriptor < 0) return false;
    bool is_settled = settle_bytes(file, descriptor, random);
    close(descriptor);
    return is_settled;
}

bool faulty_disk_lose_power(struct faulty_disk *disk, const char *copy, uint64_t seed) {
    uint64_t random = seed;
    bool could = true;
    pthread_mutex_lock(&disk->turn);
    for (const struct known_file *file = disk->files; file && could; file = file->next) {
        char path[4096];
        if (snprintf(path, sizeof path, "%s/%s", copy, file->name) >= (int)sizeof path) could = false;
        else could = settle(file, path, &random);
    }
    pthread_mutex_unlock(&disk->turn);
    return could;
}
