/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-property"

#include "ticket-number.h"

#include <string.h>

#include "id.h"

static const char letters[] = "ABCDEFGHJKLMNPQRSTUVWXYZ";

#define N_LETTERS ((guint)(sizeof letters - 1))

/* What fits in seven letters; a property has thousands of devices, not millions. */
#define MAX_INDEX (G_MAXUINT / 2)

char *
bh_ticket_series_make(guint index)
{
  char text[BH_TICKET_MAX_SERIES_CHARS + 1] = "";
  gsize at = BH_TICKET_MAX_SERIES_CHARS;
  guint64 rest = MIN(index, MAX_INDEX);

  /* Bijective: after Z comes AA, and no series is another one with something before it. */
  for (rest++; rest > 0; rest = (rest - 1) / N_LETTERS)
    text[--at] = letters[(rest - 1) % N_LETTERS];
  return g_strdup(text + at);
}

char *
bh_ticket_series_make_random(void)
{
  guint8 bytes[3];
  char text[4] = "";

  bh_id_random(bytes, sizeof bytes);
  for (gsize i = 0; i < sizeof bytes; i++)
    text[i] = letters[bytes[i] % N_LETTERS];
  return g_strdup(text);
}

gboolean
bh_ticket_series_parse(const char *series, guint *index)
{
  gsize length = series != NULL ? strlen(series) : 0;
  guint64 value = 0;

  if (length == 0 || length > BH_TICKET_MAX_SERIES_CHARS)
    return FALSE;
  for (gsize i = 0; i < length; i++) {
    const char *at = strchr(letters, series[i]);

    if (at == NULL)
      return FALSE;
    value = value * N_LETTERS + (guint64)(at - letters) + 1;
  }
  if (value - 1 > MAX_INDEX)
    return FALSE;
  *index = (guint)(value - 1);
  return TRUE;
}

char *
bh_ticket_number_make(const char *series, guint number)
{
  return g_strdup_printf("%s-%u", series, number);
}

guint
bh_ticket_number_parse(const char *text, const char *series)
{
  gsize length = strlen(series);
  guint64 number;

  if (text == NULL || strncmp(text, series, length) != 0 || text[length] != '-' ||
      !g_ascii_string_to_unsigned(text + length + 1, 10, 1, BH_TICKET_LAST_NUMBER, &number, NULL))
    return 0;
  return (guint)number;
}

guint
bh_ticket_number_next(guint number)
{
  return number % BH_TICKET_LAST_NUMBER + 1;
}

gboolean
bh_ticket_number_is_after(guint number, guint other)
{
  guint ahead = (number + BH_TICKET_LAST_NUMBER - other) % BH_TICKET_LAST_NUMBER;

  return number != 0 && (other == 0 || (ahead > 0 && ahead <= BH_TICKET_LAST_NUMBER / 2));
}
