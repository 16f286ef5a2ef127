/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front-app.h"

#include <glib/gi18n.h>

#include "front-resources.h"
#include "front-window.h"
#include "house-model.h"
#include "hub-runner.h"

/* How long the hub of another process may be away, as while the system starts it again, before it
 * is started here. */
#define TAKE_OVER_MS 5000

#define RESOURCES "/io/bellhop/Bellhop"

struct _BhFrontApp {
  GtkApplication parent_instance;

  BhFrontConfig config;
  BhHubRunner *runner;
  BhHouseModel *model;
  BhFrontWindow *window; /* (nullable): the toolkit owns it */
  gint64 lost_us;        /* since when the other process's hub has not answered; 0: it answers */
};

G_DEFINE_FINAL_TYPE(BhFrontApp, bh_front_app, GTK_TYPE_APPLICATION)

/* --- the hub --- */

static void
on_runner_changed(BhHubRunner *runner, BhFrontApp *self)
{
  bh_house_model_set_place(self->model, bh_hub_runner_get_place(runner),
                           bh_hub_runner_get_words(runner));
}

static void
on_model_changed(BhHouseModel *model, BhFrontApp *self)
{
  gint64 now_us = g_get_monotonic_time();

  if (bh_house_model_get_state(model) != BH_HOUSE_LOST ||
      bh_house_model_get_place(model) != BH_HUB_ELSEWHERE) {
    self->lost_us = 0;
    return;
  }
  if (self->lost_us == 0)
    self->lost_us = now_us;
  else if (now_us - self->lost_us >= TAKE_OVER_MS * 1000)
    bh_hub_runner_take_over(self->runner);
}

/* --- the window --- */

/* The style sheet and the icons are the same whatever the folder. */
static char *
make_application_id(const char *state_folder)
{
  g_autoptr(BhSettings) defaults = bh_settings_new(NULL);
  g_autofree char *sum = NULL;

  if (g_str_equal(state_folder, defaults->state_folder))
    return g_strdup(BH_FRONT_ID);
  sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, state_folder, -1);
  return g_strdup_printf(BH_FRONT_ID ".Folder%.12s", sum);
}

static void
on_window_watched(BhFrontWindow *window, BhFrontApp *self)
{
  bh_house_model_set_watched(self->model, gtk_widget_get_mapped(GTK_WIDGET(window)));
}

/* @page: "" for the one it is on */
static void
show_window(BhFrontApp *self, const char *page)
{
  if (self->window == NULL) {
    self->window = bh_front_window_new(GTK_APPLICATION(self), self->model);
    g_object_add_weak_pointer(G_OBJECT(self->window), (gpointer *)&self->window);
    g_signal_connect_object(self->window, "map", G_CALLBACK(on_window_watched), self, 0);
    g_signal_connect_object(self->window, "unmap", G_CALLBACK(on_window_watched), self, 0);
  }
  if (*page != '\0')
    bh_front_window_show_page(self->window, page);
  gtk_window_present(GTK_WINDOW(self->window));
}

static void
on_show(GSimpleAction *action, GVariant *page, gpointer self)
{
  show_window(self, g_variant_get_string(page, NULL));
}

static void
on_quit(GSimpleAction *action, GVariant *nothing, gpointer self)
{
  g_application_quit(self);
}

static const GActionEntry actions[] = {
    {.name = "show", .activate = on_show, .parameter_type = "s"},
    {.name = "quit", .activate = on_quit},
};

static void
add_style(void)
{
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new();

  gtk_css_provider_load_from_resource(provider, RESOURCES "/front.css");
  gtk_style_context_add_provider_for_display(gdk_display_get_default(),
                                             GTK_STYLE_PROVIDER(provider),
                                             GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/* --- life --- */

static void
bh_front_app_startup(GApplication *app)
{
  BhFrontApp *self = BH_FRONT_APP(app);

  G_APPLICATION_CLASS(bh_front_app_parent_class)->startup(app);
  add_style();
  self->runner = bh_hub_runner_new(self->config.make_settings, self->config.user_data);
  self->model = bh_house_model_new(self->config.state_folder);
  g_signal_connect_object(self->runner, "changed", G_CALLBACK(on_runner_changed), self, 0);
  g_signal_connect_object(self->model, "changed", G_CALLBACK(on_model_changed), self, 0);
  bh_hub_runner_start(self->runner);
}

static void
bh_front_app_activate(GApplication *app)
{
  BhFrontApp *self = BH_FRONT_APP(app);

  show_window(self, self->config.page != NULL ? self->config.page : "");
}

static void
bh_front_app_shutdown(GApplication *app)
{
  BhFrontApp *self = BH_FRONT_APP(app);

  bh_house_model_close(self->model);
  bh_hub_runner_stop(self->runner);
  G_APPLICATION_CLASS(bh_front_app_parent_class)->shutdown(app);
}

static void
bh_front_app_dispose(GObject *object)
{
  BhFrontApp *self = BH_FRONT_APP(object);

  if (self->window != NULL)
    g_object_remove_weak_pointer(G_OBJECT(self->window), (gpointer *)&self->window);
  self->window = NULL;
  g_clear_object(&self->model);
  g_clear_object(&self->runner);
  G_OBJECT_CLASS(bh_front_app_parent_class)->dispose(object);
}

static void
bh_front_app_class_init(BhFrontAppClass *klass)
{
  GApplicationClass *app_class = G_APPLICATION_CLASS(klass);

  G_OBJECT_CLASS(klass)->dispose = bh_front_app_dispose;
  app_class->startup = bh_front_app_startup;
  app_class->activate = bh_front_app_activate;
  app_class->shutdown = bh_front_app_shutdown;
}

static void
bh_front_app_init(BhFrontApp *self)
{
  g_action_map_add_action_entries(G_ACTION_MAP(self), actions, G_N_ELEMENTS(actions), self);
}

BhFrontApp *
bh_front_app_new(const BhFrontConfig *config)
{
  g_autofree char *id = make_application_id(config->state_folder);
  BhFrontApp *self;

  front_register_resource();
  g_set_application_name(_("Bellhop"));
  gtk_window_set_default_icon_name(BH_FRONT_ID);
  self =
      g_object_new(BH_TYPE_FRONT_APP, "application-id", id, "resource-base-path", RESOURCES, NULL);
  self->config = *config;
  return self;
}

int
bh_front_app_begin(BhFrontApp *app)
{
  GApplication *application = G_APPLICATION(app);
  g_autoptr(GError) error = NULL;
  const char *page = app->config.page != NULL ? app->config.page : "";

  /* Without a session bus there is no other one to be found: two windows, one hub, no harm. */
  if (!g_application_register(application, NULL, &error)) {
    g_printerr("%s\n", error->message);
    return 1;
  }
  if (!g_application_get_is_remote(application))
    return -1;
  g_action_group_activate_action(G_ACTION_GROUP(app), "show", g_variant_new_string(page));
  g_dbus_connection_flush_sync(g_application_get_dbus_connection(application), NULL, NULL);
  return 0;
}
