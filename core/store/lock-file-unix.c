/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-store"

#include "lock-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "store.h"

/*
 * flock() and not fcntl(): its lock belongs to this open file, so that a second store in the same
 * process is refused as well, and closing some other descriptor of the file does not drop it.
 */
struct _BhLockFile {
  int fd;
};

/* "PID PROGRAM"; longer is not ours. */
#define MAX_HOLDER_BYTES 256

static void
set_system_error(GError **error, const char *path)
{
  int saved = errno;

  g_set_error(error, BH_STORE_ERROR,
              saved == ENOSPC || saved == EDQUOT ? BH_STORE_ERROR_FULL : BH_STORE_ERROR_FAILED,
              _("cannot use %s: %s"), path, g_strerror(saved));
}

static void
set_held_error(GError **error, const char *path, int fd)
{
  g_autofree char *folder = g_path_get_dirname(path);
  char text[MAX_HOLDER_BYTES + 1] = "";
  ssize_t length = pread(fd, text, MAX_HOLDER_BYTES, 0);
  char *program = NULL;
  guint64 pid;

  text[MAX(length, 0)] = '\0';
  g_strdelimit(text, "\r\n", '\0');
  pid = g_ascii_strtoull(text, &program, 10);
  program = g_strstrip(program);
  if (pid == 0 || *program == '\0' || !g_utf8_validate(program, -1, NULL))
    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD, _("%s is in use by another program"),
                folder);
  else {
    g_autofree char *process = g_strdup_printf("%" G_GUINT64_FORMAT, pid);

    g_set_error(error, BH_STORE_ERROR, BH_STORE_ERROR_HELD, _("%s is in use by %s (process %s)"),
                folder, program, process);
  }
}

static gboolean
write_holder(int fd)
{
  const char *name = g_get_prgname();
  g_autofree char *text =
      g_strdup_printf("%ld %.200s\n", (long)getpid(), name != NULL ? name : "bellhop");
  gsize length = strlen(text);

  return ftruncate(fd, 0) == 0 && pwrite(fd, text, length, 0) == (ssize_t)length;
}

BhLockFile *
bh_lock_file_take(const char *path, GError **error)
{
  int fd = g_open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  BhLockFile *lock;
  int result;

  if (fd < 0) {
    set_system_error(error, path);
    return NULL;
  }
  do
    result = flock(fd, LOCK_EX | LOCK_NB);
  while (result != 0 && errno == EINTR);

  if (result != 0 && errno == EWOULDBLOCK)
    set_held_error(error, path, fd);
  else if (result != 0 || !write_holder(fd))
    set_system_error(error, path);
  else {
    lock = g_new0(BhLockFile, 1);
    lock->fd = fd;
    return lock;
  }
  close(fd);
  return NULL;
}

void
bh_lock_file_release(BhLockFile *lock)
{
  close(lock->fd);
  g_free(lock);
}
