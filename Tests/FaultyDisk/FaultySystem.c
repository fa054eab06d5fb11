// The file system that SQLite sees: each call is counted, judged, and handed on.

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

#include "Disk.h"

struct faulty_file {
    sqlite3_file base;
    struct faulty_disk *disk;
    struct known_file *known;
    /// The file of the ordinary system; it lies behind this one, in memory that SQLite gave.
    sqlite3_file *real;
};

static sqlite3_vfs *ordinary;
static int checkpoint_pages_wanted;

static struct faulty_file *faulty(sqlite3_file *file) { return (struct faulty_file *)file; }

static void take_turn(struct faulty_file *file) { pthread_mutex_lock(&file->disk->turn); }

static int end_turn(struct faulty_file *file, int result) {
    pthread_mutex_unlock(&file->disk->turn);
    return result;
}

static bool read_real_file(void *context, void *bytes, int size, int64_t offset) {
    sqlite3_file *real = context;
    int result = real->pMethods->xRead(real, bytes, size, offset);
    return result == SQLITE_OK || result == SQLITE_IOERR_SHORT_READ;
}

// MARK: Files

static int close_file(sqlite3_file *file) {
    struct faulty_file *self = faulty(file);
    int result = self->real->pMethods->xClose(self->real);
    take_turn(self);
    self->disk->open_files--;
    end_turn(self, SQLITE_OK);
    faulty_disk_free_if_unused(self->disk);
    return result;
}

static int read_file(sqlite3_file *file, void *bytes, int size, sqlite3_int64 offset) {
    struct faulty_file *self = faulty(file);
    take_turn(self);
    if (faulty_disk_judge(self->disk, FAULTY_READ, self->known->name, size, offset) != CALL_GOES_ON) {
        return end_turn(self, SQLITE_IOERR_READ);
    }
    return end_turn(self, self->real->pMethods->xRead(self->real, bytes, size, offset));
}

static int write_real(struct faulty_file *self, const void *bytes, int size, int64_t offset) {
    if (!known_file_will_change(self->known, offset, offset + size, read_real_file, self->real)) return SQLITE_NOMEM;
    return self->real->pMethods->xWrite(self->real, bytes, size, offset);
}

static int write_file(sqlite3_file *file, const void *bytes, int size, sqlite3_int64 offset) {
    struct faulty_file *self = faulty(file);
    take_turn(self);
    switch (faulty_disk_judge(self->disk, FAULTY_WRITE, self->known->name, size, offset)) {
    case CALL_GOES_ON: return end_turn(self, write_real(self, bytes, size, offset));
    case CALL_OPENS_FOR_READING:
    case CALL_FAILS: return end_turn(self, SQLITE_IOERR_WRITE);
    case CALL_FINDS_NO_ROOM: return end_turn(self, SQLITE_FULL);
    case CALL_FINDS_NO_ROOM_HALFWAY: write_real(self, bytes, size / 2, offset); return end_turn(self, SQLITE_FULL);
    case CALL_FAILS_HALFWAY:
    case CALL_DIES_HALFWAY: write_real(self, bytes, size / 2, offset); return end_turn(self, SQLITE_IOERR_WRITE);
    case CALL_DIES_AFTER: write_real(self, bytes, size, offset); return end_turn(self, SQLITE_IOERR_WRITE);
    }
    return end_turn(self, SQLITE_IOERR_WRITE);
}

static int truncate_real(struct faulty_file *self, int64_t size) {
    sqlite3_int64 before = 0;
    int result = self->real->pMethods->xFileSize(self->real, &before);
    if (result != SQLITE_OK) return result;
    if (!known_file_will_change(self->known, size, before, read_real_file, self->real)) return SQLITE_NOMEM;
    return self->real->pMethods->xTruncate(self->real, size);
}

static int truncate_file(sqlite3_file *file, sqlite3_int64 size) {
    struct faulty_file *self = faulty(file);
    take_turn(self);
    switch (faulty_disk_judge(self->disk, FAULTY_TRUNCATE, self->known->name, size, 0)) {
    case CALL_GOES_ON: return end_turn(self, truncate_real(self, size));
    case CALL_DIES_AFTER: truncate_real(self, size); break;
    default: break;
    }
    return end_turn(self, SQLITE_IOERR_TRUNCATE);
}

/// The disk that a test has needs no sync to be read back, and is faster without.
static int sync_known(struct faulty_file *self) {
    sqlite3_int64 size = 0;
    int result = self->real->pMethods->xFileSize(self->real, &size);
    if (result == SQLITE_OK) known_file_did_sync(self->known, size);
    return result;
}

static int sync_file(sqlite3_file *file, int flags) {
    (void)flags;
    struct faulty_file *self = faulty(file);
    take_turn(self);
    switch (faulty_disk_judge(self->disk, FAULTY_SYNC, self->known->name, 0, 0)) {
    case CALL_GOES_ON: return end_turn(self, sync_known(self));
    case CALL_DIES_AFTER: sync_known(self); return end_turn(self, SQLITE_IOERR_FSYNC);
    // The ordinary system says the same for want of room.
    default: known_file_did_not_sync(self->known); return end_turn(self, SQLITE_IOERR_FSYNC);
    }
}

static int size_of_file(sqlite3_file *file, sqlite3_int64 *size) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xFileSize(real, size);
}

static int lock_file(sqlite3_file *file, int level) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xLock(real, level);
}

static int unlock_file(sqlite3_file *file, int level) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xUnlock(real, level);
}

static int check_reserved_lock(sqlite3_file *file, int *is_reserved) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xCheckReservedLock(real, is_reserved);
}

static int control_file(sqlite3_file *file, int operation, void *argument) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xFileControl(real, operation, argument);
}

static int sector_size_of_file(sqlite3_file *file) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xSectorSize(real);
}

static int characteristics_of_file(sqlite3_file *file) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xDeviceCharacteristics(real);
}

// MARK: The shared memory of a write-ahead log

static int map_shared(sqlite3_file *file, int page, int size, int extends, void volatile **memory) {
    struct faulty_file *self = faulty(file);
    take_turn(self);
    enum verdict verdict = faulty_disk_judge(self->disk, FAULTY_SHARE, self->known->name, size, page);
    end_turn(self, SQLITE_OK);
    // Not within the turn: SQLite has a lock of its own here.
    if (verdict != CALL_GOES_ON) {
        *memory = NULL;
        return verdict == CALL_FINDS_NO_ROOM ? SQLITE_FULL : SQLITE_IOERR_SHMMAP;
    }
    return self->real->pMethods->xShmMap(self->real, page, size, extends, memory);
}

static int lock_shared(sqlite3_file *file, int offset, int count, int flags) {
    sqlite3_file *real = faulty(file)->real;
    return real->pMethods->xShmLock(real, offset, count, flags);
}

static void order_shared(sqlite3_file *file) {
    sqlite3_file *real = faulty(file)->real;
    real->pMethods->xShmBarrier(real);
}

static int unmap_shared(sqlite3_file *file, int deletes) {
    struct faulty_file *self = faulty(file);
    return self->real->pMethods->xShmUnmap(self->real, deletes && !faulty_disk_is_dead(self->disk));
}

/// Never maps the file itself, so that every read is one that can fail.
static int fetch_page(sqlite3_file *file, sqlite3_int64 offset, int size, void **bytes) {
    (void)file, (void)offset, (void)size;
    *bytes = NULL;
    return SQLITE_OK;
}

static int release_page(sqlite3_file *file, sqlite3_int64 offset, void *bytes) {
    (void)file, (void)offset, (void)bytes;
    return SQLITE_OK;
}

static const sqlite3_io_methods methods = {
    .iVersion = 3,
    .xClose = close_file,
    .xRead = read_file,
    .xWrite = write_file,
    .xTruncate = truncate_file,
    .xSync = sync_file,
    .xFileSize = size_of_file,
    .xLock = lock_file,
    .xUnlock = unlock_file,
    .xCheckReservedLock = check_reserved_lock,
    .xFileControl = control_file,
    .xSectorSize = sector_size_of_file,
    .xDeviceCharacteristics = characteristics_of_file,
    .xShmMap = map_shared,
    .xShmLock = lock_shared,
    .xShmBarrier = order_shared,
    .xShmUnmap = unmap_shared,
    .xFetch = fetch_page,
    .xUnfetch = release_page,
};

// MARK: The system

static int open_known(
    struct faulty_disk *disk, const char *path, const char *name, struct faulty_file *self, int flags, int *granted) {
    int existed = 0;
    ordinary->xAccess(ordinary, path, SQLITE_ACCESS_EXISTS, &existed);
    self->disk = disk;
    self->real = (sqlite3_file *)(self + 1);
    self->known = known_file_find(&disk->files, name);
    if (!self->known) return SQLITE_NOMEM;
    int result = ordinary->xOpen(ordinary, path, self->real, flags, granted);
    if (result != SQLITE_OK) {
        // A file that failed to open may have methods all the same, and wants to be closed then.
        if (self->real->pMethods) self->real->pMethods->xClose(self->real);
        return result;
    }
    struct known_file *known = self->known;
    if (!existed) {
        known_file_forget(known);
        known->is_durable = false;
        known->durable_size = 0;
    } else if (!known->was_opened) {
        // It was put there by the test.
        sync_known(self);
    }
    known->was_opened = true;
    self->base.pMethods = &methods;
    disk->open_files++;
    return SQLITE_OK;
}

static int open_file(sqlite3_vfs *system, const char *path, sqlite3_file *file, int flags, int *granted) {
    (void)system;
    const char *name = NULL;
    struct faulty_disk *disk = path ? faulty_disk_of(path, &name) : NULL;
    if (!disk) return ordinary->xOpen(ordinary, path, file, flags, granted);
    file->pMethods = NULL;
    pthread_mutex_lock(&disk->turn);
    int result = SQLITE_CANTOPEN;
    switch (faulty_disk_judge(disk, FAULTY_OPEN, name, 0, 0)) {
    case CALL_GOES_ON: result = open_known(disk, path, name, faulty(file), flags, granted); break;
    case CALL_OPENS_FOR_READING:
        flags = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
        result = open_known(disk, path, name, faulty(file), flags, granted);
        break;
    case CALL_FINDS_NO_ROOM: result = SQLITE_FULL; break;
    default: break;
    }
    pthread_mutex_unlock(&disk->turn);
    return result;
}

static int delete_known(struct faulty_disk *disk, const char *path, const char *name, int is_durable) {
    struct known_file *known = known_file_find(&disk->files, name);
    if (!known) return SQLITE_NOMEM;
    if (known->is_durable && !is_durable && !known_file_keep_ghost(known, path)) return SQLITE_IOERR_DELETE;
    int result = ordinary->xDelete(ordinary, path, is_durable);
    if (result == SQLITE_OK) {
        known_file_forget(known);
        known->is_durable = false;
    }
    return result;
}

static int delete_file(sqlite3_vfs *system, const char *path, int is_durable) {
    (void)system;
    const char *name = NULL;
    struct faulty_disk *disk = faulty_disk_of(path, &name);
    if (!disk) return ordinary->xDelete(ordinary, path, is_durable);
    pthread_mutex_lock(&disk->turn);
    int result = SQLITE_IOERR_DELETE;
    switch (faulty_disk_judge(disk, FAULTY_DELETE, name, 0, 0)) {
    case CALL_GOES_ON: result = delete_known(disk, path, name, is_durable); break;
    case CALL_DIES_AFTER: delete_known(disk, path, name, is_durable); break;
    default: break;
    }
    pthread_mutex_unlock(&disk->turn);
    return result;
}

static int access_file(sqlite3_vfs *system, const char *path, int flags, int *result) {
    (void)system;
    return ordinary->xAccess(ordinary, path, flags, result);
}

static int full_path(sqlite3_vfs *system, const char *path, int size, char *full) {
    (void)system;
    return ordinary->xFullPathname(ordinary, path, size, full);
}

static int randomness(sqlite3_vfs *system, int size, char *bytes) {
    (void)system;
    return ordinary->xRandomness(ordinary, size, bytes);
}

static int sleep_for(sqlite3_vfs *system, int microseconds) {
    (void)system;
    return ordinary->xSleep(ordinary, microseconds);
}

static int current_time(sqlite3_vfs *system, double *days) {
    (void)system;
    return ordinary->xCurrentTime(ordinary, days);
}

static int last_error(sqlite3_vfs *system, int size, char *text) {
    (void)system;
    return ordinary->xGetLastError(ordinary, size, text);
}

static int current_time_precisely(sqlite3_vfs *system, sqlite3_int64 *milliseconds) {
    (void)system;
    return ordinary->xCurrentTimeInt64(ordinary, milliseconds);
}

static sqlite3_vfs faulty_system = {
    .iVersion = 2,
    .zName = "faulty",
    .xOpen = open_file,
    .xDelete = delete_file,
    .xAccess = access_file,
    .xFullPathname = full_path,
    .xRandomness = randomness,
    .xSleep = sleep_for,
    .xCurrentTime = current_time,
    .xGetLastError = last_error,
    .xCurrentTimeInt64 = current_time_precisely,
};

/// Called by SQLite for every connection that is opened.
static int shorten_log(sqlite3 *connection, const char **message, const void *functions) {
    (void)message, (void)functions;
    const char *name = NULL;
    const char *path = sqlite3_db_filename(connection, "main");
    if (path && faulty_disk_of(path, &name)) sqlite3_wal_autocheckpoint(connection, checkpoint_pages_wanted);
    return SQLITE_OK;
}

static bool was_installed;

static void install(void) {
    ordinary = sqlite3_vfs_find(NULL);
    if (!ordinary || ordinary->iVersion < 2) return;
    faulty_system.szOsFile = (int)sizeof(struct faulty_file) + ordinary->szOsFile;
    faulty_system.mxPathname = ordinary->mxPathname;
    was_installed = sqlite3_vfs_register(&faulty_system, 1) == SQLITE_OK &&
                    sqlite3_auto_extension((void (*)(void))shorten_log) == SQLITE_OK;
}

bool faulty_disk_install(int checkpoint_pages) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    checkpoint_pages_wanted = checkpoint_pages;
    pthread_once(&once, install);
    return was_installed;
}
