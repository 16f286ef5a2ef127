/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "name-lock.h"

#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct _BhNameLock {
  int fd;
};

BhNameLock *
bh_name_lock_take(const char *name)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  g_autofree char *text = g_strconcat("bellhop-name/", name, NULL);
  gsize length = strlen(text);
  BhNameLock *lock;
  int fd;

  /* A first byte of 0 means the abstract namespace (unix(7)). */
  g_return_val_if_fail(length + 1 <= sizeof address.sun_path, NULL);
  memcpy(address.sun_path + 1, text, length);
  fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0)
    return NULL;
  if (bind(fd, (const struct sockaddr *)&address,
           (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + length)) != 0) {
    close(fd);
    return NULL;
  }
  lock = g_new0(BhNameLock, 1);
  lock->fd = fd;
  return lock;
}

void
bh_name_lock_release(BhNameLock *lock)
{
  close(lock->fd);
  g_free(lock);
}
