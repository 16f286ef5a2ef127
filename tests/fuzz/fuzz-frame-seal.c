/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a frame from the other side, which it can only be by the keys that it has not; and
 * as an inner frame, which comes out as it went in.
 */
#include "frame-seal.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const guint8 a[BH_FRAME_SEAL_KEY_BYTES] = {1};
  static const guint8 b[BH_FRAME_SEAL_KEY_BYTES] = {2};
  g_autoptr(BhFrameSeal) client = bh_frame_seal_new(a, b);
  g_autoptr(BhFrameSeal) server = bh_frame_seal_new(b, a);
  g_autoptr(BhFrameSeal) stranger = bh_frame_seal_new(b, a);
  g_autoptr(GBytes) forged = bh_frame_seal_open(stranger, (const char *)data, size);

  g_assert_null(forged);
  for (guint i = 0; i < 2; i++) {
    g_autoptr(GBytes) frame = bh_frame_seal_seal(client, (const char *)data, size);
    g_autoptr(GBytes) opened = NULL;

    g_assert_cmpuint(g_bytes_get_size(frame), <=, bh_frame_seal_get_frame_bytes(size));
    opened = bh_frame_seal_open(server, g_bytes_get_data(frame, NULL), g_bytes_get_size(frame));
    g_assert_nonnull(opened);
    g_assert_cmpmem(g_bytes_get_data(opened, NULL), g_bytes_get_size(opened), data, size);
  }
  return 0;
}
