/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "device.h"

#include <string.h>

#include "id.h"

BhDevice *
bh_device_new(const guint8 *public_key, BhRole role, const char *name, const char *kind,
              const char *link_id, gint64 now_ms)
{
  BhDevice *device = g_new0(BhDevice, 1);

  g_atomic_ref_count_init(&device->refs);
  device->device_id = bh_id_new(now_ms);
  memcpy(device->public_key, public_key, BH_DEVICE_KEY_BYTES);
  device->role = role;
  device->name = g_strdup(name);
  device->kind = g_strdup(kind);
  device->created_ms = device->changed_ms = device->valid_from_ms = now_ms;
  device->link_id = g_strdup(link_id);
  return device;
}

BhDevice *
bh_device_ref(BhDevice *device)
{
  g_atomic_ref_count_inc(&device->refs);
  return device;
}

void
bh_device_unref(BhDevice *device)
{
  if (!g_atomic_ref_count_dec(&device->refs))
    return;
  g_free(device->device_id);
  g_free(device->name);
  g_free(device->kind);
  g_free(device->link_id);
  g_free(device);
}

/* A name in a list must not be able to dress up the lines around it (Unicode TR 36). */
static gboolean
is_plain(gunichar c)
{
  GUnicodeType type = g_unichar_type(c);

  return type != G_UNICODE_CONTROL && type != G_UNICODE_LINE_SEPARATOR &&
         type != G_UNICODE_PARAGRAPH_SEPARATOR && !(c >= 0x202A && c <= 0x202E) &&
         !(c >= 0x2066 && c <= 0x2069);
}

char *
bh_device_clean_name(const char *text)
{
  g_autofree char *name = NULL;

  if (text == NULL || !g_utf8_validate(text, -1, NULL))
    return NULL;
  name = g_strstrip(g_strdup(text));
  if (*name == '\0' || strlen(name) > BH_DEVICE_MAX_NAME_BYTES)
    return NULL;
  for (const char *p = name; *p != '\0'; p = g_utf8_next_char(p)) {
    if (!is_plain(g_utf8_get_char(p)))
      return NULL;
  }
  return g_steal_pointer(&name);
}
