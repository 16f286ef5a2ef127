/* SPDX-License-Identifier: Apache-2.0 */
#include "dcep.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_auto(BhDcepMessage) message = {0};
  g_autoptr(GError) error = NULL;
  gboolean parsed = bh_dcep_parse(data, size, &message, &error);

  g_assert_true(parsed == (error == NULL));
  if (parsed && message.type == BH_DCEP_OPEN) {
    g_autoptr(GBytes) built = bh_dcep_build_open(&message);

    /* Its reliability may be cut, or mean nothing: all but that comes out as it went in. */
    g_assert_cmpuint(g_bytes_get_size(built), ==, size);
    g_assert_cmpmem((const guint8 *)g_bytes_get_data(built, NULL) + 8, size - 8, data + 8,
                    size - 8);
    g_assert_cmpint(((const guint8 *)g_bytes_get_data(built, NULL))[1], ==, data[1]);
  }
  return 0;
}
