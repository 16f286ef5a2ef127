/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "printer-row.h"

#include <glib/gi18n.h>

#include "fact-row.h"
#include "house-words.h"
#include "plain-names.h"
#include "printer-words.h"
#include "task-bar.h"

struct _BhPrinterRow {
  GtkListBoxRow parent_instance;

  BhHouseModel *model;
  BhHouseItem *printer;
  GtkWidget *icon, *name, *line, *test_button, *fold_button, *fold;
  GtkWidget *name_box, *name_entry, *rename_button, *address;
  GtkStack *remove_stack;
  GtkWidget *remove_button, *keep_button, *sure_button;
  BhTaskBar *task_bar;
  char *test_job; /* (nullable): of the test page under way */
};

G_DEFINE_FINAL_TYPE(BhPrinterRow, bh_printer_row, GTK_TYPE_LIST_BOX_ROW)

static void
name_controls(BhPrinterRow *self, const char *name)
{
  g_autofree char *test = g_strdup_printf(_("Test print on “%s”"), name);
  g_autofree char *fold = g_strdup_printf(_("Change “%s”"), name);
  g_autofree char *remove = g_strdup_printf(_("Remove “%s”"), name);

  bh_plain_name(self->test_button, test);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->fold_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 fold, -1);
  bh_plain_name(self->remove_button, remove);
  gtk_widget_set_tooltip_text(self->fold_button, fold);
}

static const char *
get_name(BhPrinterRow *self)
{
  return bh_printer_words_title(bh_house_item_get_facts(self->printer));
}

static void
on_changed(BhHouseItem *printer, BhPrinterRow *self)
{
  const char *name = get_name(self);
  BhTone tone;
  g_autofree char *line = bh_printer_words_line(bh_house_item_get_facts(printer), &tone);
  g_autofree char *words = g_strdup_printf("%s: %s", name, line);
  gboolean stored = g_str_equal(bh_house_item_get_text(printer, "source"), "stored");

  bh_tone_mark(GTK_IMAGE(self->icon), tone);
  gtk_label_set_text(GTK_LABEL(self->name), name);
  gtk_label_set_text(GTK_LABEL(self->line), line);
  gtk_label_set_text(GTK_LABEL(self->address), bh_house_item_get_text(printer, "address"));
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  name_controls(self, name);
  /* What settings.ini or the program itself says is not changed here. */
  gtk_widget_set_visible(self->fold_button, stored);
  gtk_list_box_row_set_activatable(GTK_LIST_BOX_ROW(self), stored);
  if (!gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(self->fold_button)))
    gtk_editable_set_text(GTK_EDITABLE(self->name_entry), name);
}

/* --- actions --- */

static void
action_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrinterRow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL);
}

static void
act(BhPrinterRow *self, const char *path, json_t *body, const char *words)
{
  json_object_set_new(body, "name", json_string(bh_house_item_get_key(self->printer)));
  bh_house_model_call_async(self->model, path, body, bh_task_bar_begin_firm(self->task_bar, words),
                            action_cb, g_object_ref(self));
}

/* --- the test page --- */

/* What waits for its printer, or for the printer's word, is followed further. */
static void
follow_test(BhPrinterRow *self)
{
  BhHouseItem *job = self->test_job != NULL
                         ? bh_house_list_find(bh_house_model_get_jobs(self->model), self->test_job)
                         : NULL;
  BhTone tone;
  gboolean is_over;
  g_autofree char *line = NULL;

  if (job == NULL)
    return;
  line = bh_test_words_line(bh_house_item_get_facts(job), &tone, &is_over);
  if (line == NULL)
    return;
  if (tone == BH_TONE_GOOD)
    bh_task_bar_end(self->task_bar, NULL, line);
  else {
    g_autoptr(GError) error = g_error_new_literal(G_IO_ERROR, G_IO_ERROR_FAILED, line);

    bh_task_bar_end(self->task_bar, error, NULL);
  }
  if (is_over)
    g_clear_pointer(&self->test_job, g_free);
}

static void
on_model_changed(BhHouseModel *model, BhPrinterRow *self)
{
  follow_test(self);
}

static void
test_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhPrinterRow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (!bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL,
                       _("The test page is on its way to the printer.")))
    return;
  g_free(self->test_job);
  self->test_job = bh_house_model_make_job_key(answer);
}

static void
on_test(BhPrinterRow *self)
{
  bh_house_model_call_async(self->model, "printers/test",
                            json_pack("{s:s}", "name", bh_house_item_get_key(self->printer)),
                            bh_task_bar_begin_firm(self->task_bar, _("Printing a test page")),
                            test_cb, g_object_ref(self));
}

/* --- changes --- */

static void
on_rename(BhPrinterRow *self)
{
  act(self, "printers/rename",
      json_pack("{s:s}", "label", gtk_editable_get_text(GTK_EDITABLE(self->name_entry))),
      _("Renaming it"));
}

static void
on_remove(BhPrinterRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "sure");
  gtk_widget_grab_focus(self->keep_button);
}

static void
on_keep(BhPrinterRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "ask");
  gtk_widget_grab_focus(self->remove_button);
}

/* The button says that what waits goes too. */
static void
on_sure(BhPrinterRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "ask");
  act(self, "printers/remove", json_pack("{s:s}", "jobs", "cancel"), _("Removing it"));
}

void
bh_printer_row_toggle(BhPrinterRow *row)
{
  GtkToggleButton *button = GTK_TOGGLE_BUTTON(row->fold_button);

  if (gtk_widget_get_visible(row->fold_button))
    gtk_toggle_button_set_active(button, !gtk_toggle_button_get_active(button));
}

/* --- life --- */

static void
bh_printer_row_dispose(GObject *object)
{
  BhPrinterRow *self = BH_PRINTER_ROW(object);

  g_clear_object(&self->model);
  g_clear_object(&self->printer);
  g_clear_pointer(&self->test_job, g_free);
  G_OBJECT_CLASS(bh_printer_row_parent_class)->dispose(object);
}

static void
bh_printer_row_class_init(BhPrinterRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_printer_row_dispose;
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/printer-row.ui");
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, icon);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, name);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, line);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, test_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, fold_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, fold);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, name_box);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, rename_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, address);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, remove_stack);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, remove_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, keep_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, sure_button);
  gtk_widget_class_bind_template_child(widget_class, BhPrinterRow, task_bar);
  gtk_widget_class_bind_template_callback(widget_class, on_test);
  gtk_widget_class_bind_template_callback(widget_class, on_rename);
  gtk_widget_class_bind_template_callback(widget_class, on_remove);
  gtk_widget_class_bind_template_callback(widget_class, on_keep);
  gtk_widget_class_bind_template_callback(widget_class, on_sure);
}

static void
bh_printer_row_init(BhPrinterRow *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
}

GtkWidget *
bh_printer_row_new(BhHouseModel *model, BhHouseItem *printer)
{
  BhPrinterRow *self = g_object_new(BH_TYPE_PRINTER_ROW, NULL);

  self->model = g_object_ref(model);
  self->printer = g_object_ref(printer);
  g_signal_connect_object(printer, "changed", G_CALLBACK(on_changed), self, 0);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_model_changed), self, 0);
  on_changed(printer, self);
  return GTK_WIDGET(self);
}
