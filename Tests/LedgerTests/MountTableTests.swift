import Testing

@testable import Ledger

@Suite struct MountTableTests {
    private let table = MountTable(
        """
        /dev/sda1 / ext4 rw,relatime 0 0
        proc /proc proc rw 0 0
        server:/export /mnt/nfs nfs4 rw,vers=4.2 0 0
        /dev/sdb1 /mnt/nfs/local xfs rw 0 0
        //server/share /mnt/with\\040two\\040spaces cifs rw 0 0
        user@host:/home /home/user/remote fuse.sshfs rw 0 0
        hostshare /mnt/c 9p rw 0 0
        /dev/sdc1 /data ext4 rw 0 0
        server:/over /data nfs rw 0 0
        damaged line

        """)

    @Test(
        "the file system of a path is that of the longest mount point above it",
        arguments: [
            ("/", "ext4"), ("/srv/verdict", "ext4"), ("/mnt/nfs", "nfs4"), ("/mnt/nfs/verdict", "nfs4"),
            ("/mnt/nfs/local", "xfs"), ("/mnt/nfs/local/verdict", "xfs"), ("/mnt/nfs/locality", "nfs4"),
            ("/mnt/nfsroot", "ext4"), ("/mnt/with two spaces/verdict", "cifs"), ("/mnt/with two", "ext4"),
            ("/home/user/remote/data", "fuse.sshfs"), ("/home/user", "ext4"), ("/mnt/c/Users", "9p"),
            ("/data/verdict", "nfs"), ("/proc/self", "proc"),
        ])
    func longestMountPoint(path: String, type: String) {
        #expect(table.fileSystem(of: path) == type)
    }

    @Test("a table without a root knows nothing of other paths", arguments: ["", "x /mnt/a ext4 rw 0 0"])
    func noRoot(text: String) {
        #expect(MountTable(text).fileSystem(of: "/srv") == nil)
    }

    @Test(
        "file systems that live on another machine are network file systems",
        arguments: ["nfs", "nfs4", "cifs", "smb3", "9p", "ceph", "glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone"])
    func network(type: String) {
        #expect(MountTable.isNetwork(type))
    }

    @Test(
        "disks, memory and file systems of this machine are none",
        arguments: ["ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "fuseblk", "fuse.lxcfs", "virtiofs"])
    func local(type: String) {
        #expect(!MountTable.isNetwork(type))
    }
}
