/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-printing"

#include "device-id.h"

#include <string.h>

/* Keys may be written out; the first that is there counts. */
static const char *const maker_keys[] = {"MFG:", "MANUFACTURER:", NULL};
static const char *const model_keys[] = {"MDL:", "MODEL:", "DES:", "DESCRIPTION:", NULL};

/* Returns: (transfer full) (nullable): the value of one of @keys, not empty */
static char *
find_value(char **fields, const char *const *keys)
{
  for (guint k = 0; keys[k] != NULL; k++)
    for (guint i = 0; fields[i] != NULL; i++) {
      const char *field = fields[i] + strspn(fields[i], " \t\r\n");
      gsize length = strlen(keys[k]);

      if (g_ascii_strncasecmp(field, keys[k], length) == 0 && field[length] != '\0')
        return g_strstrip(g_strdup(field + length));
    }
  return NULL;
}

char *
bh_device_id_make_label(const char *id, gsize length)
{
  g_autofree char *text = g_strndup(length > 0 ? id : "", MIN(length, BH_DEVICE_ID_MAX_BYTES));
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_auto(GStrv) fields = g_strsplit(valid, ";", -1);
  g_autofree char *maker = find_value(fields, maker_keys);
  g_autofree char *model = find_value(fields, model_keys);

  if (model == NULL || *model == '\0')
    return NULL;
  /* Some models begin with their maker's name. */
  if (maker == NULL || *maker == '\0' || g_ascii_strncasecmp(model, maker, strlen(maker)) == 0)
    return g_steal_pointer(&model);
  return g_strconcat(maker, " ", model, NULL);
}
