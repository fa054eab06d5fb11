#include "include/FaultyDisk.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "Disk.h"

static pthread_mutex_t disks_turn = PTHREAD_MUTEX_INITIALIZER;
static struct faulty_disk *disks;

struct faulty_disk *faulty_disk_create(const char *folder) {
    struct faulty_disk *disk = calloc(1, sizeof *disk);
    if (!disk) return NULL;
    disk->folder = strdup(folder);
    if (!disk->folder) {
        free(disk);
        return NULL;
    }
    pthread_mutex_init(&disk->turn, NULL);
    pthread_mutex_lock(&disks_turn);
    disk->next = disks;
    disks = disk;
    pthread_mutex_unlock(&disks_turn);
    return disk;
}

void faulty_disk_release(struct faulty_disk *disk) {
    pthread_mutex_lock(&disks_turn);
    for (struct faulty_disk **place = &disks; *place; place = &(*place)->next) {
        if (*place == disk) {
            *place = disk->next;
            break;
        }
    }
    pthread_mutex_unlock(&disks_turn);
    pthread_mutex_lock(&disk->turn);
    disk->is_released = true;
    disk->is_dead = true;
    pthread_mutex_unlock(&disk->turn);
    faulty_disk_free_if_unused(disk);
}

void faulty_disk_free_if_unused(struct faulty_disk *disk) {
    pthread_mutex_lock(&disk->turn);
    bool is_unused = disk->is_released && disk->open_files == 0;
    pthread_mutex_unlock(&disk->turn);
    if (!is_unused) return;
    known_files_free(disk->files);
    pthread_mutex_destroy(&disk->turn);
    free(disk->folder);
    free(disk);
}

struct faulty_disk *faulty_disk_of(const char *path, const char **name) {
    struct faulty_disk *found = NULL;
    pthread_mutex_lock(&disks_turn);
    for (struct faulty_disk *disk = disks; disk && !found; disk = disk->next) {
        size_t length = strlen(disk->folder);
        if (strncmp(path, disk->folder, length) == 0 && path[length] == '/') {
            found = disk;
            *name = path + length + 1;
        }
    }
    pthread_mutex_unlock(&disks_turn);
    return found;
}

// MARK: Striking

void faulty_disk_strike(
    struct faulty_disk *disk, unsigned operations, int64_t first, int64_t count, enum faulty_outcome outcome) {
    pthread_mutex_lock(&disk->turn);
    disk->struck_operations = operations;
    disk->first = first;
    disk->count = count;
    disk->outcome = outcome;
    disk->struck = 0;
    disk->description[0] = 0;
    pthread_mutex_unlock(&disk->turn);
}

void faulty_disk_repair(struct faulty_disk *disk) {
    pthread_mutex_lock(&disk->turn);
    disk->struck_operations = 0;
    pthread_mutex_unlock(&disk->turn);
}

static int64_t sum_of_calls(const struct faulty_disk *disk, unsigned operations) {
    int64_t sum = 0;
    for (int index = 0; index < OPERATION_COUNT; index++) {
        if (operations & (1u << index)) sum += disk->calls[index];
    }
    return sum;
}

int64_t faulty_disk_calls(struct faulty_disk *disk, unsigned operations) {
    pthread_mutex_lock(&disk->turn);
    int64_t sum = sum_of_calls(disk, operations);
    pthread_mutex_unlock(&disk->turn);
    return sum;
}

int64_t faulty_disk_struck(struct faulty_disk *disk) {
    pthread_mutex_lock(&disk->turn);
    int64_t struck = disk->struck;
    pthread_mutex_unlock(&disk->turn);
    return struck;
}

void faulty_disk_kill(struct faulty_disk *disk) {
    pthread_mutex_lock(&disk->turn);
    disk->is_dead = true;
    pthread_mutex_unlock(&disk->turn);
}

bool faulty_disk_is_dead(struct faulty_disk *disk) {
    pthread_mutex_lock(&disk->turn);
    bool is_dead = disk->is_dead;
    pthread_mutex_unlock(&disk->turn);
    return is_dead;
}

void faulty_disk_describe(struct faulty_disk *disk, char *text, int size) {
    pthread_mutex_lock(&disk->turn);
    snprintf(text, (size_t)size, "%s", disk->description);
    pthread_mutex_unlock(&disk->turn);
}

static const char *name_of(enum faulty_operation operation) {
    switch (operation) {
    case FAULTY_OPEN: return "opening";
    case FAULTY_DELETE: return "deletion";
    case FAULTY_READ: return "read";
    case FAULTY_WRITE: return "write";
    case FAULTY_TRUNCATE: return "truncation";
    case FAULTY_SYNC: return "sync";
    case FAULTY_SHARE: return "mapping";
    }
    return "call";
}

static enum verdict verdict_of(struct faulty_disk *disk, enum faulty_operation operation) {
    bool is_write = operation == FAULTY_WRITE;
    switch (disk->outcome) {
    case FAULTY_FAILS: return CALL_FAILS;
    case FAULTY_IS_FULL: return CALL_FINDS_NO_ROOM;
    case FAULTY_FAILS_HALFWAY: return is_write ? CALL_FAILS_HALFWAY : CALL_FAILS;
    case FAULTY_IS_FULL_HALFWAY: return is_write ? CALL_FINDS_NO_ROOM_HALFWAY : CALL_FINDS_NO_ROOM;
    case FAULTY_ONLY_READS: return operation == FAULTY_OPEN ? CALL_OPENS_FOR_READING : CALL_FAILS;
    case FAULTY_DIES_BEFORE: disk->is_dead = true; return CALL_FAILS;
    case FAULTY_DIES_HALFWAY: disk->is_dead = true; return is_write ? CALL_DIES_HALFWAY : CALL_FAILS;
    case FAULTY_DIES_AFTER: disk->is_dead = true; return CALL_DIES_AFTER;
    }
    return CALL_FAILS;
}

enum verdict faulty_disk_judge(
    struct faulty_disk *disk, enum faulty_operation operation, const char *name, int64_t size, int64_t offset) {
    if (disk->is_dead) return CALL_FAILS;
    for (int index = 0; index < OPERATION_COUNT; index++) {
        if (operation == 1u << index) disk->calls[index]++;
    }
    if (!(disk->struck_operations & operation)) return CALL_GOES_ON;
    if (sum_of_calls(disk, disk->struck_operations) < disk->first) return CALL_GOES_ON;
    if (disk->count >= 0 && disk->struck >= disk->count) return CALL_GOES_ON;
    if (disk->struck++ == 0) {
        int length = snprintf(disk->description, DESCRIPTION_SIZE, "%s of ", name_of(operation));
        char *rest = disk->description + length;
        size_t room = DESCRIPTION_SIZE - (size_t)length;
        if (operation == FAULTY_WRITE || operation == FAULTY_READ) {
            snprintf(rest, room, "%" PRId64 " bytes at %" PRId64 ", %s", size, offset, name);
        } else {
            snprintf(rest, room, "%s", name);
        }
    }
    return verdict_of(disk, operation);
}
