/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "assistant.h"

#include <glib/gi18n.h>

#include "backup-run.h"
#include "column.h"
#include "front-app.h"
#include "pair-page.h"
#include "plain-names.h"
#include "printers-page.h"
#include "restore-run.h"
#include "secret-entry.h"
#include "task-bar.h"

static const struct {
  const char *name, *title, *words, *next;
} steps[] = {
    {"name", N_("Welcome. What is your property called?"),
     N_("Guests and staff see this name. It can be changed at any time."), N_("_Next")},
    {"printer", N_("Which printer does the kitchen use?"),
     N_("Printers nearby appear by themselves. Without one, receipts are shown on a page."),
     N_("_Next")},
    {"phone", N_("Pair your own phone"),
     N_("It becomes the manager’s: it may pair the others, wherever you are in the house."),
     N_("_Done")},
};
#define N_STEPS G_N_ELEMENTS(steps)

struct _BhAssistant {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *dots, *title, *words, *name_entry, *printer_box, *phone_box;
  GtkWidget *back_button, *later_button, *next_button;
  GtkWidget *restore_button, *restore_revealer, *restore_words, *restore_entry, *restore_now;
  GtkStack *stack;
  BhTaskBar *task_bar;
  char *backup;         /* (nullable): the file to restore */
  gboolean is_restored; /* nothing is left but to read what could not be taken */
  GtkWidget *step_dots[N_STEPS];
  guint step;
};

G_DEFINE_FINAL_TYPE(BhAssistant, bh_assistant, GTK_TYPE_BOX)

enum { DONE, N_SIGNALS };
static guint signals[N_SIGNALS];

static void
show_step(BhAssistant *self, guint step)
{
  g_autofree char *where = g_strdup_printf(_("Step %u of %u"), step + 1, (guint)N_STEPS);

  self->step = step;
  gtk_stack_set_visible_child_name(self->stack, steps[step].name);
  gtk_label_set_text(GTK_LABEL(self->title), _(steps[step].title));
  gtk_label_set_text(GTK_LABEL(self->words), _(steps[step].words));
  gtk_button_set_label(GTK_BUTTON(self->next_button), _(steps[step].next));
  bh_plain_names(self->next_button);
  gtk_widget_set_visible(self->back_button, step > 0);
  gtk_widget_show(self->later_button);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self->title), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                 where, -1);
  for (guint i = 0; i < N_STEPS; i++) {
    if (i == step)
      gtk_widget_add_css_class(self->step_dots[i], "now");
    else
      gtk_widget_remove_css_class(self->step_dots[i], "now");
  }
  if (step == 0)
    gtk_widget_grab_focus(self->name_entry);
}

static void
go_on(BhAssistant *self)
{
  if (self->step + 1 < N_STEPS)
    show_step(self, self->step + 1);
  else
    g_signal_emit(self, signals[DONE], 0);
}

static void
name_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhAssistant) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL))
    go_on(self);
}

static void
on_next(BhAssistant *self)
{
  g_autofree char *name =
      g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(self->name_entry))));

  if (self->is_restored) {
    g_signal_emit(self, signals[DONE], 0);
    return;
  }
  /* By the Enter key in the field of the name, while the button waits. */
  if (bh_task_bar_is_busy(self->task_bar))
    return;
  if (self->step != 0 || *name == '\0') {
    go_on(self);
    return;
  }
  bh_house_model_call_async(self->model, "settings", json_pack("{s:s}", "name", name),
                            bh_task_bar_begin_firm(self->task_bar, _("Keeping the name")), name_cb,
                            g_object_ref(self));
}

static void
on_later(BhAssistant *self)
{
  go_on(self);
}

static void
on_back(BhAssistant *self)
{
  if (self->step > 0)
    show_step(self, self->step - 1);
}

/* --- a house that has been elsewhere before --- */

/* What a person has to set anew here, before the assistant goes. */
static void
show_left_out(BhAssistant *self, GStrv left_out)
{
  g_autofree char *words = g_strjoinv("\n", left_out);

  self->is_restored = TRUE;
  gtk_label_set_text(GTK_LABEL(self->title), _("The house is back, but for this"));
  gtk_label_set_text(GTK_LABEL(self->words), words);
  gtk_button_set_label(GTK_BUTTON(self->next_button), _("_Done"));
  bh_plain_names(self->next_button);
  gtk_widget_hide(self->dots);
  gtk_widget_hide(self->name_entry);
  gtk_widget_hide(self->restore_button);
  gtk_widget_hide(self->restore_revealer);
  gtk_widget_hide(self->later_button);
  gtk_widget_grab_focus(self->next_button);
}

static void
restore_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhAssistant) self = user_data;
  g_autoptr(GError) error = NULL;
  g_auto(GStrv) left_out = bh_restore_run_finish(result, &error);

  gtk_widget_set_sensitive(self->restore_now, TRUE);
  gtk_widget_set_sensitive(self->next_button, TRUE);
  gtk_widget_set_sensitive(self->later_button, TRUE);
  if (!bh_task_bar_end(self->task_bar, error, NULL))
    return;
  if (*left_out != NULL)
    show_left_out(self, left_out);
  else
    g_signal_emit(self, signals[DONE], 0);
}

static void
on_restore(BhAssistant *self)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self)));
  const char *passphrase = gtk_editable_get_text(GTK_EDITABLE(self->restore_entry));

  if (self->backup == NULL || *passphrase == '\0' || bh_task_bar_is_busy(self->task_bar))
    return;
  gtk_widget_set_sensitive(self->restore_now, FALSE);
  gtk_widget_set_sensitive(self->next_button, FALSE);
  gtk_widget_set_sensitive(self->later_button, FALSE);
  bh_front_app_restore_async(
      BH_FRONT_APP(gtk_window_get_application(window)), self->backup, passphrase,
      bh_task_bar_begin(self->task_bar, _("Restoring the backup")), restore_cb, g_object_ref(self));
}

/* @file: (nullable) */
static void
take_backup(BhAssistant *self, GFile *file)
{
  g_autofree char *name = file != NULL ? g_file_get_basename(file) : NULL;
  g_autofree char *words = NULL;

  if (file == NULL || self->is_restored)
    return;
  g_free(self->backup);
  self->backup = g_file_get_path(file);
  words = g_strdup_printf(_("%s opens with its recovery code or your passphrase."), name);
  gtk_label_set_text(GTK_LABEL(self->restore_words), words);
  gtk_revealer_set_reveal_child(GTK_REVEALER(self->restore_revealer), TRUE);
  gtk_widget_grab_focus(self->restore_entry);
}

static void
on_backup(GtkNativeDialog *dialog, int response, BhAssistant *self)
{
  g_autoptr(GFile) file = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  g_object_unref(dialog);
  take_backup(self, file);
}

static void
on_choose_backup(BhAssistant *self)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
      _("Choose the backup"), window, GTK_FILE_CHOOSER_ACTION_OPEN, _("_Choose"), _("_Cancel"));
  g_autoptr(GtkFileFilter) filter = gtk_file_filter_new();

  gtk_file_filter_set_name(filter, _("Backups of Bellhop"));
  gtk_file_filter_add_suffix(filter, &BH_BACKUP_SUFFIX[1]);
  gtk_file_chooser_add_filter(GTK_FILE_CHOOSER(dialog), filter);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_backup), self, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

static gboolean
on_drop(GtkDropTarget *target, const GValue *value, double x, double y, BhAssistant *self)
{
  take_backup(self, g_value_get_object(value));
  return TRUE;
}

/* The one thing to do next. */
static void
on_reached(BhAssistant *self)
{
  gtk_widget_grab_focus(self->next_button);
}

/* Nothing is left to be put off. */
static void
on_paired(BhAssistant *self)
{
  gtk_widget_hide(self->later_button);
}

static void
bh_assistant_dispose(GObject *object)
{
  BhAssistant *self = BH_ASSISTANT(object);

  g_clear_object(&self->model);
  g_clear_pointer(&self->backup, g_free);
  G_OBJECT_CLASS(bh_assistant_parent_class)->dispose(object);
}

static void
bh_assistant_class_init(BhAssistantClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_assistant_dispose;
  signals[DONE] = g_signal_new("done", G_TYPE_FROM_CLASS(klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                               NULL, G_TYPE_NONE, 0);
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/assistant.ui");
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, dots);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, title);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, words);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, printer_box);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, phone_box);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, back_button);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, later_button);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, next_button);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, stack);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, task_bar);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, restore_button);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, restore_revealer);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, restore_words);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, restore_entry);
  gtk_widget_class_bind_template_child(widget_class, BhAssistant, restore_now);
  gtk_widget_class_bind_template_callback(widget_class, on_restore);
  gtk_widget_class_bind_template_callback(widget_class, on_choose_backup);
  gtk_widget_class_bind_template_callback(widget_class, on_next);
  gtk_widget_class_bind_template_callback(widget_class, on_later);
  gtk_widget_class_bind_template_callback(widget_class, on_back);
}

static void
bh_assistant_init(BhAssistant *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  bh_secret_entry_make(GTK_ENTRY(self->restore_entry));
  for (guint i = 0; i < N_STEPS; i++) {
    self->step_dots[i] = gtk_box_new(GTK_ORIENTATION_HORIZONTAL, 0);
    gtk_widget_add_css_class(self->step_dots[i], "step-dot");
    gtk_box_append(GTK_BOX(self->dots), self->step_dots[i]);
  }
}

GtkWidget *
bh_assistant_new(BhHouseModel *model)
{
  BhAssistant *self = g_object_new(BH_TYPE_ASSISTANT, NULL);
  GtkWidget *printers = bh_printers_page_new(model);
  GtkWidget *pair = bh_pair_page_new(model);
  GtkDropTarget *drop = gtk_drop_target_new(G_TYPE_FILE, GDK_ACTION_COPY);

  self->model = g_object_ref(model);
  bh_printers_page_make_part(BH_PRINTERS_PAGE(printers));
  bh_pair_page_fix_role(BH_PAIR_PAGE(pair), "manager");
  gtk_box_append(GTK_BOX(self->printer_box), printers);
  gtk_box_append(GTK_BOX(self->phone_box), pair);
  gtk_widget_set_visible(self->restore_button, bh_house_model_get_place(model) != BH_HUB_ELSEWHERE);
  g_signal_connect_object(drop, "drop", G_CALLBACK(on_drop), self, 0);
  gtk_widget_add_controller(GTK_WIDGET(self), GTK_EVENT_CONTROLLER(drop));
  g_signal_connect_object(pair, "paired", G_CALLBACK(on_paired), self, G_CONNECT_SWAPPED);
  g_signal_connect_object(printers, "added", G_CALLBACK(on_reached), self, G_CONNECT_SWAPPED);
  show_step(self, 0);
  return GTK_WIDGET(self);
}
