/* SPDX-License-Identifier: Apache-2.0 */
#include "alert-desk.h"

#include <glib/gstdio.h>

#include "schema.h"

typedef struct {
  char *folder;
  BhStore *store;
  BhAuditLog *audit;
  BhAlertDesk *desk;
  guint n_changed;
  GAsyncResult *result;
} Case;

static void
take_result(GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **)data = g_object_ref(result);
}

/* Returns: (transfer full) */
static GAsyncResult *
await(Case *self)
{
  while (self->result == NULL)
    g_main_context_iteration(NULL, TRUE);
  return g_steal_pointer(&self->result);
}

static void
count_changed(BhAlertDesk *desk, Case *self)
{
  self->n_changed++;
}

static void
start(Case *self)
{
  g_autofree BhStoreMigration *migrations = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  guint n_migrations;

  migrations = bh_schema_list(&n_migrations);
  self->store = bh_store_open(self->folder, migrations, n_migrations, &error);
  g_assert_no_error(error);
  self->audit = bh_audit_log_new(self->store);
  self->desk = bh_alert_desk_new(self->store, self->audit);
  bh_alert_desk_load_async(self->desk, take_result, &self->result);
  result = await(self);
  g_assert_true(bh_alert_desk_load_finish(self->desk, result, &error));
  g_assert_no_error(error);
  g_signal_connect(self->desk, "changed", G_CALLBACK(count_changed), self);
}

static void
close_all(Case *self)
{
  bh_audit_log_close(self->audit);
  bh_store_close(self->store);
  while (g_main_context_iteration(NULL, FALSE))
    ;
  g_clear_object(&self->desk);
  g_clear_object(&self->audit);
  g_clear_object(&self->store);
}

static void
restart(Case *self)
{
  close_all(self);
  start(self);
}

static void
set_up(Case *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp("alert-desk-XXXXXX", NULL);
  start(self);
}

static void
tear_down(Case *self, gconstpointer data)
{
  g_autoptr(GDir) dir = NULL;
  const char *name;

  close_all(self);
  dir = g_dir_open(self->folder, 0, NULL);
  while ((name = g_dir_read_name(dir)) != NULL) {
    g_autofree char *path = g_build_filename(self->folder, name, NULL);

    g_unlink(path);
  }
  g_rmdir(self->folder);
  g_free(self->folder);
}

static void
raise_one(Case *self, const char *kind, const char *key, int value)
{
  bh_alert_desk_raise(self->desk, kind, key, json_pack("{s:i}", "value", value), key);
}

/* Each as "kind:value", newest first, a space after each. */
static void
assert_open(Case *self, const char *expected)
{
  g_autoptr(json_t) list = bh_alert_desk_describe(self->desk);
  g_autoptr(GString) text = g_string_new(NULL);
  const json_t *alert;
  gsize i;

  json_array_foreach(list, i, alert)
  {
    g_string_append_printf(
        text, "%s:%d ", json_string_value(json_object_get(alert, "kind")),
        (int)json_integer_value(json_object_get(json_object_get(alert, "subject"), "value")));
  }
  g_assert_cmpstr(text->str, ==, expected);
  g_assert_cmpuint(bh_alert_desk_get_count(self->desk), ==, json_array_size(list));
}

static guint
count_audit(Case *self)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(json_t) entries = NULL;

  bh_audit_log_list_async(self->audit, 1000, take_result, &self->result);
  result = await(self);
  entries = bh_audit_log_list_finish(self->audit, result, NULL);
  return (guint)json_array_size(entries);
}

static void
test_raised_once(Case *self, gconstpointer data)
{
  raise_one(self, "silent", "a", 1);
  raise_one(self, "silent", "b", 2);
  raise_one(self, "late", "a", 3);
  raise_one(self, "silent", "a", 4);
  assert_open(self, "late:3 silent:2 silent:4 ");
  g_assert_cmpuint(count_audit(self), ==, 3);
  g_assert_cmpuint(self->n_changed, ==, 4);
  restart(self);
  assert_open(self, "late:3 silent:2 silent:4 ");
  raise_one(self, "silent", "b", 5);
  assert_open(self, "late:3 silent:5 silent:4 ");
  g_assert_cmpuint(count_audit(self), ==, 3);
}

static void
test_set_and_clear(Case *self, gconstpointer data)
{
  raise_one(self, "late", "a", 1);
  bh_alert_desk_set(self->desk, "late", "a", "value", json_integer(2));
  bh_alert_desk_set(self->desk, "late", "nobody", "value", json_integer(3));
  restart(self);
  assert_open(self, "late:2 ");
  g_assert_cmpint(
      json_integer_value(json_object_get(bh_alert_desk_find(self->desk, "late", "a"), "value")), ==,
      2);
  bh_alert_desk_clear(self->desk, "late", "other");
  bh_alert_desk_clear(self->desk, "late", "a");
  assert_open(self, "");
  restart(self);
  assert_open(self, "");
}

static gboolean
is_odd(const json_t *subject, gpointer user_data)
{
  return json_integer_value(json_object_get(subject, "value")) % 2 == 1;
}

static void
test_clear_where(Case *self, gconstpointer data)
{
  raise_one(self, "late", "a", 1);
  raise_one(self, "silent", "a", 1);
  raise_one(self, "silent", "b", 2);
  raise_one(self, "silent", "c", 3);
  bh_alert_desk_clear_where(self->desk, "silent", is_odd, NULL);
  assert_open(self, "silent:2 late:1 ");
}

/* Returns: (transfer full): the id of the newest */
static char *
get_newest(Case *self)
{
  g_autoptr(json_t) list = bh_alert_desk_describe(self->desk);

  return g_strdup(json_string_value(json_object_get(json_array_get(list, 0), "alertId")));
}

static const char *
dismiss(Case *self, const char *alert_id)
{
  g_autoptr(GAsyncResult) result = NULL;
  g_autoptr(GError) error = NULL;
  const char *kind;

  bh_alert_desk_dismiss_async(self->desk, alert_id, take_result, &self->result);
  result = await(self);
  g_assert_true(bh_alert_desk_dismiss_finish(self->desk, result, &kind, &error));
  g_assert_no_error(error);
  return kind;
}

static void
test_put_away(Case *self, gconstpointer data)
{
  g_autofree char *id = NULL;
  g_autoptr(GAsyncResult) result = NULL;
  const char *kind;

  raise_one(self, "late", "a", 1);
  id = get_newest(self);
  g_assert_cmpstr(dismiss(self, id), ==, "late");
  g_assert_null(dismiss(self, id));
  assert_open(self, "");
  /* It was put away: what becomes of it brings it back no more. */
  bh_alert_desk_set(self->desk, "late", "a", "value", json_integer(2));
  assert_open(self, "");

  /* Raised while it is being put away, it is another one. */
  raise_one(self, "late", "a", 3);
  g_free(id);
  id = get_newest(self);
  bh_alert_desk_dismiss_async(self->desk, id, take_result, &self->result);
  raise_one(self, "late", "a", 4);
  result = await(self);
  g_assert_true(bh_alert_desk_dismiss_finish(self->desk, result, &kind, NULL));
  assert_open(self, "late:4 ");
  restart(self);
  assert_open(self, "late:4 ");
}

static void
test_the_oldest_makes_room(Case *self, gconstpointer data)
{
  for (int i = 0; i < BH_ALERT_DESK_MAX + 5; i++) {
    g_autofree char *key = g_strdup_printf("%d", i);

    raise_one(self, "late", key, i);
  }
  g_assert_cmpuint(bh_alert_desk_get_count(self->desk), ==, BH_ALERT_DESK_MAX);
  g_assert_null(bh_alert_desk_find(self->desk, "late", "4"));
  g_assert_nonnull(bh_alert_desk_find(self->desk, "late", "5"));
  restart(self);
  g_assert_cmpuint(bh_alert_desk_get_count(self->desk), ==, BH_ALERT_DESK_MAX);
  g_assert_null(bh_alert_desk_find(self->desk, "late", "4"));
}

/* Many tickets drive no alert out that is about something else. */
static void
test_tickets_make_room_first(Case *self, gconstpointer data)
{
  raise_one(self, BH_ALERT_SCREEN_SILENT, "screen", 0);
  for (int i = 0; i < BH_ALERT_DESK_MAX; i++) {
    g_autofree char *key = g_strdup_printf("%d", i);

    raise_one(self, BH_ALERT_TICKET_UNSEEN, key, i);
  }
  g_assert_cmpuint(bh_alert_desk_get_count(self->desk), ==, BH_ALERT_DESK_MAX);
  g_assert_nonnull(bh_alert_desk_find(self->desk, BH_ALERT_SCREEN_SILENT, "screen"));
  g_assert_null(bh_alert_desk_find(self->desk, BH_ALERT_TICKET_UNSEEN, "0"));
  g_assert_nonnull(bh_alert_desk_find(self->desk, BH_ALERT_TICKET_UNSEEN, "1"));
}

/* Raised with what is known already, it is nothing new. */
static void
test_raised_alike(Case *self, gconstpointer data)
{
  raise_one(self, "late", "a", 1);
  raise_one(self, "late", "a", 1);
  g_assert_cmpuint(count_audit(self), ==, 1);
  g_assert_cmpuint(self->n_changed, ==, 1);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
#define ADD(path, test) g_test_add("/alert-desk/" path, Case, NULL, set_up, test, tear_down)
  ADD("raised-once", test_raised_once);
  ADD("set-and-clear", test_set_and_clear);
  ADD("clear-where", test_clear_where);
  ADD("put-away", test_put_away);
  ADD("oldest", test_the_oldest_makes_room);
  ADD("tickets-first", test_tickets_make_room_first);
  ADD("raised-alike", test_raised_alike);
  return g_test_run();
}
