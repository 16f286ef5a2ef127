/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "front-app.h"

#include <glib/gi18n.h>

#include "colour-scheme.h"
#include "front-about.h"
#include "front-icons.h"
#include "front-resources.h"
#include "front-window.h"
#include "house-model.h"
#include "hub-runner.h"
#include "login-start.h"
#include "notices.h"
#include "restore-run.h"
#include "tray-desk.h"

/* How long the hub of another process may be away, as while the system starts it again, before it
 * is started here. */
#define TAKE_OVER_MS 5000

#define RESOURCES "/io/bellhop/Bellhop"

struct _BhFrontApp {
  GtkApplication parent_instance;

  BhFrontConfig config;
  BhHubRunner *runner;
  BhHouseModel *model;
  BhTrayDesk *tray; /* (nullable): not before the start */
  BhNotices *notices;
  BhFrontWindow *window; /* (nullable): the toolkit owns it */
  gint64 lost_us;        /* since when the other process's hub has not answered; 0: it answers */
};

G_DEFINE_FINAL_TYPE(BhFrontApp, bh_front_app, GTK_TYPE_APPLICATION)

/* --- the hub --- */

static GSimpleAction *
find_action(BhFrontApp *self, const char *name)
{
  return G_SIMPLE_ACTION(g_action_map_lookup_action(G_ACTION_MAP(self), name));
}

/* A hub of another process is that one's to pause. */
static void
on_runner_changed(BhHubRunner *runner, BhFrontApp *self)
{
  BhHubPlace place = bh_hub_runner_get_place(runner);

  g_simple_action_set_enabled(find_action(self, "pause"), place != BH_HUB_ELSEWHERE);
  g_simple_action_set_enabled(find_action(self, "restart-hub"), place != BH_HUB_ELSEWHERE);
  g_simple_action_set_state(
      find_action(self, "pause"),
      g_variant_new_boolean(place == BH_HUB_PAUSED || place == BH_HUB_STOPPED));
  bh_house_model_set_place(self->model, place, bh_hub_runner_get_words(runner));
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

/* Closing the window is not leaving, as long as there is something to go on with: the icon in the
 * panel, or the hub itself. */
static gboolean
on_close(GtkWindow *window, BhFrontApp *self)
{
  BhHubPlace place = bh_hub_runner_get_place(self->runner);

  if (bh_tray_desk_is_seen(self->tray))
    return FALSE;
  if (place == BH_HUB_HERE || place == BH_HUB_STARTING)
    bh_notices_tell_background(self->notices);
  else
    g_application_quit(G_APPLICATION(self));
  return FALSE;
}

/* @page: "" for the one it is on */
static void
show_window(BhFrontApp *self, const char *page)
{
  g_autofree char *token = bh_tray_desk_steal_activation_token(self->tray);

  if (self->window == NULL) {
    self->window = bh_front_window_new(GTK_APPLICATION(self), self->model);
    g_object_add_weak_pointer(G_OBJECT(self->window), (gpointer *)&self->window);
    g_signal_connect_object(self->window, "close-request", G_CALLBACK(on_close), self, 0);
    g_signal_connect_object(self->window, "map", G_CALLBACK(on_window_watched), self, 0);
    g_signal_connect_object(self->window, "unmap", G_CALLBACK(on_window_watched), self, 0);
  }
  if (*page != '\0')
    bh_front_window_show_page(self->window, page);
  if (token != NULL)
    gtk_window_set_startup_id(GTK_WINDOW(self->window), token);
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

/* The state follows when the hub does. */
static void
on_pause(GSimpleAction *action, GVariant *wanted, gpointer user_data)
{
  BhFrontApp *self = user_data;

  if (g_variant_get_boolean(wanted))
    bh_hub_runner_pause(self->runner);
  else
    bh_hub_runner_start(self->runner);
}

static void
on_restart(GSimpleAction *action, GVariant *nothing, gpointer user_data)
{
  bh_hub_runner_restart(BH_FRONT_APP(user_data)->runner);
}

static void
login_start_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhFrontApp) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = bh_login_start_set_finish(result, &error);

  if (!done && self->window != NULL)
    bh_front_about_show_problem(GTK_WINDOW(self->window), error->message);
  g_simple_action_set_state(find_action(self, "start-at-login"),
                            g_variant_new_boolean(bh_login_start_is_on(self->config.state_folder)));
}

static void
on_start_at_login(GSimpleAction *action, GVariant *wanted, gpointer user_data)
{
  BhFrontApp *self = user_data;

  g_simple_action_set_state(action, wanted);
  bh_login_start_set_async(self->config.state_folder, g_variant_get_boolean(wanted), NULL,
                           login_start_cb, g_object_ref(self));
}

static void
on_about(GSimpleAction *action, GVariant *nothing, gpointer user_data)
{
  BhFrontApp *self = user_data;

  show_window(self, "");
  bh_front_about_show(GTK_WINDOW(self->window));
}

static const GActionEntry actions[] = {
    {.name = "show", .activate = on_show, .parameter_type = "s"},
    {.name = "pause", .state = "false", .change_state = on_pause},
    {.name = "restart-hub", .activate = on_restart},
    {.name = "start-at-login", .state = "false", .change_state = on_start_at_login},
    {.name = "about", .activate = on_about},
    {.name = "quit", .activate = on_quit},
};

/* The keys of the shortcuts window, gtk/help-overlay.ui. */
static const struct {
  const char *action;
  const char *keys[3];
} shortcuts[] = {
    {"app.show::status", {"<Primary>1"}},
    {"app.show::pair", {"<Primary>2", "<Primary>n"}},
    {"app.show::devices", {"<Primary>3"}},
    {"app.show::printers", {"<Primary>4"}},
    {"app.show::activity", {"<Primary>5"}},
    {"app.show::settings", {"<Primary>6", "<Primary>comma"}},
    {"window.close", {"<Primary>w"}},
    {"app.quit", {"<Primary>q"}},
};

static void
add_shortcuts(GtkApplication *app)
{
  for (gsize i = 0; i < G_N_ELEMENTS(shortcuts); i++)
    gtk_application_set_accels_for_action(app, shortcuts[i].action, shortcuts[i].keys);
}

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
  if (g_application_get_dbus_connection(app) != NULL)
    bh_colour_scheme_follow(g_application_get_dbus_connection(app));
  self->runner = bh_hub_runner_new(self->config.make_settings, self->config.user_data);
  self->model = bh_house_model_new(self->config.state_folder);
  g_signal_connect_object(self->runner, "changed", G_CALLBACK(on_runner_changed), self, 0);
  g_signal_connect_object(self->model, "changed", G_CALLBACK(on_model_changed), self, 0);
  self->notices = bh_notices_new(self->model, app);
  self->tray = bh_tray_desk_new(self->model, G_ACTION_GROUP(app));
  add_shortcuts(GTK_APPLICATION(app));
  g_simple_action_set_state(find_action(self, "start-at-login"),
                            g_variant_new_boolean(bh_login_start_is_on(self->config.state_folder)));
  /* It ends when it is told to, not with its window. */
  g_application_hold(app);
  bh_hub_runner_start(self->runner);
}

static void
bh_front_app_activate(GApplication *app)
{
  BhFrontApp *self = BH_FRONT_APP(app);

  if (!self->config.background)
    show_window(self, self->config.page != NULL ? self->config.page : "");
  self->config.background = FALSE;
}

static void
bh_front_app_shutdown(GApplication *app)
{
  BhFrontApp *self = BH_FRONT_APP(app);

  /* Nobody works a window whose program is ending: that may wait for a backup. */
  if (self->window != NULL)
    gtk_window_destroy(GTK_WINDOW(self->window));
  g_clear_pointer(&self->tray, bh_tray_desk_free);
  g_clear_pointer(&self->notices, bh_notices_free);
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
  front_icons_register_resource();
  g_set_application_name(_("Bellhop"));
  gtk_window_set_default_icon_name(BH_FRONT_ID);
  self =
      g_object_new(BH_TYPE_FRONT_APP, "application-id", id, "resource-base-path", RESOURCES, NULL);
  self->config = *config;
  return self;
}

void
bh_front_app_restore_async(BhFrontApp *app, const char *file, const char *passphrase,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  bh_restore_run_async(app->runner, app->config.state_folder, file, passphrase, cancellable,
                       callback, user_data);
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
  if (!app->config.background)
    g_action_group_activate_action(G_ACTION_GROUP(app), "show", g_variant_new_string(page));
  g_dbus_connection_flush_sync(g_application_get_dbus_connection(application), NULL, NULL);
  return 0;
}
