/// Which file system a path lies on, from the text of `/proc/self/mounts`.
struct MountTable {
    private let mounts: [(point: String, type: String)]

    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line -> (point: String, type: String)? in
            let fields = line.split(separator: " ")
            guard fields.count >= 3 else { return nil }
            return (
                point: fields[1].split(separator: "\\040", omittingEmptySubsequences: false).joined(separator: " "),
                type: String(fields[2])
            )
        }
    }

    /// The type of the file system with the longest mount point above the path; of equal ones the last one covers.
    func fileSystem(of path: String) -> String? {
        mounts.filter { Self.contains($0.point, path) }.reduce(nil as (point: String, type: String)?) { best, mount in
            mount.point.count >= (best?.point.count ?? 0) ? mount : best
        }?.type
    }

    private static func contains(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }

    static func isNetwork(_ type: String) -> Bool {
        let networks: Set = [
            "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "gfs", "gfs2", "glusterfs", "gpfs", "lustre",
            "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "smb3", "smbfs",
        ]
        let remoteUserSpace: Set = [
            "fuse.ceph", "fuse.davfs2", "fuse.gcsfuse", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.smbnetfs",
            "fuse.sshfs",
        ]
        return networks.contains(type) || remoteUserSpace.contains(type)
    }
}
