/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "device-row.h"

#include <glib/gi18n.h>

#include "fact-row.h"
#include "house-words.h"
#include "plain-names.h"
#include "task-bar.h"

struct _BhDeviceRow {
  GtkListBoxRow parent_instance;

  BhHouseModel *model;
  BhHouseItem *device;
  GtkWidget *icon, *name, *line, *fold_button;
  GtkWidget *name_entry, *rename_button, *role_choice;
  GtkStack *remove_stack;
  GtkWidget *remove_button, *keep_button, *sure_button;
  BhTaskBar *task_bar;
  gboolean is_showing; /* the choice changes because the device has */
};

G_DEFINE_FINAL_TYPE(BhDeviceRow, bh_device_row, GTK_TYPE_LIST_BOX_ROW)

static void
show_role(BhDeviceRow *self, const char *role)
{
  self->is_showing = TRUE;
  for (guint i = 0; i < BH_N_ROLE_WORDS; i++)
    if (g_str_equal(bh_role_names[i], role))
      gtk_drop_down_set_selected(GTK_DROP_DOWN(self->role_choice), i);
  self->is_showing = FALSE;
}

static void
name_controls(BhDeviceRow *self, const char *name)
{
  g_autofree char *fold = g_strdup_printf(_("Change “%s”"), name);
  g_autofree char *remove = g_strdup_printf(_("Remove “%s”"), name);

  gtk_accessible_update_property(GTK_ACCESSIBLE(self->fold_button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                 fold, -1);
  bh_plain_name(self->remove_button, remove);
  gtk_widget_set_tooltip_text(self->fold_button, fold);
}

static void
on_changed(BhHouseItem *device, BhDeviceRow *self)
{
  const char *name = bh_house_item_get_text(device, "name");
  const char *role = bh_house_item_get_text(device, "role");
  gint64 seen_ms = bh_house_item_get_number(device, "lastSeenMs");
  BhTone tone;
  g_autofree char *line =
      bh_device_words_line(bh_house_item_get_facts(device), g_get_real_time() / 1000, &tone);
  g_autofree char *exact = seen_ms != 0 ? bh_words_exact(seen_ms) : NULL;
  g_autofree char *words = g_strdup_printf("%s: %s", name, line);

  bh_tone_mark_with_icon(GTK_IMAGE(self->icon), tone, bh_role_words_icon(role));
  gtk_label_set_text(GTK_LABEL(self->name), name);
  gtk_label_set_text(GTK_LABEL(self->line), line);
  gtk_widget_set_tooltip_text(self->line, exact);
  gtk_accessible_update_property(GTK_ACCESSIBLE(self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  name_controls(self, name);
  show_role(self, role);
  if (!gtk_widget_has_focus(self->name_entry) &&
      !gtk_toggle_button_get_active(GTK_TOGGLE_BUTTON(self->fold_button)))
    gtk_editable_set_text(GTK_EDITABLE(self->name_entry), name);
}

/* "2 min ago" grows old by itself. */
static void
on_model_changed(BhHouseModel *model, BhDeviceRow *self)
{
  on_changed(self->device, self);
}

/* --- actions --- */

static void
action_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhDeviceRow) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (!bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL))
    show_role(self, bh_house_item_get_text(self->device, "role"));
}

static void
act(BhDeviceRow *self, const char *path, json_t *body, const char *words)
{
  json_object_set_new(body, "deviceId", json_string(bh_house_item_get_key(self->device)));
  bh_house_model_call_async(self->model, path, body, bh_task_bar_begin_firm(self->task_bar, words),
                            action_cb, g_object_ref(self));
}

static void
on_rename(BhDeviceRow *self)
{
  act(self, "devices/rename",
      json_pack("{s:s}", "name", gtk_editable_get_text(GTK_EDITABLE(self->name_entry))),
      _("Renaming it"));
}

static void
on_role(GObject *choice, GParamSpec *spec, BhDeviceRow *self)
{
  guint i = gtk_drop_down_get_selected(GTK_DROP_DOWN(self->role_choice));

  if (!self->is_showing && i < BH_N_ROLE_WORDS)
    act(self, "devices/role", json_pack("{s:s}", "role", bh_role_names[i]), _("Changing its role"));
}

static void
on_remove(BhDeviceRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "sure");
  gtk_widget_grab_focus(self->keep_button);
}

static void
on_keep(BhDeviceRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "ask");
  gtk_widget_grab_focus(self->remove_button);
}

static void
on_sure(BhDeviceRow *self)
{
  gtk_stack_set_visible_child_name(self->remove_stack, "ask");
  act(self, "devices/revoke", json_object(), _("Removing it"));
}

void
bh_device_row_toggle(BhDeviceRow *row)
{
  GtkToggleButton *button = GTK_TOGGLE_BUTTON(row->fold_button);

  gtk_toggle_button_set_active(button, !gtk_toggle_button_get_active(button));
}

/* --- life --- */

static void
bh_device_row_dispose(GObject *object)
{
  BhDeviceRow *self = BH_DEVICE_ROW(object);

  g_clear_object(&self->model);
  g_clear_object(&self->device);
  G_OBJECT_CLASS(bh_device_row_parent_class)->dispose(object);
}

static void
bh_device_row_class_init(BhDeviceRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_device_row_dispose;
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class, "/io/bellhop/Bellhop/ui/device-row.ui");
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, icon);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, name);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, line);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, fold_button);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, rename_button);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, role_choice);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, remove_stack);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, remove_button);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, keep_button);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, sure_button);
  gtk_widget_class_bind_template_child(widget_class, BhDeviceRow, task_bar);
  gtk_widget_class_bind_template_callback(widget_class, on_rename);
  gtk_widget_class_bind_template_callback(widget_class, on_remove);
  gtk_widget_class_bind_template_callback(widget_class, on_keep);
  gtk_widget_class_bind_template_callback(widget_class, on_sure);
}

static void
bh_device_row_init(BhDeviceRow *self)
{
  g_autoptr(GtkStringList) roles = gtk_string_list_new(NULL);

  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  for (int i = 0; i < BH_N_ROLE_WORDS; i++)
    gtk_string_list_append(roles, bh_role_words_title(bh_role_names[i]));
  gtk_drop_down_set_model(GTK_DROP_DOWN(self->role_choice), G_LIST_MODEL(roles));
  g_signal_connect(self->role_choice, "notify::selected", G_CALLBACK(on_role), self);
}

GtkWidget *
bh_device_row_new(BhHouseModel *model, BhHouseItem *device)
{
  BhDeviceRow *self = g_object_new(BH_TYPE_DEVICE_ROW, NULL);

  self->model = g_object_ref(model);
  self->device = g_object_ref(device);
  g_signal_connect_object(device, "changed", G_CALLBACK(on_changed), self, 0);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_model_changed), self, 0);
  on_changed(device, self);
  return GTK_WIDGET(self);
}
