/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "status-page.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#include "column.h"
#include "fact-row.h"
#include "house-words.h"
#include "live-chart.h"
#include "plain-names.h"
#include "printer-words.h"
#include "task-bar.h"

/* The chart is that high at least: browsers save up what they confirm. */
#define LATENCY_TOP_MS 100

struct _BhStatusPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *mark, *sentence, *detail;
  BhTaskBar *task_bar;
  GtkWidget *alerts;
  BhFactRow *network_row, *cloud_row, *devices_row, *printers_row, *orders_row, *saved_row;
  GtkWidget *latency_value, *share_value;
  BhLiveChart *latency_chart, *share_chart;
};

G_DEFINE_FINAL_TYPE(BhStatusPage, bh_status_page, GTK_TYPE_BOX)

/* --- what needs somebody --- */

static void
dismiss_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhStatusPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL);
}

static void
on_dismiss(GtkButton *button, gpointer item)
{
  BhStatusPage *self =
      BH_STATUS_PAGE(gtk_widget_get_ancestor(GTK_WIDGET(button), BH_TYPE_STATUS_PAGE));

  bh_house_model_call_async(
      self->model, "alerts/dismiss",
      json_pack("{s:s}", "alertId", bh_house_item_get_key(BH_HOUSE_ITEM(item))),
      bh_task_bar_begin_firm(self->task_bar, _("Putting it away")), dismiss_cb, g_object_ref(self));
}

static void
show_alert(BhHouseItem *item, BhFactRow *row)
{
  gint64 at_ms = bh_house_item_get_number(item, "atMs");
  g_autofree char *ago = bh_words_ago(at_ms, g_get_real_time() / 1000);
  g_autofree char *exact = bh_words_exact(at_ms);
  g_autofree char *words = bh_alert_words_line(bh_house_item_get_facts(item));

  bh_fact_row_set_title(row, words);
  bh_fact_row_set(row, BH_TONE_ATTENTION, ago);
  gtk_widget_set_tooltip_text(GTK_WIDGET(row), exact);
}

static GtkWidget *
make_alert(gpointer item, gpointer user_data)
{
  GtkWidget *row = bh_fact_row_new("");
  GtkWidget *button = gtk_button_new_with_label(_("Put away"));

  gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
  bh_plain_names(button);
  g_signal_connect_object(button, "clicked", G_CALLBACK(on_dismiss), item, 0);
  bh_fact_row_add(BH_FACT_ROW(row), button);
  g_signal_connect_object(item, "changed", G_CALLBACK(show_alert), row, 0);
  show_alert(item, BH_FACT_ROW(row));
  return row;
}

/* --- one sentence --- */

static BhTone
find_tone(BhHouseState state)
{
  switch (state) {
  case BH_HOUSE_WELL:
    return BH_TONE_GOOD;
  case BH_HOUSE_ATTENTION:
    return BH_TONE_ATTENTION;
  case BH_HOUSE_STARTING:
    return BH_TONE_BUSY;
  case BH_HOUSE_PAUSED:
    return BH_TONE_QUIET;
  case BH_HOUSE_STOPPED:
  case BH_HOUSE_LOST:
  default:
    return BH_TONE_STOPPED;
  }
}

static void
show_sentence(BhStatusPage *self)
{
  const char *detail = bh_house_model_get_detail(self->model);

  gtk_label_set_text(GTK_LABEL(self->sentence), bh_house_model_get_headline(self->model));
  gtk_label_set_text(GTK_LABEL(self->detail), detail);
  gtk_widget_set_visible(self->detail, *detail != '\0');
  bh_tone_mark(GTK_IMAGE(self->mark), find_tone(bh_house_model_get_state(self->model)));
}

/* --- rows --- */

static void
show_printers(BhStatusPage *self)
{
  BhHouseList *printers = bh_house_model_get_printers(self->model);
  guint count = 0;
  g_autofree char *line = NULL;

  for (guint i = 0; i < bh_house_list_get_count(printers); i++) {
    BhHouseItem *item = bh_house_list_get(printers, i);
    BhTone tone;
    g_autofree char *words = bh_printer_words_line(bh_house_item_get_facts(item), &tone);

    if (!g_str_equal(bh_house_item_get_text(item, "source"), "built-in"))
      count++;
    if (tone == BH_TONE_ATTENTION || tone == BH_TONE_STOPPED) {
      /* Translators: a printer's name, then what it lacks */
      line = g_strdup_printf(_("“%s”: %s"), bh_printer_words_title(bh_house_item_get_facts(item)),
                             words);
      bh_fact_row_set(self->printers_row, tone, line);
      return;
    }
  }
  if (count == 0) {
    bh_fact_row_set(self->printers_row, BH_TONE_QUIET,
                    _("None yet; receipts are shown on the page Paper"));
    return;
  }
  line = g_strdup_printf(ngettext("%u printer, ready", "%u printers, all ready", count), count);
  bh_fact_row_set(self->printers_row, BH_TONE_GOOD, line);
}

static void
show_rows(BhStatusPage *self)
{
  const json_t *status = bh_house_model_get_status(self->model);
  BhHouseList *devices = bh_house_model_get_devices(self->model);
  g_autoptr(json_t) list = bh_house_list_to_json(devices);
  g_autofree char *by_role = bh_device_words_by_role(list);
  g_autofree char *orders = bh_orders_words_line(bh_house_model_get_orders(self->model));
  g_autofree char *saved = bh_saving_words_line(json_object_get(status, "log"));
  g_autofree char *network = NULL;
  g_autofree char *cloud = NULL;
  BhTone tone;

  network = bh_network_words_line(status, &tone);
  bh_fact_row_set(self->network_row, tone, network);
  cloud = bh_cloud_words_line(json_object_get(status, "cloud"), &tone);
  bh_fact_row_set(self->cloud_row, tone, cloud);
  bh_fact_row_set(self->devices_row,
                  bh_house_list_get_count(devices) > 0 ? BH_TONE_GOOD : BH_TONE_QUIET, by_role);
  show_printers(self);
  bh_fact_row_set(self->orders_row, BH_TONE_QUIET, orders);
  bh_fact_row_set(self->saved_row, BH_TONE_QUIET, saved);
}

/* --- charts --- */

static void
show_measure(BhStatusPage *self, BhLiveChart *chart, GtkWidget *label, const double *values,
             guint n_values, const char *format)
{
  double last = n_values > 0 ? values[n_values - 1] : NAN;
  g_autofree char *number =
      isnan(last) ? NULL : g_strdup_printf("%.*f", last == floor(last) ? 0 : 1, last);
  g_autofree char *words = NULL;

  if (number == NULL)
    words = g_strdup(chart == self->latency_chart ? _("Nobody is connected")
                                                  : _("Nothing yet since the start"));
  else if (last < 1 && chart == BH_LIVE_CHART(self->latency_chart))
    words = g_strdup(_("under 1 ms"));
  else {
    g_auto(GStrv) parts = g_strsplit(format, "{}", 2);

    words = g_strjoinv(number, parts);
  }
  gtk_label_set_text(GTK_LABEL(label), words);
  bh_live_chart_set_values(chart, values, n_values);
  gtk_accessible_update_property(GTK_ACCESSIBLE(chart), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                 -1);
}

static void
show_charts(BhStatusPage *self)
{
  guint n_values;
  const double *values =
      bh_house_model_get_history(self->model, BH_HOUSE_MEASURE_LATENCY, &n_values);

  /* Translators: {} is a number, ms are milliseconds */
  show_measure(self, self->latency_chart, self->latency_value, values, n_values, _("{} ms"));
  values = bh_house_model_get_history(self->model, BH_HOUSE_MEASURE_LOCAL_SHARE, &n_values);
  /* Translators: {} is a number; a share */
  show_measure(self, self->share_chart, self->share_value, values, n_values, _("{} %"));
}

/* --- life --- */

static void
on_changed(BhHouseModel *model, BhStatusPage *self)
{
  BhHouseList *alerts = bh_house_model_get_alerts(model);

  show_sentence(self);
  show_rows(self);
  show_charts(self);
  for (guint i = 0; i < bh_house_list_get_count(alerts); i++)
    show_alert(bh_house_list_get(alerts, i),
               BH_FACT_ROW(gtk_list_box_get_row_at_index(GTK_LIST_BOX(self->alerts), (int)i)));
  gtk_widget_set_visible(self->alerts, bh_house_list_get_count(alerts) > 0);
}

static void
on_row_activated(GtkListBox *box, GtkListBoxRow *row, BhStatusPage *self)
{
  const char *page = row == GTK_LIST_BOX_ROW(self->devices_row) ? "devices" : "printers";

  gtk_widget_activate_action(GTK_WIDGET(self), "win.page", "s", page);
}

static void
bh_status_page_map(GtkWidget *widget)
{
  GTK_WIDGET_CLASS(bh_status_page_parent_class)->map(widget);
  bh_house_model_hold_part(BH_STATUS_PAGE(widget)->model, BH_HOUSE_PART_ORDERS);
}

static void
bh_status_page_unmap(GtkWidget *widget)
{
  bh_house_model_release_part(BH_STATUS_PAGE(widget)->model, BH_HOUSE_PART_ORDERS);
  GTK_WIDGET_CLASS(bh_status_page_parent_class)->unmap(widget);
}

static void
bh_status_page_dispose(GObject *object)
{
  BhStatusPage *self = BH_STATUS_PAGE(object);

  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_status_page_parent_class)->dispose(object);
}

static void
bh_status_page_class_init(BhStatusPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_status_page_dispose;
  widget_class->map = bh_status_page_map;
  widget_class->unmap = bh_status_page_unmap;
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_FACT_ROW);
  g_type_ensure(BH_TYPE_LIVE_CHART);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/status-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, mark);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, sentence);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, detail);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, task_bar);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, alerts);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, network_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, cloud_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, devices_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, printers_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, orders_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, saved_row);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, latency_value);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, latency_chart);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, share_value);
  gtk_widget_class_bind_template_child(widget_class, BhStatusPage, share_chart);
  gtk_widget_class_bind_template_callback(widget_class, on_row_activated);
}

static void
bh_status_page_init(BhStatusPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_live_chart_set_range(self->latency_chart, 0, LATENCY_TOP_MS);
  bh_live_chart_set_range(self->share_chart, 0, 100);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->latency_chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Until devices confirm a message"), -1);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->share_chart), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 _("Stayed in the house"), -1);
}

GtkWidget *
bh_status_page_new(BhHouseModel *model)
{
  BhStatusPage *self = g_object_new(BH_TYPE_STATUS_PAGE, NULL);

  self->model = g_object_ref(model);
  gtk_list_box_bind_model(GTK_LIST_BOX(self->alerts),
                          G_LIST_MODEL(bh_house_model_get_alerts(model)), make_alert, NULL, NULL);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  on_changed(model, self);
  return GTK_WIDGET(self);
}
