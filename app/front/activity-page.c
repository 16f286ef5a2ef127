/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "activity-page.h"

#include <glib/gi18n.h>
#include <string.h>

#include "activity-row.h"
#include "audit-words.h"
#include "column.h"
#include "plain-names.h"
#include "task-bar.h"

#define LOOK_S 3

/* "just now" is true for less than a minute. */
#define TIMES_S 30

struct _BhActivityPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  GtkWidget *search, *group, *empty, *export_button;
  GtkListView *list;
  BhTaskBar *task_bar;

  BhHouseList *entries;
  GtkCustomFilter *filter;
  GListModel *shown; /* what of the entries passes the filter */
  char *needle;      /* case-folded */
  gboolean is_asked; /* an answer is under way */
  gboolean is_known; /* there has been one */
  guint look_source; /* while the page is seen */
  guint time_source; /* as long */
  GPtrArray *rows;   /* borrowed GtkListItem: those that show an entry now */
};

G_DEFINE_FINAL_TYPE(BhActivityPage, bh_activity_page, GTK_TYPE_BOX)

/* Entries have no name of their own: all that they say tells them apart. */
static char *
make_key(const json_t *entry)
{
  return bh_json_to_text(entry);
}

/* --- filter --- */

static gboolean
passes(gpointer item, gpointer user_data)
{
  BhActivityPage *self = user_data;
  const json_t *entry = bh_house_item_get_facts(item);
  guint group = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->group));
  g_autofree char *words = NULL;
  g_autofree char *folded = NULL;

  if (group != BH_AUDIT_GROUP_ALL && group < BH_N_AUDIT_GROUPS &&
      bh_audit_words_find_group(entry) != (BhAuditGroup)group)
    return FALSE;
  if (*self->needle == '\0')
    return TRUE;
  words = bh_audit_words_line(entry);
  folded = g_utf8_casefold(words, -1);
  return strstr(folded, self->needle) != NULL;
}

static void
show_empty(BhActivityPage *self)
{
  gboolean any = g_list_model_get_n_items(self->shown) > 0;

  gtk_label_set_text(GTK_LABEL(self->empty), bh_house_list_get_count(self->entries) > 0
                                                 ? _("Nothing of that kind has happened.")
                                                 : _("Nothing has happened yet. Whoever is let in, "
                                                     "changed or turned away will stand here."));
  gtk_widget_set_visible(self->empty, !any && self->is_known);
  gtk_widget_set_sensitive(self->export_button, any);
}

static void
on_filter(BhActivityPage *self)
{
  g_free(self->needle);
  self->needle = g_utf8_casefold(gtk_editable_get_text(GTK_EDITABLE(self->search)), -1);
  gtk_filter_changed(GTK_FILTER(self->filter), GTK_FILTER_CHANGE_DIFFERENT);
  show_empty(self);
}

static void
on_group(GObject *choice, GParamSpec *spec, BhActivityPage *self)
{
  on_filter(self);
}

/* --- what happened --- */

static void
audit_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhActivityPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  self->is_asked = FALSE;
  /* Where the hub does not answer the window says so; what is known stays. */
  if (answer == NULL)
    return;
  self->is_known = TRUE;
  bh_house_list_update(self->entries, json_object_get(answer, "entries"));
  show_empty(self);
}

static gboolean
on_look(gpointer user_data)
{
  BhActivityPage *self = user_data;

  if (!self->is_asked && bh_house_model_is_serving(self->model)) {
    self->is_asked = TRUE;
    bh_house_model_call_async(self->model, "audit?limit=1000", NULL, NULL, audit_cb,
                              g_object_ref(self));
  }
  return G_SOURCE_CONTINUE;
}

/* The hub has come. */
static void
on_changed(BhHouseModel *model, BhActivityPage *self)
{
  if (!self->is_known && gtk_widget_get_mapped(GTK_WIDGET(self)))
    on_look(self);
}

/* --- rows --- */

static void
on_setup(GtkListItemFactory *factory, GtkListItem *item, gpointer user_data)
{
  gtk_list_item_set_child(item, bh_activity_row_new());
  gtk_list_item_set_activatable(item, FALSE);
}

static void
show_row(GtkListItem *item)
{
  bh_activity_row_show(BH_ACTIVITY_ROW(gtk_list_item_get_child(item)), gtk_list_item_get_item(item),
                       g_get_real_time() / 1000);
}

static void
on_bind(GtkListItemFactory *factory, GtkListItem *item, BhActivityPage *self)
{
  g_ptr_array_add(self->rows, item);
  show_row(item);
}

static void
on_unbind(GtkListItemFactory *factory, GtkListItem *item, BhActivityPage *self)
{
  g_ptr_array_remove_fast(self->rows, item);
}

/* Entries stay as they are; how long ago they were does not. */
static gboolean
on_time(gpointer user_data)
{
  BhActivityPage *self = user_data;

  for (guint i = 0; i < self->rows->len; i++)
    show_row(self->rows->pdata[i]);
  return G_SOURCE_CONTINUE;
}

/* --- export --- */

static void
save_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhActivityPage) self = user_data;
  g_autoptr(GError) error = NULL;

  g_file_replace_contents_finish(G_FILE(source), result, NULL, &error);
  bh_task_bar_end(self->task_bar, error, _("The activity is saved as a table."));
}

static void
on_chosen(GtkNativeDialog *dialog, int response, BhActivityPage *self)
{
  g_autoptr(json_t) entries = json_array();
  g_autoptr(GFile) file = NULL;
  g_autoptr(GBytes) bytes = NULL;
  char *csv;

  if (response == GTK_RESPONSE_ACCEPT)
    file = gtk_file_chooser_get_file(GTK_FILE_CHOOSER(dialog));
  g_object_unref(dialog);
  if (file == NULL)
    return;
  for (guint i = 0; i < g_list_model_get_n_items(self->shown); i++) {
    g_autoptr(BhHouseItem) item = g_list_model_get_item(self->shown, i);

    json_array_append(entries, (json_t *)bh_house_item_get_facts(item));
  }
  csv = bh_audit_words_to_csv(entries);
  bytes = g_bytes_new_take(csv, strlen(csv));
  g_file_replace_contents_bytes_async(file, bytes, NULL, FALSE, G_FILE_CREATE_NONE,
                                      bh_task_bar_begin(self->task_bar, _("Saving the activity")),
                                      save_cb, g_object_ref(self));
}

static void
on_export(BhActivityPage *self)
{
  GtkWindow *window = GTK_WINDOW(gtk_widget_get_root(GTK_WIDGET(self)));
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new(
      _("Save the activity"), window, GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  g_autoptr(GDateTime) now = g_date_time_new_now_local();
  g_autofree char *name = g_date_time_format(now, "bellhop-%Y-%m-%d.csv");

  gtk_file_chooser_set_current_name(GTK_FILE_CHOOSER(dialog), name);
  gtk_native_dialog_set_modal(GTK_NATIVE_DIALOG(dialog), TRUE);
  g_signal_connect_object(dialog, "response", G_CALLBACK(on_chosen), self, 0);
  gtk_native_dialog_show(GTK_NATIVE_DIALOG(dialog));
}

/* --- life --- */

static void
bh_activity_page_map(GtkWidget *widget)
{
  BhActivityPage *self = BH_ACTIVITY_PAGE(widget);

  GTK_WIDGET_CLASS(bh_activity_page_parent_class)->map(widget);
  self->look_source = g_timeout_add_seconds(LOOK_S, on_look, self);
  g_source_set_name_by_id(self->look_source, "bellhop activity");
  self->time_source = g_timeout_add_seconds(TIMES_S, on_time, self);
  g_source_set_name_by_id(self->time_source, "bellhop activity times");
  on_look(self);
  on_time(self);
}

static void
bh_activity_page_unmap(GtkWidget *widget)
{
  BhActivityPage *self = BH_ACTIVITY_PAGE(widget);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_handle_id(&self->time_source, g_source_remove);
  GTK_WIDGET_CLASS(bh_activity_page_parent_class)->unmap(widget);
}

static void
bh_activity_page_dispose(GObject *object)
{
  BhActivityPage *self = BH_ACTIVITY_PAGE(object);

  g_clear_handle_id(&self->look_source, g_source_remove);
  g_clear_handle_id(&self->time_source, g_source_remove);
  g_clear_object(&self->model);
  if (self->filter != NULL)
    gtk_custom_filter_set_filter_func(self->filter, NULL, NULL, NULL);
  g_clear_object(&self->filter);
  g_clear_object(&self->shown);
  g_clear_object(&self->entries);
  G_OBJECT_CLASS(bh_activity_page_parent_class)->dispose(object);
}

static void
bh_activity_page_finalize(GObject *object)
{
  BhActivityPage *self = BH_ACTIVITY_PAGE(object);

  g_free(self->needle);
  g_ptr_array_unref(self->rows);
  G_OBJECT_CLASS(bh_activity_page_parent_class)->finalize(object);
}

static void
bh_activity_page_class_init(BhActivityPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->dispose = bh_activity_page_dispose;
  object_class->finalize = bh_activity_page_finalize;
  widget_class->map = bh_activity_page_map;
  widget_class->unmap = bh_activity_page_unmap;
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/activity-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, search);
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, group);
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, empty);
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, export_button);
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, list);
  gtk_widget_class_bind_template_child(widget_class, BhActivityPage, task_bar);
  gtk_widget_class_bind_template_callback(widget_class, on_filter);
  gtk_widget_class_bind_template_callback(widget_class, on_export);
}

static void
bh_activity_page_init(BhActivityPage *self)
{
  g_autoptr(GtkStringList) groups = gtk_string_list_new(NULL);
  g_autoptr(GtkNoSelection) selection = NULL;
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new();

  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  self->needle = g_strdup("");
  self->rows = g_ptr_array_new();
  self->entries = bh_house_list_new_with_key(make_key);
  self->filter = gtk_custom_filter_new(passes, self, NULL);
  self->shown = G_LIST_MODEL(gtk_filter_list_model_new(g_object_ref(G_LIST_MODEL(self->entries)),
                                                       g_object_ref(GTK_FILTER(self->filter))));
  for (BhAuditGroup i = 0; i < BH_N_AUDIT_GROUPS; i++)
    gtk_string_list_append(groups, bh_audit_words_group_title(i));
  gtk_drop_down_set_model(GTK_DROP_DOWN(self->group), G_LIST_MODEL(groups));
  g_signal_connect(self->group, "notify::selected", G_CALLBACK(on_group), self);
  g_signal_connect(factory, "setup", G_CALLBACK(on_setup), NULL);
  g_signal_connect_object(factory, "bind", G_CALLBACK(on_bind), self, 0);
  g_signal_connect_object(factory, "unbind", G_CALLBACK(on_unbind), self, 0);
  selection = gtk_no_selection_new(g_object_ref(self->shown));
  gtk_list_view_set_model(self->list, GTK_SELECTION_MODEL(selection));
  gtk_list_view_set_factory(self->list, factory);
  g_object_unref(factory);
}

GtkWidget *
bh_activity_page_new(BhHouseModel *model)
{
  BhActivityPage *self = g_object_new(BH_TYPE_ACTIVITY_PAGE, NULL);

  self->model = g_object_ref(model);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  return GTK_WIDGET(self);
}
