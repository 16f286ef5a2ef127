/* SPDX-License-Identifier: Apache-2.0 */
#include "json-reader.h"
#include "json-text.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What our reader takes, jansson takes too, and reads alike. */
static void
compare_readers(const char *text, size_t size)
{
  g_autoptr(json_t) ours = bh_json_read(text, size);
  g_autoptr(json_t) theirs = NULL;
  g_autofree char *a = NULL, *b = NULL;

  if (ours == NULL)
    return;
  theirs = json_loadb(text, size, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
  g_assert_nonnull(theirs);
  a = bh_json_to_text(ours);
  b = bh_json_to_text(theirs);
  g_assert_cmpstr(a, ==, b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) value = bh_json_parse((const char *)data, size, &error);

  compare_readers((const char *)data, size);
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
