/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "crc32c.h"

#include <usrsctp.h>

guint32
bh_crc32c(const guint8 *data, gsize length)
{
  return usrsctp_crc32c((void *)data, length);
}
