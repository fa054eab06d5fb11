#pragma once

#include <stdbool.h>
#include <stdint.h>

/// A disk that fails when it is told to, for tests: a file system of SQLite (a "VFS") on top of the ordinary one.
///
/// Once `faulty_disk_install` has made it SQLite's default, every connection of the process goes through it. Files
/// outside the folders of faulty disks are handed to the ordinary file system when they are opened, and never come back.
///
/// What stands on the real disk meanwhile is what the page cache would hold: every write, synced or not. What a loss of
/// power would leave is kept beside it, as the former bytes of every sector that was not synced since it was written.

/// The calls of SQLite to a disk; a set of them is their sum.
enum faulty_operation {
    FAULTY_OPEN = 1,
    FAULTY_DELETE = 2,
    FAULTY_READ = 4,
    FAULTY_WRITE = 8,
    FAULTY_TRUNCATE = 16,
    FAULTY_SYNC = 32,
    /// Mapping the shared memory of a write-ahead log.
    FAULTY_SHARE = 64,
};

/// What becomes of a call that is struck.
enum faulty_outcome {
    /// It changes nothing and fails as EIO does.
    FAULTY_FAILS,
    /// It changes nothing and fails as ENOSPC does.
    FAULTY_IS_FULL,
    /// The first half of a write is done; then it fails as EIO does.
    FAULTY_FAILS_HALFWAY,
    /// The first half of a write is done; then it fails as ENOSPC does.
    FAULTY_IS_FULL_HALFWAY,
    /// An opening gives a file that can only be read, as the ordinary system does where it cannot open one for writing; any
    /// other call fails as EIO does.
    FAULTY_ONLY_READS,
    /// It changes nothing, and nothing after it does anything: the process was killed.
    FAULTY_DIES_BEFORE,
    /// The first half of a write is done before the process is killed.
    FAULTY_DIES_HALFWAY,
    /// All of it is done before the process is killed.
    FAULTY_DIES_AFTER,
};

struct faulty_disk;

/// Makes the faulty file system SQLite's default, once a process.
///
/// Connections to files of faulty disks write their log back after `checkpoint_pages` pages, so that short tests see
/// checkpoints. Returns whether SQLite has agreed.
bool faulty_disk_install(int checkpoint_pages);

/// A disk that holds the files of that folder, well at first. NULL where there is no memory.
struct faulty_disk *faulty_disk_create(const char *folder);

/// Nobody wants the disk any more. Files that are open still fail from now on, and may be closed.
void faulty_disk_release(struct faulty_disk *disk);

/// Strikes the calls among `operations`, counted from 1 since the disk was made, from number `first` on; `count` of them,
/// or all where it is negative.
void faulty_disk_strike(
    struct faulty_disk *disk, unsigned operations, int64_t first, int64_t count, enum faulty_outcome outcome);

/// The disk is well again, unless the process was killed.
void faulty_disk_repair(struct faulty_disk *disk);

/// How many calls among `operations` there were.
int64_t faulty_disk_calls(struct faulty_disk *disk, unsigned operations);

/// How many calls were struck since `faulty_disk_strike`.
int64_t faulty_disk_struck(struct faulty_disk *disk);

/// From now on no call has any effect: the process was killed.
void faulty_disk_kill(struct faulty_disk *disk);

bool faulty_disk_is_dead(struct faulty_disk *disk);

/// The first call that was struck, such as "write of 4096 bytes at 56 to events.db-wal"; an empty text where there was none.
/// At most `size` bytes with the closing zero.
void faulty_disk_describe(struct faulty_disk *disk, char *text, int size);

/// Turns a copy of the folder, as it stands, into what a loss of power would have left: everything that was synced, and of
/// the rest what the seed chooses, by sectors of 512 bytes or 4 KiB, some of them torn.
///
/// To be called when the disk is dead or its files are closed. Returns whether it could.
bool faulty_disk_lose_power(struct faulty_disk *disk, const char *copy, uint64_t seed);
