#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// What is known of the files of one disk, apart from their bytes, which stand on the real one.

enum { SECTOR_SIZE = 512, NAME_SIZE = 64 };

/// A sector that differs from what is durable, or may.
struct sector {
    /// What is durable; NULL where that is what the real file holds.
    unsigned char *durable;
    /// Written before a sync that failed: Linux calls such a page clean and never writes it again.
    bool is_abandoned;
};

struct known_file {
    struct known_file *next;
    char name[NAME_SIZE];
    bool was_opened;
    /// Whether it is there after a loss of power.
    bool is_durable;
    /// How long it is after a loss of power.
    int64_t durable_size;
    struct sector *sectors;
    int64_t sector_count;
    /// The durable bytes of a file that was deleted, NULL where the deletion is durable too.
    unsigned char *ghost;
    int64_t ghost_size;
};

/// Reads from the real file: up to `size` bytes at `offset`, with zeros beyond its end. Returns whether it could.
typedef bool (*read_real)(void *context, void *bytes, int size, int64_t offset);

/// The file of that name, made known if it is not. NULL where there is no memory or the name is too long.
struct known_file *known_file_find(struct known_file **list, const char *name);

/// Remembers what is durable of a range that is about to change. Returns whether it could.
bool known_file_will_change(struct known_file *file, int64_t start, int64_t end, read_real read, void *context);

/// The real file was synced and has `size` bytes.
void known_file_did_sync(struct known_file *file, int64_t size);

/// A sync failed: what was written before it is not made durable by the next one either.
void known_file_did_not_sync(struct known_file *file);

/// A durable file is about to be deleted for the present only: its durable bytes may be back after a loss of power.
bool known_file_keep_ghost(struct known_file *file, const char *path);

/// Forgets what is remembered of the sectors.
void known_file_forget(struct known_file *file);

void known_files_free(struct known_file *list);
