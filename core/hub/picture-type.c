/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "picture-type.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *magic;
  gsize magic_bytes;
  const char *second; /* (nullable): what follows at `second_at` */
  gsize second_at;
} PictureType;

/* PNG section 5.2, JPEG (ITU-T T.81 annex B: SOI and the next marker), RFC 9649 section 2.4. */
static const PictureType types[] = {
    {"image/png", "\x89PNG\r\n\x1a\n", 8, NULL, 0},
    {"image/jpeg", "\xff\xd8\xff", 3, NULL, 0},
    {"image/webp", "RIFF", 4, "WEBP", 8},
};

static const PictureType *
find(const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS(types); i++)
    if (g_strcmp0(name, types[i].name) == 0)
      return &types[i];
  return NULL;
}

const char *
bh_picture_type_find(const char *name)
{
  const PictureType *type = find(name);

  return type != NULL ? type->name : NULL;
}

static gboolean
has_at(const guint8 *bytes, gsize length, gsize at, const char *magic, gsize magic_bytes)
{
  return length >= at + magic_bytes && memcmp(bytes + at, magic, magic_bytes) == 0;
}

gboolean
bh_picture_type_fits(const char *type, GBytes *content)
{
  const PictureType *wanted = find(type);
  gsize length;
  const guint8 *bytes = g_bytes_get_data(content, &length);

  return wanted != NULL && has_at(bytes, length, 0, wanted->magic, wanted->magic_bytes) &&
         (wanted->second == NULL ||
          has_at(bytes, length, wanted->second_at, wanted->second, strlen(wanted->second)));
}
