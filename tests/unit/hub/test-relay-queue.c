/* SPDX-License-Identifier: Apache-2.0 */
/* What goes by relay in parts: as fast as it is read, within its bound, and whole. */
#include "relay-queue.h"

#include <string.h>

#include "chunks.h"

#define PART_BYTES     ((gsize)4096)
#define ENVELOPE_BYTES ((gsize)256)
#define MAX_BYTES      ((gsize)256 * 1024)

typedef struct {
  BhRelayQueue *queue;
  BhMember *member; /* whose parts are counted and joined */
  BhChunks *chunks;
  BhRelayRoom room;
  guint64 n_connections;
  guint n_free; /* parts that find room */
  guint n_parts;
  guint count;    /* as the last part says */
  GString *heard; /* refs of what came, each with a comma */
  gboolean drops; /* on its next part */
} Fixture;

static BhRelayRoom
look(BhMember *member, guint64 *n_connections, gpointer user_data)
{
  Fixture *f = user_data;

  *n_connections = f->n_connections;
  return f->room == BH_RELAY_ROOM_FREE && f->n_free == 0 ? BH_RELAY_ROOM_FULL : f->room;
}

static void
take(BhMember *member, const json_t *part, gpointer user_data)
{
  Fixture *f = user_data;
  g_autofree char *text = bh_json_to_text(part);
  g_autofree char *whole = NULL;
  g_autoptr(json_t) message = NULL;

  g_assert_true(member == f->member);
  g_assert_cmpuint(strlen(text), <=, PART_BYTES - ENVELOPE_BYTES);
  g_assert_true(bh_chunks_add(f->chunks, NULL, part, &whole, NULL));
  f->n_free--;
  f->n_parts++;
  f->count = (guint)json_integer_value(json_object_get(part, "count"));
  if (f->drops)
    bh_relay_queue_drop(f->queue, member);
  if (whole == NULL)
    return;
  message = bh_json_parse(whole, strlen(whole), NULL);
  g_string_append_printf(f->heard, "%s,", json_string_value(json_object_get(message, "ref")));
}

static const BhRelayQueueWay way = {.look = look, .send = take};

static void
set_up(Fixture *f, gconstpointer data)
{
  f->queue = bh_relay_queue_new(&way, f, PART_BYTES, ENVELOPE_BYTES);
  f->member = bh_member_new("hotel", "anna", "phone", BH_ROLE_MANAGER, NULL, NULL);
  f->chunks = bh_chunks_new(BH_CHUNKS_MAX_BYTES);
  f->heard = g_string_new(NULL);
}

static void
tear_down(Fixture *f, gconstpointer data)
{
  bh_relay_queue_free(f->queue);
  g_assert_finalize_object(f->member);
  bh_chunks_free(f->chunks);
  g_string_free(f->heard, TRUE);
}

static gboolean
add_for(Fixture *f, BhMember *member, const char *ref, gsize bytes)
{
  g_autofree char *body = g_strnfill(bytes, 'x');
  g_autoptr(json_t) message =
      json_pack("{s:s, s:s, s:s}", "type", "api-answer", "ref", ref, "body", body);

  return bh_relay_queue_add(f->queue, member, message, MAX_BYTES);
}

static gboolean
add(Fixture *f, const char *ref, gsize bytes)
{
  return add_for(f, f->member, ref, bytes);
}

static void
run_until(Fixture *f, guint n_parts)
{
  while (f->n_parts < n_parts)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpuint(f->n_parts, ==, n_parts);
}

static void
test_as_read(Fixture *f, gconstpointer data)
{
  f->n_free = 2;
  g_assert_true(add(f, "a", 8 * 1024));
  g_assert_cmpuint(f->n_parts, ==, 2); /* at once */
  g_assert_true(add(f, "b", 1024));
  f->n_free = 3;
  run_until(f, 5);
  g_assert_cmpstr(f->heard->str, ==, "");
  f->n_free = 1000;
  while (!g_str_has_suffix(f->heard->str, "b,"))
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(f->heard->str, ==, "a,b,");
}

/* A guest that reads nothing, a manager with many tabs: none of them fills the memory. */
static void
test_bound(Fixture *f, gconstpointer data)
{
  g_autoptr(BhMember) tab = bh_member_new("hotel", "tab", "phone", BH_ROLE_MANAGER, NULL, NULL);
  g_autoptr(BhMember) other = bh_member_new("hotel", "ben", "tablet", BH_ROLE_MANAGER, NULL, NULL);

  g_assert_false(add(f, "a", MAX_BYTES));
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  g_assert_false(add(f, "b", MAX_BYTES / 2));
  g_assert_false(add_for(f, tab, "b", MAX_BYTES / 2));
  g_assert_true(add_for(f, other, "b", MAX_BYTES / 2));
  bh_relay_queue_drop(f->queue, other);

  /* What has gone, or is not wanted any more, makes room. */
  f->n_free = 1000;
  while (f->heard->len == 0)
    g_main_context_iteration(NULL, TRUE);
  f->n_free = 0;
  g_assert_true(add(f, "b", MAX_BYTES / 2));
  bh_relay_queue_drop(f->queue, f->member);
  g_assert_true(add(f, "c", MAX_BYTES / 2));
}

/* Nobody answers for five seconds, so the device asks again: it gets one answer, and no refusal. */
static void
test_asked_again(Fixture *f, gconstpointer data)
{
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  f->n_free = 1000;
  while (f->heard->len == 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(f->heard->str, ==, "a,");
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  g_assert_cmpstr(f->heard->str, ==, "a,a,");
}

/* Who is slow, and asks by another name when it has waited long enough, is not refused: of the
 * answer before there is hardly anything left. */
static void
test_asked_anew(Fixture *f, gconstpointer data)
{
  f->n_free = 1;
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  f->n_free = f->count - 2;
  run_until(f, f->count - 1);
  g_assert_true(add(f, "b", MAX_BYTES / 2));
  f->n_free = 1000;
  while (!g_str_has_suffix(f->heard->str, "b,"))
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(f->heard->str, ==, "a,b,");
}

static void
resume(Fixture *f)
{
  f->n_connections++;
  bh_chunks_free(f->chunks);
  f->chunks = bh_chunks_new(BH_CHUNKS_MAX_BYTES);
}

/* Nothing comes of the middle of a message that another connection has begun, whatever the page
 * asks for next. */
static void
test_resumed(Fixture *f, gconstpointer data)
{
  f->n_free = 2;
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  g_assert_cmpuint(f->n_parts, ==, 2);
  resume(f);
  f->n_free = 1;
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  g_assert_cmpuint(f->n_parts, ==, 3);
  f->n_free = 1000;
  while (f->heard->len == 0)
    g_main_context_iteration(NULL, TRUE);
  g_assert_cmpstr(f->heard->str, ==, "a,");

  f->n_free = 0;
  g_assert_true(add(f, "b", MAX_BYTES / 2));
  resume(f);
  f->n_free = 1000;
  g_assert_true(add(f, "c", 8 * 1024));
  g_assert_cmpstr(f->heard->str, ==, "a,c,");
}

static void
test_gone(Fixture *f, gconstpointer data)
{
  f->room = BH_RELAY_ROOM_NONE;
  g_assert_true(add(f, "a", MAX_BYTES / 2));
  f->room = BH_RELAY_ROOM_FREE;
  f->n_free = 1000;
  g_assert_true(add(f, "b", MAX_BYTES / 2));
  g_assert_cmpstr(f->heard->str, ==, "b,");

  f->n_parts = 0;
  f->drops = TRUE;
  g_assert_true(add(f, "c", MAX_BYTES / 2));
  g_assert_cmpuint(f->n_parts, ==, 1);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*run)(Fixture *f, gconstpointer data);
  } tests[] = {
      {"/relay-queue/as-read", test_as_read},         {"/relay-queue/bound", test_bound},
      {"/relay-queue/asked-again", test_asked_again}, {"/relay-queue/asked-anew", test_asked_anew},
      {"/relay-queue/resumed", test_resumed},         {"/relay-queue/gone", test_gone},
  };

  g_test_init(&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run();
}
