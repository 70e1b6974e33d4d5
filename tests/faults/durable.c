/* Loaded before the C library: counts and records what a process does to the files of one folder,
   and ends it before the operation that it is told.

   FAULT_ROOT   the folder; what lies elsewhere is passed through
   FAULT_AT     the number of the operation (1..) before which the process is killed
   FAULT_TRACE  the file that takes the record: "KIND inode offset length path other\n", then the
                bytes that were written

   Only the process itself is watched: what it starts does not inherit the variables. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char root[PATH_MAX];
static size_t root_length;
static long fatal, count;
static int trace = -1;
static pid_t watched;
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *real(const char *name) {
    return dlsym(RTLD_NEXT, name);
}

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("FAULT_ROOT");
    if (!folder)
        return;
    root_length = (size_t)snprintf(root, sizeof root, "%s/", folder);
    watched = getpid();
    fatal = getenv("FAULT_AT") ? atol(getenv("FAULT_AT")) : 0;
    if (getenv("FAULT_TRACE"))
        trace = (int)syscall(SYS_openat, AT_FDCWD, getenv("FAULT_TRACE"),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    unsetenv("LD_PRELOAD");
    unsetenv("FAULT_ROOT");
    unsetenv("FAULT_AT");
    unsetenv("FAULT_TRACE");
}

static int ours(const char *path) {
    return root_length && getpid() == watched && strncmp(path, root, root_length) == 0;
}

static int absolute(int folder, const char *path, char *whole) {
    char base[PATH_MAX];
    ssize_t length;
    if (path[0] == '/')
        return snprintf(whole, PATH_MAX, "%s", path) > 0;
    if (folder == AT_FDCWD) {
        if (!getcwd(base, sizeof base))
            return 0;
    } else {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, base, sizeof base - 1);
        if (length < 0)
            return 0;
        base[length] = 0;
    }
    return (size_t)snprintf(whole, PATH_MAX, "%s/%s", base, path) < PATH_MAX;
}

static int path_of(int fd, char *path) {
    char link[64];
    ssize_t length;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    length = readlink(link, path, PATH_MAX - 1);
    if (length < 0)
        return 0;
    path[length] = 0;
    return 1;
}

static unsigned long inode_of(int fd) {
    struct stat status;
    return syscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) == 0 ? status.st_ino : 0;
}

static void put(const void *data, size_t length) {
    const char *next = data;
    while (length) {
        ssize_t written = syscall(SYS_write, trace, next, length);
        if (written <= 0)
            return;
        next += written;
        length -= (size_t)written;
    }
}

static void note(char kind, unsigned long inode, long long offset, size_t length,
                 const char *path, const char *other, const void *data) {
    char head[2 * PATH_MAX + 128];
    if (trace < 0)
        return;
    int size = snprintf(head, sizeof head, "%c %lu %lld %zu %s\t%s\n", kind, inode, offset, length,
                        path, other);
    put(head, (size_t)size);
    if (data)
        put(data, length);
}

/* Count one more operation; whoever is told to die here does nothing more. The turn is kept until
   the operation is done, so that the record has them in the order in which they were done. */
static void step(void) {
    pthread_mutex_lock(&turn);
    if (++count == fatal)
        syscall(SYS_kill, watched, SIGKILL);
}

static void done(void) {
    pthread_mutex_unlock(&turn);
}

static ssize_t writes(int fd, const void *data, size_t length, off_t offset, int placed) {
    char path[PATH_MAX];
    long number = placed ? SYS_pwrite64 : SYS_write;
    if (fd == STDOUT_FILENO && watched == getpid()) {
        pthread_mutex_lock(&turn);
        ssize_t told = syscall(number, fd, data, length, offset);
        if (told > 0)
            note('A', 0, 0, (size_t)told, "-", "-", data);
        done();
        return told;
    }
    if (!root_length || !path_of(fd, path) || !ours(path))
        return syscall(number, fd, data, length, offset);
    step();
    off_t at = placed ? offset : lseek(fd, 0, SEEK_CUR);
    if (!placed && (fcntl(fd, F_GETFL) & O_APPEND))
        at = lseek(fd, 0, SEEK_END);
    ssize_t written = syscall(number, fd, data, length, offset);
    if (written > 0)
        note('W', inode_of(fd), at, (size_t)written, path, "-", data);
    done();
    return written;
}

ssize_t write(int fd, const void *data, size_t length) {
    return writes(fd, data, length, 0, 0);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t offset) {
    return writes(fd, data, length, offset, 1);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t offset) {
    return writes(fd, data, length, offset, 1);
}

static int syncs(int fd, long number) {
    char path[PATH_MAX];
    if (!root_length || !path_of(fd, path) || !(ours(path) || strlen(path) + 1 == root_length))
        return (int)syscall(number, fd);
    step();
    int result = (int)syscall(number, fd);
    note('S', inode_of(fd), 0, 0, path, "-", NULL);
    done();
    return result;
}

int fsync(int fd) {
    return syncs(fd, SYS_fsync);
}

int fdatasync(int fd) {
    return syncs(fd, SYS_fdatasync);
}

static int truncates(int fd, off_t length) {
    char path[PATH_MAX];
    if (!root_length || !path_of(fd, path) || !ours(path))
        return (int)syscall(SYS_ftruncate, fd, length);
    step();
    int result = (int)syscall(SYS_ftruncate, fd, length);
    note('T', inode_of(fd), length, 0, path, "-", NULL);
    done();
    return result;
}

int ftruncate(int fd, off_t length) {
    return truncates(fd, length);
}

int ftruncate64(int fd, off64_t length) {
    return truncates(fd, length);
}

static int opens(int folder, const char *name, int flags, mode_t mode) {
    char path[PATH_MAX];
    struct stat before;
    if (!(flags & (O_CREAT | O_TRUNC)) || !root_length || !absolute(folder, name, path) ||
        !ours(path))
        return (int)syscall(SYS_openat, folder, name, flags, mode);
    int there = syscall(SYS_newfstatat, AT_FDCWD, path, &before, 0) == 0;
    if (there && !(flags & O_TRUNC))
        return (int)syscall(SYS_openat, folder, name, flags, mode);
    step();
    int fd = (int)syscall(SYS_openat, folder, name, flags, mode);
    if (fd >= 0)
        note(there ? 'T' : 'C', inode_of(fd), 0, 0, path, "-", NULL);
    done();
    return fd;
}

#define MODE_OF(flags, last)                                                                      \
    mode_t mode = 0;                                                                              \
    if ((flags) & (O_CREAT | O_TMPFILE)) {                                                        \
        va_list more;                                                                             \
        va_start(more, last);                                                                     \
        mode = va_arg(more, mode_t);                                                              \
        va_end(more);                                                                             \
    }

int open(const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return opens(AT_FDCWD, path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return opens(AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return opens(folder, path, flags, mode);
}

int openat64(int folder, const char *path, int flags, ...) {
    MODE_OF(flags, flags)
    return opens(folder, path, flags, mode);
}

static int changes_name(char kind, const char *from, const char *to, int result_of) {
    char path[PATH_MAX], other[PATH_MAX] = "-";
    int (*two)(const char *, const char *) =
        kind == 'R' ? REAL(rename) : kind == 'L' ? REAL(link) : NULL;
    int (*one)(const char *) = kind == 'U' ? REAL(unlink) : NULL;
    (void)result_of;
    if (!root_length || !absolute(AT_FDCWD, from, path) || !ours(path))
        return two ? two(from, to) : one(from);
    if (two)
        absolute(AT_FDCWD, to, other);
    step();
    int result = two ? two(from, to) : one(from);
    if (result == 0)
        note(kind, 0, 0, 0, path, other, NULL);
    done();
    return result;
}

int rename(const char *from, const char *to) {
    return changes_name('R', from, to, 0);
}

int link(const char *from, const char *to) {
    return changes_name('L', from, to, 0);
}

int unlink(const char *path) {
    return changes_name('U', path, NULL, 0);
}

int mkdir(const char *name, mode_t mode) {
    char path[PATH_MAX];
    if (!root_length || !absolute(AT_FDCWD, name, path) || !ours(path))
        return (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    step();
    int result = (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode);
    if (result == 0)
        note('D', 0, 0, 0, path, "-", NULL);
    done();
    return result;
}
