/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-base"

#include "remote.h"

BhRemote *
bh_remote_copy(const BhRemote *remote)
{
  BhRemote *copy = g_new(BhRemote, 1);

  *copy = *remote;
  copy->address = g_strdup(remote->address);
  return copy;
}

void
bh_remote_free(BhRemote *remote)
{
  g_free(remote->address);
  g_free(remote);
}
