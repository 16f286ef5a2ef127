/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "plain-text.h"

#include <glib/gi18n.h>

/* What stands for a character that is not shown. */
#define REPLACEMENT 0xfffd

static gboolean
is_obeyed(gunichar character)
{
  switch (g_unichar_type(character)) {
  case G_UNICODE_CONTROL:
  case G_UNICODE_LINE_SEPARATOR:
  case G_UNICODE_PARAGRAPH_SEPARATOR:
    return TRUE;
  case G_UNICODE_FORMAT:
    /* The joiners make letters and emoji of several characters; the rest of these hide or turn. */
    return character != 0x200c && character != 0x200d;
  default:
    return FALSE;
  }
}

char *
bh_plain_text(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
  GString *plain = g_string_new(NULL);

  for (const char *next = valid; *next != '\0'; next = g_utf8_next_char(next)) {
    gunichar character = g_utf8_get_char(next);

    g_string_append_unichar(plain, is_obeyed(character) ? REPLACEMENT : character);
  }
  return g_string_free(plain, FALSE);
}

guint
bh_plain_text_get_width(const char *text)
{
  guint width = 0;

  for (; *text != '\0'; text = g_utf8_next_char(text)) {
    gunichar character = g_utf8_get_char(text);

    if (!g_unichar_iszerowidth(character))
      width += g_unichar_iswide(character) ? 2 : 1;
  }
  return width;
}

char *
bh_plain_age(gint64 age_ms)
{
  gint64 seconds = MAX(age_ms, 0) / 1000;

  /* Translators: short for seconds, minutes, hours and days. */
  if (seconds < 60)
    return g_strdup_printf(_("%d s"), (int)seconds);
  if (seconds < 60 * 60)
    return g_strdup_printf(_("%d min"), (int)(seconds / 60));
  if (seconds < 24 * 60 * 60)
    return g_strdup_printf(_("%d h"), (int)(seconds / (60 * 60)));
  return g_strdup_printf(_("%d d"), (int)MIN(seconds / (24 * 60 * 60), G_MAXINT));
}
