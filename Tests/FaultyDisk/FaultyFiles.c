#include "FaultyFiles.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct known_file *known_file_find(struct known_file **list, const char *name) {
    for (struct known_file *file = *list; file; file = file->next) {
        if (strcmp(file->name, name) == 0) return file;
    }
    if (strlen(name) >= NAME_SIZE) return NULL;
    struct known_file *file = calloc(1, sizeof *file);
    if (!file) return NULL;
    strcpy(file->name, name);
    file->next = *list;
    *list = file;
    return file;
}

static bool grow(struct known_file *file, int64_t count) {
    if (count <= file->sector_count) return true;
    struct sector *sectors = realloc(file->sectors, (size_t)count * sizeof *sectors);
    if (!sectors) return false;
    memset(sectors + file->sector_count, 0, (size_t)(count - file->sector_count) * sizeof *sectors);
    file->sectors = sectors;
    file->sector_count = count;
    return true;
}

bool known_file_will_change(struct known_file *file, int64_t start, int64_t end, read_real read, void *context) {
    if (end <= start) return true;
    int64_t last = (end - 1) / SECTOR_SIZE;
    if (!grow(file, last + 1)) return false;
    for (int64_t index = start / SECTOR_SIZE; index <= last; index++) {
        struct sector *sector = &file->sectors[index];
        sector->is_abandoned = false;
        if (sector->durable) continue;
        unsigned char *bytes = malloc(SECTOR_SIZE);
        if (!bytes) return false;
        if (!read(context, bytes, SECTOR_SIZE, index * SECTOR_SIZE)) {
            free(bytes);
            return false;
        }
        sector->durable = bytes;
    }
    return true;
}

static void clear(struct sector *sector) {
    free(sector->durable);
    sector->durable = NULL;
    sector->is_abandoned = false;
}

void known_file_did_sync(struct known_file *file, int64_t size) {
    for (int64_t index = 0; index < file->sector_count; index++) {
        if (!file->sectors[index].is_abandoned) clear(&file->sectors[index]);
    }
    file->durable_size = size;
    file->is_durable = true;
    free(file->ghost);
    file->ghost = NULL;
}

void known_file_did_not_sync(struct known_file *file) {
    for (int64_t index = 0; index < file->sector_count; index++) {
        if (file->sectors[index].durable) file->sectors[index].is_abandoned = true;
    }
}

bool known_file_keep_ghost(struct known_file *file, const char *path) {
    free(file->ghost);
    file->ghost_size = file->durable_size;
    file->ghost = calloc(1, (size_t)file->durable_size + SECTOR_SIZE);
    if (!file->ghost) return false;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return false;
    bool is_read = pread(descriptor, file->ghost, (size_t)file->durable_size, 0) >= 0;
    close(descriptor);
    for (int64_t index = 0; index < file->sector_count; index++) {
        if (!file->sectors[index].durable || index * SECTOR_SIZE >= file->durable_size) continue;
        memcpy(file->ghost + index * SECTOR_SIZE, file->sectors[index].durable, SECTOR_SIZE);
    }
    return is_read;
}

void known_file_forget(struct known_file *file) {
    for (int64_t index = 0; index < file->sector_count; index++) clear(&file->sectors[index]);
}

void known_files_free(struct known_file *list) {
    while (list) {
        struct known_file *next = list->next;
        known_file_forget(list);
        free(list->sectors);
        free(list->ghost);
        free(list);
        list = next;
    }
}
