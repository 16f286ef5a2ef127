/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-client.h"

#define CROWD 250

static FakeClient *
join_number(BhSignalingServer *server, guint n, const char *role)
{
  g_autofree char *peer_id = g_strdup_printf("p%03u", n);
  g_autofree char *more = g_strdup_printf("\"role\":\"%s\"", role);

  return fake_client_join(server, peer_id, more);
}

static void
add_names(GHashTable *names, const json_t *list)
{
  for (gsize i = 0; i < json_array_size(list); i++)
    g_assert_true(g_hash_table_add(names, g_strdup(fake_get(json_array_get(list, i), "peerId"))));
}

/* Hub first, a hundred in `joined`, the rest in pages; everybody exactly once. */
static void
test_pages(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *crowd[CROWD];
  FakeClient *late;
  g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(json_t) joined = NULL;

  for (guint i = 0; i < CROWD; i++)
    crowd[i] = join_number(server, i, i % 2 == 0 ? "staff" : "pos");
  late = fake_client_join(server, "late", NULL);
  joined = fake_client_expect(late, "joined");
  g_assert_cmpuint(json_array_size(json_object_get(joined, "peers")), ==, 100);
  g_assert_cmpstr(fake_get(json_array_get(json_object_get(joined, "peers"), 0), "role"), ==, "hub");
  add_names(names, json_object_get(joined, "peers"));
  while (g_hash_table_size(names) < CROWD + 1) {
    g_autoptr(json_t) page = fake_client_wait(late, "peers");

    g_assert_cmpuint(json_array_size(json_object_get(page, "joined")), <=, 100);
    g_assert_cmpuint(json_array_size(json_object_get(page, "left")), ==, 0);
    add_names(names, json_object_get(page, "joined"));
  }
  fake_client_expect_nothing(late);
  g_assert_true(g_hash_table_contains(names, "p000"));

  for (guint i = 0; i < CROWD; i++)
    fake_client_end(crowd[i]);
  fake_client_end(late);
  fake_client_end(hub);
  fake_server_end(server);
}

/* Pages wait for a reader that is busy, and do not count against it. */
static void
test_pages_wait(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_QUEUED_BYTES, 64 * 1024);
  FakeClient *crowd[CROWD];
  FakeClient *late = fake_client_new(server, "hotel");
  guint left = CROWD - 100;

  for (guint i = 0; i < CROWD; i++)
    crowd[i] = join_number(server, i, "staff");
  late->queued_bytes = 40 * 1024;
  fake_client_say(late, "{\"type\":\"join\"}");
  json_decref(fake_client_expect(late, "joined"));
  fake_client_expect_nothing(late);
  late->queued_bytes = 0;
  while (left > 0) {
    g_autoptr(json_t) page = fake_client_wait(late, "peers");

    left -= (guint)json_array_size(json_object_get(page, "joined"));
  }
  for (guint i = 0; i < CROWD; i++)
    fake_client_end(crowd[i]);
  fake_client_end(late);
  fake_server_end(server);
}

/* One at once, the others of the window together, nobody of itself, each exactly once. */
static void
test_batches(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, BH_LIMIT_RESUME_SECONDS, 0);
  FakeClient *watcher = fake_client_join(server, "watcher", NULL);
  g_autoptr(GHashTable) names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  FakeClient *crowd[CROWD];
  guint messages = 0;

  json_decref(fake_client_expect(watcher, "joined"));
  for (guint i = 0; i < CROWD; i++)
    crowd[i] = join_number(server, i, "staff");
  while (g_hash_table_size(names) < CROWD) {
    g_autoptr(json_t) batch = fake_client_wait(watcher, "peers");

    add_names(names, json_object_get(batch, "joined"));
    messages++;
  }
  g_assert_cmpuint(messages, <=, 3);

  /* The second knows the first from its list; it hears of all later ones, not of itself. */
  g_hash_table_remove_all(names);
  json_decref(fake_client_expect(crowd[1], "joined"));
  while (crowd[1]->inbox.length > 0) {
    g_autoptr(json_t) batch = fake_client_expect(crowd[1], "peers");

    add_names(names, json_object_get(batch, "joined"));
  }
  g_assert_false(g_hash_table_contains(names, "p001"));
  g_assert_false(g_hash_table_contains(names, "p000"));
  g_assert_cmpuint(g_hash_table_size(names), ==, CROWD - 2);

  /* They leave together: the window is still open or not, `left` carries them. */
  g_hash_table_remove_all(names);
  for (guint i = 0; i < CROWD; i++)
    fake_client_end(crowd[i]);
  while (g_hash_table_size(names) < CROWD) {
    g_autoptr(json_t) batch = NULL;

    while (watcher->inbox.length == 0)
      g_main_context_iteration(NULL, TRUE);
    batch = fake_client_take(watcher);
    if (json_object_get(batch, "peer") != NULL)
      g_hash_table_add(names, g_strdup(fake_get(json_object_get(batch, "peer"), "peerId")));
    add_names(names, json_object_get(batch, "left"));
  }
  fake_client_end(watcher);
  fake_server_end(server);
}

/* The hub hears of each at once, before the first message. */
static void
test_hub_first(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *hub = fake_hub_new(server, "hub");
  FakeClient *crowd[5];

  for (guint i = 0; i < G_N_ELEMENTS(crowd); i++) {
    crowd[i] = join_number(server, i, "guest");
    fake_client_say(crowd[i], "{\"type\":\"relay\",\"payload\":1}");
  }
  for (guint i = 0; i < G_N_ELEMENTS(crowd); i++) {
    json_decref(fake_client_expect(hub, "peer-joined"));
    json_decref(fake_client_expect(hub, "relay"));
    fake_client_end(crowd[i]);
  }
  fake_client_end(hub);
  fake_server_end(server);
}

/* A name that leaves and comes back within one window ends up present. */
static void
test_same_name_again(void)
{
  BhSignalingServer *server = fake_server_new("hotel", TRUE, 0, 0);
  FakeClient *watcher = fake_client_join(server, "watcher", NULL);
  FakeClient *a = join_number(server, 1, "staff");
  g_autoptr(GHashTable) present = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  FakeClient *again;
  guint changes = 0;

  fake_client_forget(watcher);
  fake_client_say(a, "{\"type\":\"leave\"}");
  again = join_number(server, 1, "staff");
  while (changes < 3) {
    g_autoptr(json_t) change = NULL;

    while (watcher->inbox.length == 0)
      g_main_context_iteration(NULL, TRUE);
    change = fake_client_take(watcher);
    if (g_str_equal(fake_get(change, "type"), "peer-joined"))
      g_hash_table_add(present, g_strdup("p001"));
    else if (g_str_equal(fake_get(change, "type"), "peer-left"))
      g_hash_table_remove_all(present);
    else
      g_error("a batch loses the order");
    changes++;
  }
  g_assert_cmpuint(g_hash_table_size(present), ==, 1);
  fake_client_end(a);
  fake_client_end(again);
  fake_client_end(watcher);
  fake_server_end(server);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/presence/pages", test_pages);
  g_test_add_func("/presence/pages-wait", test_pages_wait);
  g_test_add_func("/presence/batches", test_batches);
  g_test_add_func("/presence/hub-first", test_hub_first);
  g_test_add_func("/presence/same-name-again", test_same_name_again);
  return g_test_run();
}
