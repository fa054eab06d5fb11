#pragma once

#include <pthread.h>

#include "FaultyFiles.h"
#include "include/FaultyDisk.h"

enum { DESCRIPTION_SIZE = 160, OPERATION_COUNT = 7 };

struct faulty_disk {
    struct faulty_disk *next;
    char *folder;
    pthread_mutex_t turn;
    struct known_file *files;
    int64_t calls[OPERATION_COUNT];
    unsigned struck_operations;
    int64_t first;
    int64_t count;
    enum faulty_outcome outcome;
    int64_t struck;
    bool is_dead;
    int open_files;
    bool is_released;
    char description[DESCRIPTION_SIZE];
};

/// What a call is to do.
enum verdict {
    CALL_GOES_ON,
    CALL_FAILS,
    CALL_FINDS_NO_ROOM,
    CALL_FAILS_HALFWAY,
    CALL_FINDS_NO_ROOM_HALFWAY,
    CALL_DIES_HALFWAY,
    /// The call is done, and then the process is dead.
    CALL_DIES_AFTER,
    /// An opening, and the file can only be read.
    CALL_OPENS_FOR_READING,
};

/// Counts a call and decides about it. The disk's turn must be held.
enum verdict faulty_disk_judge(
    struct faulty_disk *disk, enum faulty_operation operation, const char *name, int64_t size, int64_t offset);

/// Frees a released disk whose last file is closed.
void faulty_disk_free_if_unused(struct faulty_disk *disk);

/// The disk that holds a file, NULL for that of an ordinary one; `name` is set to the file's name in the folder.
struct faulty_disk *faulty_disk_of(const char *path, const char **name);
