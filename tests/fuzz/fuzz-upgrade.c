/* SPDX-License-Identifier: Apache-2.0 */
/* A server's answer to the opening handshake of a WebSocket. */
#include "upgrade.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *copy = g_memdup2(data, size);
  gsize used = 0;
  BhUpgrade result =
      bh_upgrade_read(copy != NULL ? copy : "", size, "dGhlIHNhbXBsZSBub25jZQ==", &used);

  g_assert_true(result != BH_UPGRADE_DONE || (used >= 4 && used <= size));
  return 0;
}
