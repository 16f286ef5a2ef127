/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "activity-row.h"

#include "audit-words.h"
#include "fact-row.h"

struct _BhActivityRow {
  GtkBox parent_instance;

  GtkWidget *mark, *words, *time;
};

G_DEFINE_FINAL_TYPE(BhActivityRow, bh_activity_row, GTK_TYPE_BOX)

/* What goes without a mark of attention has the mark of its group. */
static const char *
find_icon(const json_t *entry)
{
  switch (bh_audit_words_find_group(entry)) {
  case BH_AUDIT_GROUP_DEVICES:
    return "bh-staff-symbolic";
  case BH_AUDIT_GROUP_PEOPLE:
    return "system-users-symbolic";
  case BH_AUDIT_GROUP_PRINTING:
    return "printer-symbolic";
  case BH_AUDIT_GROUP_ALL:
  case BH_AUDIT_GROUP_SAFETY:
  case BH_N_AUDIT_GROUPS:
  default:
    return "bh-list-symbolic";
  }
}

void
bh_activity_row_show(BhActivityRow *row, BhHouseItem *entry, gint64 now_ms)
{
  const json_t *facts = bh_house_item_get_facts(entry);
  gint64 at_ms = bh_house_item_get_number(entry, "timeMs");
  BhTone tone = bh_audit_words_tone(facts);
  g_autofree char *words = bh_audit_words_line(facts);
  g_autofree char *ago = bh_words_ago(at_ms, now_ms);
  g_autofree char *exact = bh_words_exact(at_ms);
  g_autofree char *whole = g_strdup_printf("%s %s", words, ago);

  bh_tone_mark_with_icon(GTK_IMAGE(row->mark), tone,
                         tone == BH_TONE_QUIET ? find_icon(facts) : bh_tone_get_icon(tone));
  gtk_label_set_text(GTK_LABEL(row->words), words);
  gtk_label_set_text(GTK_LABEL(row->time), ago);
  gtk_widget_set_tooltip_text(GTK_WIDGET(row), exact);
  gtk_accessible_update_property(GTK_ACCESSIBLE(row), GTK_ACCESSIBLE_PROPERTY_LABEL, whole, -1);
}

static void
bh_activity_row_class_init(BhActivityRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/activity-row.ui");
  gtk_widget_class_bind_template_child(widget_class, BhActivityRow, mark);
  gtk_widget_class_bind_template_child(widget_class, BhActivityRow, words);
  gtk_widget_class_bind_template_child(widget_class, BhActivityRow, time);
}

static void
bh_activity_row_init(BhActivityRow *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
}

GtkWidget *
bh_activity_row_new(void)
{
  return g_object_new(BH_TYPE_ACTIVITY_ROW, NULL);
}
