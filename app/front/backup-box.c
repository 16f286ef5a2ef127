/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "backup-box.h"

#include <glib/gi18n.h>

#include "backup-words.h"
#include "fact-row.h"
#include "plain-names.h"
#include "secret-entry.h"
#include "task-bar.h"

/* While a backup is being made it is asked this often how far it is. */
#define LOOK_MS 700

/* And otherwise this often: it may be made, or fail, by night while the page is left open. */
#define NEWS_S 30

struct _BhBackupBox {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *backup_switch, *seal_revealer, *seal_entry, *seal_save_button;
  GtkWidget *folder_button, *seal_button, *noted_button, *now_button, *progress;
  BhFactRow *folder_row, *seal_row, *last_row;
  BhTaskBar *backup_task;

  char *folder;        /* (nullable) */
  gboolean is_showing; /* the switch changes because the hub says so */
  gboolean was_serving;
  gboolean says_unheard; /* what the bar says is that asking was in vain */
  gboolean is_sealing;   /* the change on its way is the passphrase in the entry */
  guint look_source;     /* while one is being made and the box is seen */
  guint news_source;     /* while the box is seen */
};

G_DEFINE_FINAL_TYPE(BhBackupBox, bh_backup_box, GTK_TYPE_BOX)

static void ask(BhBackupBox *self);

/* --- how it is --- */

static gboolean
on_look(gpointer user_data)
{
  BhBackupBox *self = user_data;

  self->look_source = 0;
  ask(self);
  return G_SOURCE_REMOVE;
}

static void
show_progress(BhBackupBox *self, const json_t *backup)
{
  gboolean running = json_is_true(json_object_get(backup, "running"));
  double part = (double)json_integer_value(json_object_get(backup, "perMille")) / 1000;

  gtk_widget_set_visible(self->progress, running);
  gtk_progress_bar_set_fraction(GTK_PROGRESS_BAR(self->progress), CLAMP(part, 0, 1));
  gtk_widget_set_sensitive(self->now_button, !running && !bh_task_bar_is_busy(self->backup_task));
  g_clear_handle_id(&self->look_source, g_source_remove);
  if (running && gtk_widget_get_mapped(GTK_WIDGET(self))) {
    self->look_source = g_timeout_add(LOOK_MS, on_look, self);
    g_source_set_name_by_id(self->look_source, "bellhop backup");
  }
}

static void
show(BhBackupBox *self, const json_t *backup)
{
  const char *folder = json_string_value(json_object_get(backup, "folder"));
  gboolean unnoted = json_is_string(json_object_get(backup, "recoveryCode")) &&
                     !json_is_true(json_object_get(backup, "codeNoted"));
  BhTone tone;
  g_autofree char *folder_line = bh_backup_words_folder(backup, &tone);
  g_autofree char *seal_line = NULL;
  g_autofree char *last_line = NULL;

  bh_fact_row_set(self->folder_row, tone, folder_line);
  seal_line = bh_backup_words_seal(backup, &tone);
  bh_fact_row_set(self->seal_row, tone, seal_line);
  last_line = bh_backup_words_last(backup, g_get_real_time() / 1000, &tone);
  bh_fact_row_set(self->last_row, tone, last_line);
  g_free(self->folder);
  self->folder = g_strdup(folder);
  self->is_showing = TRUE;
  gtk_switch_set_active(GTK_SWITCH(self->backup_switch),
                        json_is_true(json_object_get(backup, "enabled")));
  self->is_showing = FALSE;
  gtk_widget_set_visible(self->noted_button, unnoted);
  show_progress(self, backup);
  if (self->says_unheard)
    bh_task_bar_clear(self->backup_task);
  self->says_unheard = FALSE;
}

/* What came of a change stays: it is not known from what the hub says later. */
static void
show_unheard(BhBackupBox *self, const GError *error)
{
  if (gtk_widget_get_visible(GTK_WIDGET(self->backup_task)) && !self->says_unheard)
    return;
  bh_task_bar_end(self->backup_task, error, NULL);
  self->says_unheard = TRUE;
}

static void
ask_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhBackupBox) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (answer != NULL)
    show(self, answer);
  else
    show_unheard(self, error);
}

static void
ask(BhBackupBox *self)
{
  if (!bh_house_model_is_serving(self->model))
    return;
  bh_house_model_call_async(self->model, "backup", NULL, NULL, ask_cb, g_object_ref(self));
}

/* Nobody asked: where the hub does not answer the window says so. */
static void
news_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhBackupBox) self = user_data;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, NULL);

  if (answer != NULL)
    show(self, answer);
}

static gboolean
on_news(gpointer user_data)
{
  BhBackupBox *self = user_data;

  if (bh_house_model_is_serving(self->model))
    bh_house_model_call_async(self->model, "backup", NULL, NULL, news_cb, g_object_ref(self));
  return G_SOURCE_CONTINUE;
}

/* --- changes --- */

static void
close_seal(BhBackupBox *self)
{
  gtk_editable_set_text(GTK_EDITABLE(self->seal_entry), "");
  gtk_revealer_set_reveal_child(GTK_REVEALER(self->seal_revealer), FALSE);
}

static void
change_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhBackupBox) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  gboolean was_sealing = self->is_sealing;

  self->is_sealing = FALSE;
  if (bh_task_bar_end(self->backup_task, answer == NULL ? error : NULL, NULL)) {
    if (was_sealing)
      close_seal(self);
    show(self, answer);
    return;
  }
  gtk_widget_set_sensitive(self->now_button, TRUE);
  ask(self);
}

/* One after the other: what comes of each is heard. @body: (transfer full) */
static void
change(BhBackupBox *self, const char *path, json_t *body, const char *words)
{
  if (bh_task_bar_is_busy(self->backup_task)) {
    json_decref(body);
    ask(self);
    return;
  }
  gtk_widget_set_sensitive(self->now_button, FALSE);
  self->says_unheard = FALSE;
  bh_house_model_call_async(self->model, path, body,
                            bh_task_bar_begin_firm(self->backup_task, words), change_cb,
                            g_object_ref(self));
}

static void
on_backup_switch(BhBackupBox *self)
{
  if (!self->is_showing)
    change(self, "backup",
           json_pack("{s:b}", "enabled", gtk_switch_get_active(GTK_SWITCH(self->backup_switch))),
           _("Changing the backup"));
}

static void
on_noted(BhBackupBox *self)
{
  change(self, "backup", json_pack("{s:b}", "codeNoted", 1), _("Changing the backup"));
}

static void
on_backup_now(BhBackupBox *self)
{
  change(self, "backup/now", json_object(), _("Beginning a backup"));
}

static void
on_seal(BhBackupBox *self)
{
  GtkRevealer *revealer = GTK_REVEALER(self->seal_revealer);

  gtk_revealer_set_reveal_child(revealer, !gtk_revealer_get_reveal_child(revealer));
  if (gtk_revealer_get_reveal_child(revealer))
    gtk_widget_grab_focus(self->seal_entry);
}

static void
on_seal_save(BhBackupBox *self)
{
  const char *passphrase = gtk_editable_get_text(GTK_EDITABLE(self->seal_entry));

  if (*passphrase == '\0' || bh_task_bar_is_busy(self->backup_task))
    return;
  change(self, "backup", json_pack("{s:s}", "passphrase", passphrase),
         _("Changing the passphrase"));
  /* It stays where it was refused. */
  self->is_sealing = TRUE;
}

static void
on_folder(GtkNativeDialog *dialog, int response, BhBackupBox *self)
{
  g_autoptr(GFile) file = NULL;
  g_autofree char *path = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  g_object_unref(dialog);
  path = file != NULL ? g_file_get_path(file) : NULL;
  if (path != NULL)
    change(self, "backup", json_pack("{s:s}", "folder", path), _("Changing the folder"));
}

static void
on_choose_folder(BhBackupBox *self)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(_("Folder of the backups"), window,
                                                             GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                                             _("_Choose"), _("_Cancel"));

  if (self->folder != NULL) {
    g_autoptr(GFile) folder = g_file_new_for_path(self->folder);

    gtk_file_chooser_set_current_folder(GTK_FILE_CHOOSER(dialog), folder, NULL);
  }
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_folder), self, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

/* The hub has come, or come back. */
static void
on_changed(BhHouseModel *model, BhBackupBox *self)
{
  gboolean serves = bh_house_model_is_serving(model);

  if (serves && !self->was_serving && gtk_widget_get_mapped(GTK_WIDGET(self)))
    ask(self);
  self->was_serving = serves;
}

/* --- life --- */

static void
bh_backup_box_map(GtkWidget *widget)
{
  BhBackupBox *self = BH_BACKUP_BOX(widget);

  GTK_WIDGET_CLASS(bh_backup_box_parent_class)->map(widget);
  self->news_source = g_timeout_add_seconds(NEWS_S, on_news, self);
  g_source_set_name_by_id(self->news_source, "bellhop backup news");
  ask(self);
}

static void
bh_backup_box_unmap(GtkWidget *widget)
{
  BhBackupBox *self = BH_BACKUP_BOX(widget);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_handle_id(&self->news_source, g_source_remove);
  GTK_WIDGET_CLASS(bh_backup_box_parent_class)->unmap(widget);
}

static void
bh_backup_box_dispose(GObject *object)
{
  BhBackupBox *self = BH_BACKUP_BOX(object);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_handle_id(&self->news_source, g_source_remove);
  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_backup_box_parent_class)->dispose(object);
}

static void
bh_backup_box_finalize(GObject *object)
{
  g_free(BH_BACKUP_BOX(object)->folder);
  G_OBJECT_CLASS(bh_backup_box_parent_class)->finalize(object);
}

static void
bh_backup_box_class_init(BhBackupBoxClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->dispose = bh_backup_box_dispose;
  object_class->finalize = bh_backup_box_finalize;
  widget_class->map = bh_backup_box_map;
  widget_class->unmap = bh_backup_box_unmap;
  g_type_ensure(BH_TYPE_FACT_ROW);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/backup-box.ui");
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, backup_switch);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, folder_row);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, folder_button);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, seal_row);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, seal_button);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, seal_revealer);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, seal_entry);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, seal_save_button);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, noted_button);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, last_row);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, now_button);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, progress);
  gtk_widget_class_bind_template_child(widget_class, BhBackupBox, backup_task);
  gtk_widget_class_bind_template_callback(widget_class, on_backup_switch);
  gtk_widget_class_bind_template_callback(widget_class, on_choose_folder);
  gtk_widget_class_bind_template_callback(widget_class, on_seal);
  gtk_widget_class_bind_template_callback(widget_class, on_seal_save);
  gtk_widget_class_bind_template_callback(widget_class, on_noted);
  gtk_widget_class_bind_template_callback(widget_class, on_backup_now);
}

static void
bh_backup_box_init(BhBackupBox *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  bh_secret_entry_make(GTK_ENTRY(self->seal_entry));
}

void
bh_backup_box_set_model(BhBackupBox *box, BhHouseModel *model)
{
  g_set_object(&box->model, model);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), box, 0);
}
