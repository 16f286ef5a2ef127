/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop"

#include "unseen-words.h"

#include <glib/gi18n.h>

char *
bh_unseen_words_line(const json_t *subject)
{
  const char *number = json_string_value(json_object_get(subject, "number"));

  if (number == NULL)
    number = "";
  if (json_is_true(json_object_get(subject, "printed")))
    return g_strdup_printf(_("Order %s was seen on no kitchen screen; it is on paper"), number);
  if (json_is_true(json_object_get(subject, "lost")))
    return g_strdup_printf(_("Order %s was seen on no kitchen screen and may not be on paper; "
                             "tell the kitchen"),
                           number);
  return g_strdup_printf(_("Order %s was seen on no kitchen screen; it is not printed yet"),
                         number);
}
