/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "settings-page.h"

#include <glib/gi18n.h>

#include "backup-box.h"
#include "column.h"
#include "fact-row.h"
#include "plain-names.h"
#include "task-bar.h"

struct _BhSettingsPage {
  GtkBox parent_instance;

  BhHouseModel *model;
  BhTaskBar *task_bar;
  BhBackupBox *backup_box;
  GtkWidget *save_button, *restart_notice, *restart_words, *restart_button;
  GtkWidget *name_entry, *login_switch, *discovery_switch, *port_spin, *https_spin;
  GtkWidget *cloud_entry, *certificate_entry, *key_entry;

  json_t *settings;    /* (nullable): what the next start takes, as it was last told */
  gboolean is_showing; /* the controls change because that has */
  gboolean was_serving;
};

G_DEFINE_FINAL_TYPE(BhSettingsPage, bh_settings_page, GTK_TYPE_BOX)

/* --- the controls --- */

static json_t *
get_text(GtkWidget *entry)
{
  g_autofree char *text = g_strstrip(g_strdup(gtk_editable_get_text(GTK_EDITABLE(entry))));

  return *text != '\0' ? json_string(text) : json_null();
}

static json_t *
get_port(GtkWidget *spin)
{
  return json_integer(gtk_spin_button_get_value_as_int(GTK_SPIN_BUTTON(spin)));
}

/* Returns: (transfer full): addresses, with spaces or commas between */
static json_t *
get_clouds(BhSettingsPage *self)
{
  g_auto(GStrv) words =
      g_strsplit_set(gtk_editable_get_text(GTK_EDITABLE(self->cloud_entry)), " ,;", -1);
  json_t *clouds = json_array();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      json_array_append_new(clouds, json_string(words[i]));
  return clouds;
}

/* Returns: (transfer full): those of the controls that say something else than the settings */
static json_t *
collect_changes(BhSettingsPage *self)
{
  json_t *changes = json_pack(
      "{s:o, s:b, s:o, s:o, s:o, s:o, s:o}", "name", get_text(self->name_entry), "discovery",
      gtk_switch_get_active(GTK_SWITCH(self->discovery_switch)), "port", get_port(self->port_spin),
      "httpsPort", get_port(self->https_spin), "cloud", get_clouds(self), "tlsCertificate",
      get_text(self->certificate_entry), "tlsKey", get_text(self->key_entry));
  const char *name;
  json_t *value;
  void *next;

  json_object_foreach_safe(changes, next, name, value)
  {
    if (json_equal(value, json_object_get(self->settings, name)))
      json_object_del(changes, name);
  }
  return changes;
}

static void
on_edited(BhSettingsPage *self)
{
  g_autoptr(json_t) changes = NULL;

  if (self->is_showing || self->settings == NULL)
    return;
  changes = collect_changes(self);
  gtk_widget_set_sensitive(self->save_button, json_object_size(changes) > 0);
}

static void
set_text(GtkWidget *entry, const json_t *value)
{
  const char *text = json_string_value(value);

  gtk_editable_set_text(GTK_EDITABLE(entry), text != NULL ? text : "");
}

static void
set_clouds(BhSettingsPage *self, const json_t *clouds)
{
  g_autoptr(GString) text = g_string_new(NULL);
  const json_t *cloud;
  gsize i;

  json_array_foreach(clouds, i, cloud)
      g_string_append_printf(text, "%s%s", i > 0 ? " " : "", json_string_value(cloud));
  gtk_editable_set_text(GTK_EDITABLE(self->cloud_entry), text->str);
}

static gboolean
is_listed(const json_t *names, const char *name)
{
  const json_t *one;
  gsize i;

  json_array_foreach(names, i, one)
  {
    if (g_str_equal(json_string_value(one), name))
      return TRUE;
  }
  return FALSE;
}

/* What the command line decides cannot be changed here. @fixed: (nullable): not known yet: what is
 * typed now would be gone with the answer */
static void
show_fixed(BhSettingsPage *self, const json_t *fixed)
{
  const struct {
    const char *name;
    GtkWidget *control;
  } controls[] = {
      {"name", self->name_entry},   {"discovery", self->discovery_switch},
      {"port", self->port_spin},    {"httpsPort", self->https_spin},
      {"cloud", self->cloud_entry}, {"tlsCertificate", self->certificate_entry},
      {"tlsKey", self->key_entry},
  };

  for (gsize i = 0; i < G_N_ELEMENTS(controls); i++) {
    gboolean is_fixed = fixed != NULL && is_listed(fixed, controls[i].name);

    gtk_widget_set_sensitive(controls[i].control, fixed != NULL && !is_fixed);
    gtk_widget_set_tooltip_text(controls[i].control,
                                is_fixed ? _("Decided where Bellhop is started") : NULL);
  }
}

static void
show_restart(BhSettingsPage *self, const json_t *restart)
{
  gboolean here = bh_house_model_get_place(self->model) == BH_HUB_HERE;

  gtk_label_set_text(GTK_LABEL(self->restart_words),
                     here
                         ? _("Some of this counts from the next start on. Devices connect again by "
                             "themselves within seconds.")
                         : _("Some of this counts from the next start on. Bellhop runs as a "
                             "service of this computer; whoever looks after it can restart it."));
  gtk_widget_set_visible(self->restart_button, here);
  gtk_widget_set_visible(self->restart_notice, json_array_size(restart) > 0);
}

/* @answer: of the control API */
static void
show_settings(BhSettingsPage *self, const json_t *answer)
{
  json_t *settings = json_object_get(answer, "settings");

  json_decref(self->settings);
  self->settings = json_incref(settings);
  self->is_showing = TRUE;
  set_text(self->name_entry, json_object_get(settings, "name"));
  gtk_switch_set_active(GTK_SWITCH(self->discovery_switch),
                        json_is_true(json_object_get(settings, "discovery")));
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(self->port_spin),
                            json_number_value(json_object_get(settings, "port")));
  gtk_spin_button_set_value(GTK_SPIN_BUTTON(self->https_spin),
                            json_number_value(json_object_get(settings, "httpsPort")));
  set_clouds(self, json_object_get(settings, "cloud"));
  set_text(self->certificate_entry, json_object_get(settings, "tlsCertificate"));
  set_text(self->key_entry, json_object_get(settings, "tlsKey"));
  self->is_showing = FALSE;
  show_fixed(self, json_object_get(answer, "fixed"));
  show_restart(self, json_object_get(answer, "restart"));
  gtk_widget_set_sensitive(self->save_button, FALSE);
}

/* --- asking and saving --- */

static void
settings_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhSettingsPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, NULL) &&
      !gtk_widget_get_sensitive(self->save_button))
    show_settings(self, answer);
}

static void
save_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhSettingsPage) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);

  if (bh_task_bar_end(self->task_bar, answer == NULL ? error : NULL, _("Saved.")))
    show_settings(self, answer);
}

static void
on_save(BhSettingsPage *self)
{
  json_t *changes;

  if (!gtk_widget_get_sensitive(self->save_button))
    return;
  changes = collect_changes(self);
  bh_house_model_call_async(self->model, "settings", changes,
                            bh_task_bar_begin_firm(self->task_bar, _("Saving")), save_cb,
                            g_object_ref(self));
}

/* What somebody has typed and not saved stays. */
static void
ask(BhSettingsPage *self)
{
  if (bh_house_model_is_serving(self->model) && !gtk_widget_get_sensitive(self->save_button) &&
      !bh_task_bar_is_busy(self->task_bar))
    bh_house_model_call_async(self->model, "settings", NULL,
                              bh_task_bar_begin(self->task_bar, _("Reading the settings")),
                              settings_cb, g_object_ref(self));
}

/* The hub has come, or come back. */
static void
on_changed(BhHouseModel *model, BhSettingsPage *self)
{
  gboolean serves = bh_house_model_is_serving(model);

  if (serves && !self->was_serving && gtk_widget_get_mapped(GTK_WIDGET(self)))
    ask(self);
  self->was_serving = serves;
}

static void
bh_settings_page_map(GtkWidget *widget)
{
  GTK_WIDGET_CLASS(bh_settings_page_parent_class)->map(widget);
  ask(BH_SETTINGS_PAGE(widget));
}

/* --- life --- */

static void
bh_settings_page_dispose(GObject *object)
{
  BhSettingsPage *self = BH_SETTINGS_PAGE(object);

  g_clear_object(&self->model);
  G_OBJECT_CLASS(bh_settings_page_parent_class)->dispose(object);
}

static void
bh_settings_page_finalize(GObject *object)
{
  json_decref(BH_SETTINGS_PAGE(object)->settings);
  G_OBJECT_CLASS(bh_settings_page_parent_class)->finalize(object);
}

static void
bh_settings_page_class_init(BhSettingsPageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS(klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS(klass);

  object_class->dispose = bh_settings_page_dispose;
  object_class->finalize = bh_settings_page_finalize;
  widget_class->map = bh_settings_page_map;
  g_type_ensure(BH_TYPE_BACKUP_BOX);
  g_type_ensure(BH_TYPE_COLUMN);
  g_type_ensure(BH_TYPE_FACT_ROW);
  g_type_ensure(BH_TYPE_TASK_BAR);
  gtk_widget_class_set_template_from_resource(widget_class,
                                              "/io/bellhop/Bellhop/ui/settings-page.ui");
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, task_bar);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, save_button);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, restart_notice);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, restart_words);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, restart_button);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, name_entry);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, login_switch);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, discovery_switch);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, port_spin);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, https_spin);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, cloud_entry);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, certificate_entry);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, key_entry);
  gtk_widget_class_bind_template_child(widget_class, BhSettingsPage, backup_box);
  gtk_widget_class_bind_template_callback(widget_class, on_edited);
  gtk_widget_class_bind_template_callback(widget_class, on_save);
}

static void
bh_settings_page_init(BhSettingsPage *self)
{
  gtk_widget_init_template(GTK_WIDGET(self));
  bh_plain_names(GTK_WIDGET(self));
  show_fixed(self, NULL);
}

GtkWidget *
bh_settings_page_new(BhHouseModel *model)
{
  BhSettingsPage *self = g_object_new(BH_TYPE_SETTINGS_PAGE, NULL);

  self->model = g_object_ref(model);
  bh_backup_box_set_model(self->backup_box, model);
  g_signal_connect_object(model, "changed", G_CALLBACK(on_changed), self, 0);
  return GTK_WIDGET(self);
}
