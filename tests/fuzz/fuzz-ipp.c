/* SPDX-License-Identifier: Apache-2.0 */
/* What the print service answers: any bytes are visited within their bounds, or refused. */
#include <stdint.h>

#include "ipp-message.h"

typedef struct {
  const guint8 *start, *end;
} Bounds;

static void
visit(guint group, guint8 group_kind, const char *name, guint8 kind, const guint8 *value,
      gsize length, gpointer user_data)
{
  const Bounds *bounds = user_data;

  g_assert(value >= bounds->start && value + length <= bounds->end);
  g_assert(*name != '\0' && g_utf8_validate(name, -1, NULL));
  g_assert(kind >= 0x10 && group_kind < 0x10);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const Bounds bounds = {.start = data, .end = data + size};
  g_autoptr(GError) error = NULL;
  guint16 status;
  gboolean ok = bh_ipp_read(data, size, &status, visit, (gpointer)&bounds, &error);

  g_assert(ok == (error == NULL));
  return 0;
}
