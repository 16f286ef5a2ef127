/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-front"

#include "notices.h"

#include <glib/gi18n.h>

#include "error-words.h"
#include "printer-words.h"

#define BACKGROUND_ID "background"
#define DOUBTS_ID     "doubts"

/* More things at once are not told one by one: the window lists them. */
#define MAX_TOLD 20

struct _BhNotices {
  BhHouseModel *model;
  GApplication *app; /* borrowed */
  GHashTable *told;  /* owned id -> whether it still holds: see mark_and_sweep */
  guint doubts_told; /* how many the notice of them speaks of; 0: there is none */
  gboolean background_told;
};

/* --- what is told --- */

static void
add_show_button(GNotification *notification, const char *page, const char *label)
{
  g_notification_set_default_action_and_target(notification, "app.show", "s", page);
  if (label != NULL)
    g_notification_add_button_with_target(notification, label, "app.show", "s", page);
}

/* Keeps one that is told already. Returns: (transfer full) (nullable): to be filled and sent */
static GNotification *
begin(BhNotices *self, const char *id, const char *title)
{
  if (g_hash_table_contains(self->told, id)) {
    g_hash_table_insert(self->told, g_strdup(id), GINT_TO_POINTER(TRUE));
    return NULL;
  }
  if (g_hash_table_size(self->told) >= MAX_TOLD)
    return NULL;
  g_hash_table_insert(self->told, g_strdup(id), GINT_TO_POINTER(TRUE));
  return g_notification_new(title);
}

/* Six digits are read in two threes. */
static char *
space_code(const char *code)
{
  return g_utf8_strlen(code, -1) == 6 ? g_strdup_printf("%.3s %s", code, code + 3) : g_strdup(code);
}

static void
tell_request(BhNotices *self, BhHouseItem *request)
{
  const char *request_id = bh_house_item_get_key(request);
  const char *name = bh_house_item_get_text(request, "name");
  const char *code = bh_house_item_get_text(request, "code");
  g_autofree char *spaced = space_code(code);
  g_autofree char *id = g_strconcat("request-", request_id, NULL);
  g_autofree char *target = g_strdup_printf("%s %s", code, request_id);
  g_autofree char *title = g_strdup_printf(_("“%s” asks to be let in"),
                                           *name != '\0' ? name : _("A device without a name"));
  g_autofree char *body = g_strdup_printf(_("Let it in only if it shows the number %s."), spaced);
  g_autoptr(GNotification) notification = begin(self, id, title);

  if (notification == NULL)
    return;
  g_notification_set_body(notification, body);
  g_notification_set_priority(notification, G_NOTIFICATION_PRIORITY_HIGH);
  add_show_button(notification, "pair", NULL);
  g_notification_add_button_with_target(notification, _("Let in as staff"), "app.accept-request",
                                        "s", target);
  g_notification_add_button_with_target(notification, _("Decline"), "app.decline-request", "s",
                                        request_id);
  g_application_send_notification(self->app, id, notification);
}

/* Returns: (nullable): takes the printer's name; %NULL: nobody need come for that */
static const char *
find_printer_title(const char *detail)
{
  if (g_str_equal(detail, "paper-out"))
    return _("%s is out of paper");
  if (g_str_equal(detail, "cover-open"))
    return _("The cover of %s is open");
  if (g_str_equal(detail, "offline"))
    return _("%s does not answer");
  if (g_str_equal(detail, "printer-error"))
    return _("%s reports a fault");
  return NULL;
}

static void
tell_printer(BhNotices *self, BhHouseItem *printer)
{
  const char *detail = bh_house_item_get_text(printer, "detail");
  const char *format = find_printer_title(detail);
  guint waiting = (guint)bh_house_item_get_number(printer, "waiting");
  g_autofree char *id = g_strdup_printf("printer-%s-%s", detail, bh_house_item_get_key(printer));
  g_autofree char *title = NULL;
  g_autofree char *body = NULL;
  g_autoptr(GNotification) notification = NULL;

  if (!g_str_equal(bh_house_item_get_text(printer, "state"), "waiting") || format == NULL)
    return;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  title = g_strdup_printf(format, bh_printer_words_title(bh_house_item_get_facts(printer)));
#pragma GCC diagnostic pop
  notification = begin(self, id, title);
  if (notification == NULL)
    return;
  body = waiting == 0 ? g_strdup(_("Nothing is waiting for it yet."))
                      : g_strdup_printf(ngettext("%u job is waiting; it prints by itself once the "
                                                 "printer is ready.",
                                                 "%u jobs are waiting; they print by themselves "
                                                 "once the printer is ready.",
                                                 waiting),
                                        waiting);
  g_notification_set_body(notification, body);
  add_show_button(notification, "printers", _("Show printers"));
  g_application_send_notification(self->app, id, notification);
}

/*
 * One for all of them: the window lists them. One more is news, and the desktop puts it in the
 * place of the older notice. Of fewer whoever looks after them knows; the older notice would be
 * wrong.
 */
static void
tell_doubts(BhNotices *self, guint n_doubts)
{
  g_autofree char *title = g_strdup_printf(
      ngettext("%u page may not have come out", "%u pages may not have come out", n_doubts),
      n_doubts);
  g_autoptr(GNotification) notification = NULL;

  if (n_doubts > self->doubts_told)
    g_hash_table_remove(self->told, DOUBTS_ID);
  else if (n_doubts < self->doubts_told && n_doubts > 0)
    g_application_withdraw_notification(self->app, DOUBTS_ID);
  if (n_doubts > 0)
    notification = begin(self, DOUBTS_ID, title);
  self->doubts_told = g_hash_table_contains(self->told, DOUBTS_ID) ? n_doubts : 0;
  if (notification == NULL)
    return;
  g_notification_set_body(notification, _("Look whether the paper is there. If not, print it once "
                                          "more."));
  add_show_button(notification, "printers", _("Show printers"));
  g_application_send_notification(self->app, DOUBTS_ID, notification);
}

static void
tell_alert(BhNotices *self, BhHouseItem *alert)
{
  const json_t *subject = json_object_get(bh_house_item_get_facts(alert), "subject");
  const char *kind = bh_house_item_get_text(alert, "kind");
  const char *device = json_string_value(json_object_get(subject, "deviceName"));
  const char *number = json_string_value(json_object_get(subject, "number"));
  g_autofree char *id = g_strconcat("alert-", bh_house_item_get_key(alert), NULL);
  g_autofree char *title = NULL;
  const char *body = _("Look after it, then put this notice away.");
  g_autoptr(GNotification) notification = NULL;

  if (g_str_equal(kind, "screen-silent")) {
    title = g_strdup_printf(_("The kitchen screen “%s” is silent"), device != NULL ? device : "");
    body = _("Its orders are printed instead. Look whether it is on and on the Wi-Fi.");
  } else if (g_str_equal(kind, "ticket-unseen")) {
    title =
        g_strdup_printf(_("No kitchen screen has shown order %s"), number != NULL ? number : "");
    body = _("Tell the kitchen, or look for its ticket on paper.");
  } else
    title = g_strdup(_("The kitchen needs a word"));
  notification = begin(self, id, title);
  if (notification == NULL)
    return;
  g_notification_set_body(notification, body);
  g_notification_set_priority(notification, G_NOTIFICATION_PRIORITY_HIGH);
  add_show_button(notification, "status", _("Show"));
  g_notification_add_button_with_target(notification, _("Put away"), "app.dismiss-alert", "s",
                                        bh_house_item_get_key(alert));
  g_application_send_notification(self->app, id, notification);
}

/* --- what is over --- */

static void
doubt_all(BhNotices *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init(&iter, self->told);
  while (g_hash_table_iter_next(&iter, &id, NULL))
    g_hash_table_iter_replace(&iter, GINT_TO_POINTER(FALSE));
}

static void
withdraw_doubted(BhNotices *self)
{
  GHashTableIter iter;
  gpointer id, holds;

  g_hash_table_iter_init(&iter, self->told);
  while (g_hash_table_iter_next(&iter, &id, &holds))
    if (!GPOINTER_TO_INT(holds)) {
      g_application_withdraw_notification(self->app, id);
      g_hash_table_iter_remove(&iter);
    }
}

static void
tell_each(BhNotices *self, BhHouseList *list, void (*tell)(BhNotices *, BhHouseItem *))
{
  for (guint i = 0; i < bh_house_list_get_count(list); i++)
    tell(self, bh_house_list_get(list, i));
}

static void
on_changed(BhHouseModel *model, BhNotices *self)
{
  BhHouseState state = bh_house_model_get_state(model);

  /* What is known of a hub that is not there is not taken back, and told to nobody. */
  if (state != BH_HOUSE_WELL && state != BH_HOUSE_ATTENTION)
    return;
  doubt_all(self);
  tell_each(self, bh_house_model_get_requests(model), tell_request);
  tell_each(self, bh_house_model_get_printers(model), tell_printer);
  tell_each(self, bh_house_model_get_alerts(model), tell_alert);
  tell_doubts(self, bh_house_model_get_doubts(model));
  withdraw_doubted(self);
}

/* --- what a person does about it --- */

/* What does not work is told, for whoever pressed the button may see nothing else of it. */
static void
action_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GApplication) app = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(json_t) answer = bh_house_model_call_finish(BH_HOUSE_MODEL(source), result, &error);
  g_autoptr(GNotification) notification = NULL;

  if (answer != NULL || g_error_matches(error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  notification = g_notification_new(_("That did not work"));
  g_notification_set_body(notification, bh_error_words(error));
  add_show_button(notification, "", NULL);
  g_application_send_notification(app, "not-done", notification);
}

static void
act(BhNotices *self, const char *path, json_t *body)
{
  bh_house_model_call_async(self->model, path, body, NULL, action_cb, g_object_ref(self->app));
}

/* Its own; no device is let in without one. */
static const char *
choose_name(BhNotices *self, const char *request_id, const char *role)
{
  BhHouseItem *request = bh_house_list_find(bh_house_model_get_requests(self->model), request_id);
  const char *name = request != NULL ? bh_house_item_get_text(request, "name") : "";

  return *name != '\0' ? name : bh_role_words_title(role);
}

static void
on_accept(GSimpleAction *action, GVariant *target, gpointer user_data)
{
  g_auto(GStrv) words = g_strsplit(g_variant_get_string(target, NULL), " ", 2);

  if (g_strv_length(words) == 2)
    act(user_data, "pair/requests/accept",
        json_pack("{s:s, s:s, s:s, s:s}", "code", words[0], "requestId", words[1], "role", "staff",
                  "name", choose_name(user_data, words[1], "staff")));
}

static void
on_decline(GSimpleAction *action, GVariant *target, gpointer user_data)
{
  act(user_data, "pair/requests/decline",
      json_pack("{s:s}", "requestId", g_variant_get_string(target, NULL)));
}

static void
on_dismiss(GSimpleAction *action, GVariant *target, gpointer user_data)
{
  act(user_data, "alerts/dismiss",
      json_pack("{s:s}", "alertId", g_variant_get_string(target, NULL)));
}

static const GActionEntry actions[] = {
    {.name = "accept-request", .activate = on_accept, .parameter_type = "s"},
    {.name = "decline-request", .activate = on_decline, .parameter_type = "s"},
    {.name = "dismiss-alert", .activate = on_dismiss, .parameter_type = "s"},
};

/* --- life --- */

void
bh_notices_tell_background(BhNotices *notices)
{
  g_autoptr(GNotification) notification = NULL;

  if (notices->background_told)
    return;
  notices->background_told = TRUE;
  notification = g_notification_new(_("Bellhop goes on working"));
  g_notification_set_body(notification,
                          _("Its window is closed, and devices still reach each other. Open it "
                            "again from the list of programs."));
  g_notification_set_default_action_and_target(notification, "app.show", "s", "");
  g_notification_add_button_with_target(notification, _("Open"), "app.show", "s", "");
  g_notification_add_button(notification, _("Quit"), "app.quit");
  g_application_send_notification(notices->app, BACKGROUND_ID, notification);
}

BhNotices *
bh_notices_new(BhHouseModel *model, GApplication *app)
{
  BhNotices *notices = g_new0(BhNotices, 1);

  notices->model = g_object_ref(model);
  notices->app = app;
  notices->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_action_map_add_action_entries(G_ACTION_MAP(app), actions, G_N_ELEMENTS(actions), notices);
  g_signal_connect(model, "changed", G_CALLBACK(on_changed), notices);
  return notices;
}

void
bh_notices_free(BhNotices *notices)
{
  g_signal_handlers_disconnect_by_data(notices->model, notices);
  for (gsize i = 0; i < G_N_ELEMENTS(actions); i++)
    g_action_map_remove_action(G_ACTION_MAP(notices->app), actions[i].name);
  doubt_all(notices);
  withdraw_doubted(notices);
  if (notices->background_told)
    g_application_withdraw_notification(notices->app, BACKGROUND_ID);
  g_hash_table_unref(notices->told);
  g_object_unref(notices->model);
  g_free(notices);
}
