/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "house-model-private.h"

#include <glib/gi18n.h>

#include "printer-words.h"

gboolean
bh_house_model_has_failed_backup(BhHouseModel *self)
{
  /* There is one exactly when the last run failed; clocks say nothing about it. */
  return json_is_true(json_object_get(self->backup, "enabled")) &&
         json_is_object(json_object_get(self->backup, "error"));
}

guint
bh_house_model_get_doubts(BhHouseModel *model)
{
  const json_t *print = json_object_get(model->status, "print");

  return (guint)json_integer_value(json_object_get(print, "uncertain"));
}

/* Returns: (transfer full) (nullable): what somebody should look at first */
static char *
find_attention(BhHouseModel *self)
{
  guint n_alerts = bh_house_list_get_count(self->lists[BH_QUESTION_ALERTS]);
  guint n_requests = bh_house_list_get_count(self->lists[BH_QUESTION_REQUESTS]);
  guint n_doubts = bh_house_model_get_doubts(self);

  for (guint i = 0; i < bh_house_list_get_count(self->lists[BH_QUESTION_PRINTERS]); i++) {
    BhHouseItem *printer = bh_house_list_get(self->lists[BH_QUESTION_PRINTERS], i);
    char *trouble = bh_printer_words_trouble(bh_house_item_get_facts(printer));

    if (trouble != NULL)
      return trouble;
  }
  if (n_alerts > 0)
    return g_strdup_printf(ngettext("%u thing needs somebody’s attention.",
                                    "%u things need somebody’s attention.", n_alerts),
                           n_alerts);
  if (n_doubts > 0)
    return g_strdup_printf(ngettext("%u page may not have come out. Look at Printers.",
                                    "%u pages may not have come out. Look at Printers.", n_doubts),
                           n_doubts);
  if (n_requests > 0)
    return g_strdup_printf(
        ngettext("%u device asks to be let in.", "%u devices ask to be let in.", n_requests),
        n_requests);
  if (bh_house_model_has_failed_backup(self))
    return g_strdup(_("The last backup did not succeed. The settings say why."));
  return NULL;
}

/* What is there, in any case. */
static char *
describe_house(BhHouseModel *self)
{
  guint n_devices = bh_house_list_get_count(self->lists[BH_QUESTION_DEVICES]);
  guint n_printers = 0;
  g_autofree char *devices =
      g_strdup_printf(ngettext("%u device", "%u devices", n_devices), n_devices);
  g_autofree char *printers = NULL;

  for (guint i = 0; i < bh_house_list_get_count(self->lists[BH_QUESTION_PRINTERS]); i++)
    if (!g_str_equal(bh_house_item_get_text(bh_house_list_get(self->lists[BH_QUESTION_PRINTERS], i),
                                            "source"),
                     "built-in"))
      n_printers++;
  printers = g_strdup_printf(ngettext("%u printer", "%u printers", n_printers), n_printers);
  /* Translators: "3 devices", then "1 printer" */
  return g_strdup_printf(_("%s and %s, all on your own network."), devices, printers);
}

void
bh_house_model_judge(BhHouseModel *self)
{
  char *attention = find_attention(self);

  self->has_judged = TRUE;
  if (attention != NULL)
    bh_house_model_set_state(self, BH_HOUSE_ATTENTION, attention, describe_house(self));
  else
    bh_house_model_set_state(self, BH_HOUSE_WELL, g_strdup(_("Everything is working.")),
                             describe_house(self));
}
