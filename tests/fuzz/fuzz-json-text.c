/* SPDX-License-Identifier: Apache-2.0 */
#include "json-text.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = bh_json_parse((const char *)data, size, &error);

  g_assert_true((value == NULL) == (error != NULL));
  if (value != NULL) {
    g_autofree char *text = bh_json_to_text(value);
    const char *name;
    gint64 number = 0;

    g_assert_nonnull(text);
    bh_json_get_optional_text(value, "type", 64, &name, NULL);
    bh_json_get_optional_integer(value, "id", 0, 9, &number, NULL);
  }
  return 0;
}
