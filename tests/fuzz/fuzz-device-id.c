/* SPDX-License-Identifier: Apache-2.0 */
/* What a printer on USB says of itself: any bytes give one clean label or none. */
#include <stdint.h>
#include <string.h>

#include "device-id.h"
#include "found-printer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autofree char *label = bh_device_id_make_label((const char *)data, size);
  g_autofree char *clean = NULL;

  if (label == NULL)
    return 0;
  g_assert(g_utf8_validate(label, -1, NULL) && *label != '\0');
  clean = bh_found_printer_clean_label(label);
  g_assert(g_utf8_validate(clean, -1, NULL) && *clean != '\0' && strlen(clean) <= 64);
  for (const char *at = clean; *at != '\0'; at = g_utf8_next_char(at))
    g_assert(g_unichar_isprint(g_utf8_get_char(at)));
  return 0;
}
