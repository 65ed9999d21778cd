/* A disk that fails, for tests: loaded before libc (LD_PRELOAD), it counts what a program does to files below a folder and
   makes chosen operations fail. DISK_FAULTS names the control file, which the test maps too, so it can arm a fault while the
   program runs; DISK_FAULTS_FOLDER the folder. With DISK_FAULTS_SYNCED the content of each file as it was synced last is
   kept below that folder: what a power cut would leave. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum operation { WRITING, SYNCING, RENAMING, OPENING, TRUNCATING, OPERATIONS };

/* The control file. */
struct control {
  _Atomic int64_t operations;  /* armed: a bit each */
  _Atomic int64_t countdown;   /* the so-manieth from now on fails; 0: none */
  _Atomic int64_t failures;    /* how many fail from then on; negative: all until it is disarmed */
  _Atomic int64_t error;       /* errno; 0: a short write */
  _Atomic int64_t failed;      /* how many have failed */
  _Atomic int64_t seen;        /* armed operations seen */
};

enum { MOST_FILES = 4096 };
static struct control *control;
static char folder[PATH_MAX];
static char synced[PATH_MAX];
static char *paths[MOST_FILES];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
  static __typeof__(&name) real; \
  if (real == NULL) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void __attribute__((constructor)) begin(void) {
  const char *file = getenv("DISK_FAULTS"), *within = getenv("DISK_FAULTS_FOLDER"), *keep = getenv("DISK_FAULTS_SYNCED");
  if (file == NULL || within == NULL || realpath(within, folder) == NULL) return;
  if (keep != NULL && realpath(keep, synced) == NULL) synced[0] = 0;
  REAL(open);
  const int opened = real(file, O_RDWR);
  if (opened < 0) return;
  void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, opened, 0);
  close(opened);
  if (mapped != MAP_FAILED) control = mapped;
}

/* Whether this operation is to fail now. */
static int fails(enum operation operation) {
  if (control == NULL || (control->operations & (1 << operation)) == 0) return 0;
  control->seen++;
  const int64_t before = control->countdown;
  if (before > 1) {
    control->countdown--;
    return 0;
  }
  if (before == 0) return 0;
  if (control->failures == 0) return 0;
  if (control->failures > 0) control->failures--;
  control->failed++;
  return 1;
}

static int is_below(const char *path) {
  const size_t length = strlen(folder);
  return length > 0 && strncmp(path, folder, length) == 0 && path[length] == '/';
}

static void remember(int file) {
  char whole[PATH_MAX], link[64];
  if (control == NULL || file < 0 || file >= MOST_FILES) return;
  snprintf(link, sizeof link, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(link, whole, sizeof whole - 1);
  if (length <= 0) return;
  whole[length] = 0;
  pthread_mutex_lock(&lock);
  free(paths[file]);
  paths[file] = is_below(whole) ? strdup(whole) : NULL;
  pthread_mutex_unlock(&lock);
}

static int is_watched(int file) { return control != NULL && file >= 0 && file < MOST_FILES && paths[file] != NULL; }

/* Where what was synced of a file is kept. */
static int place_of(const char *path, char *place, size_t room) {
  if (synced[0] == 0 || !is_below(path)) return 0;
  snprintf(place, room, "%s%s", synced, path + strlen(folder));
  for (char *slash = strchr(place + strlen(synced) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    mkdir(place, 0755);
    *slash = '/';
  }
  return 1;
}

static void keep_synced(int file) {
  char place[PATH_MAX * 2], bytes[1 << 16];
  struct stat state;
  if (!is_watched(file) || fstat(file, &state) != 0 || !S_ISREG(state.st_mode) || !place_of(paths[file], place, sizeof place)) return;
  static __typeof__(&open) real_open;
  static __typeof__(&pwrite) real_write;
  static __typeof__(&ftruncate) real_truncate;
  if (real_open == NULL) real_open = (__typeof__(&open))dlsym(RTLD_NEXT, "open");
  if (real_write == NULL) real_write = (__typeof__(&pwrite))dlsym(RTLD_NEXT, "pwrite");
  if (real_truncate == NULL) real_truncate = (__typeof__(&ftruncate))dlsym(RTLD_NEXT, "ftruncate");
  const int from = real_open(paths[file], O_RDONLY), to = real_open(place, O_WRONLY | O_CREAT, 0644);
  off_t at = 0;
  for (ssize_t count; from >= 0 && to >= 0 && (count = pread(from, bytes, sizeof bytes, at)) > 0; at += count) {
    if (real_write(to, bytes, (size_t)count, at) != count) break;
  }
  if (to >= 0 && real_truncate(to, at) != 0) perror("disk_faults");
  if (from >= 0) close(from);
  if (to >= 0) close(to);
}

/* The mode is there only where a file may be made. */
#define READ_MODE(mode)                   \
  mode_t mode = 0;                        \
  if (flags & (O_CREAT | O_TMPFILE)) {    \
    va_list rest;                         \
    va_start(rest, flags);                \
    mode = (mode_t)va_arg(rest, unsigned); \
    va_end(rest);                         \
  }

static int may_not_open(const char *path, int flags) {
  if (control == NULL || (flags & (O_WRONLY | O_RDWR)) == 0 || !is_below(path) || !fails(OPENING)) return 0;
  errno = control->error != 0 ? (int)control->error : EIO;
  return 1;
}

int open(const char *path, int flags, ...) {
  REAL(open);
  READ_MODE(mode);
  if (may_not_open(path, flags)) return -1;
  const int file = real(path, flags, mode);
  remember(file);
  return file;
}

int open64(const char *path, int flags, ...) {
  REAL(open64);
  READ_MODE(mode);
  if (may_not_open(path, flags)) return -1;
  const int file = real(path, flags, mode);
  remember(file);
  return file;
}

int openat(int directory, const char *path, int flags, ...) {
  REAL(openat);
  READ_MODE(mode);
  if (may_not_open(path, flags)) return -1;
  const int file = real(directory, path, flags, mode);
  remember(file);
  return file;
}

int close(int file) {
  REAL(close);
  if (is_watched(file)) {
    pthread_mutex_lock(&lock);
    free(paths[file]);
    paths[file] = NULL;
    pthread_mutex_unlock(&lock);
  }
  return real(file);
}

/* What a failing write does: nothing, or a part of it. */
#define FAIL_WRITE(call_of_part)                                   \
  if (is_watched(file) && fails(WRITING)) {                        \
    if (control->error == 0 && count > 1) return call_of_part;     \
    errno = control->error != 0 ? (int)control->error : EIO;       \
    return -1;                                                     \
  }

ssize_t write(int file, const void *bytes, size_t count) {
  REAL(write);
  FAIL_WRITE(real(file, bytes, count / 2))
  return real(file, bytes, count);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  REAL(pwrite);
  FAIL_WRITE(real(file, bytes, count / 2, at))
  return real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  REAL(pwrite64);
  FAIL_WRITE(real(file, bytes, count / 2, at))
  return real(file, bytes, count, at);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
  REAL(writev);
  const size_t count = 0;
  FAIL_WRITE(0)
  return real(file, parts, number);
}

static int may_not(int file, enum operation operation) {
  if (!is_watched(file) || !fails(operation)) return 0;
  errno = control->error != 0 ? (int)control->error : EIO;
  return 1;
}

int fsync(int file) {
  REAL(fsync);
  if (may_not(file, SYNCING)) return -1;
  keep_synced(file);
  return synced[0] == 0 ? real(file) : 0; /* kept instead: a test is not to wait for the disk */
}

int fdatasync(int file) {
  REAL(fdatasync);
  if (may_not(file, SYNCING)) return -1;
  keep_synced(file);
  return synced[0] == 0 ? real(file) : 0;
}

int ftruncate(int file, off_t length) {
  REAL(ftruncate);
  return may_not(file, TRUNCATING) ? -1 : real(file, length);
}

int ftruncate64(int file, off64_t length) {
  REAL(ftruncate64);
  return may_not(file, TRUNCATING) ? -1 : real(file, length);
}

int rename(const char *from, const char *to) {
  REAL(rename);
  char before[PATH_MAX * 2], after[PATH_MAX * 2];
  if (control != NULL && is_below(to) && fails(RENAMING)) {
    errno = control->error != 0 ? (int)control->error : EIO;
    return -1;
  }
  const int done = real(from, to);
  if (done == 0 && place_of(from, before, sizeof before) && place_of(to, after, sizeof after)) real(before, after);
  return done;
}

int unlink(const char *path) {
  REAL(unlink);
  char place[PATH_MAX * 2];
  const int done = real(path);
  if (done == 0 && place_of(path, place, sizeof place)) real(place);
  return done;
}
