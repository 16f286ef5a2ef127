/* SPDX-License-Identifier: Apache-2.0 */
#include "snapshot-sender.h"

#include <string.h>

/* A peer: what came, and room for so many messages. */
typedef struct {
  GPtrArray *messages; /* of json_t, owned */
  guint room;
  gsize record_bytes;
  GHashTable *hidden; /* (nullable): names that may not be seen */
} Peer;

static void
free_json(gpointer json)
{
  json_decref(json);
}

static void
peer_init(Peer *peer, gsize record_bytes)
{
  *peer = (Peer){g_ptr_array_new_with_free_func(free_json), G_MAXUINT, record_bytes, NULL};
}

static json_t *
read_record(const char *name, gsize *size_bytes, gpointer data)
{
  Peer *peer = data;
  g_autofree char *filling = g_strnfill(peer->record_bytes, 'x');

  if (peer->hidden != NULL && g_hash_table_contains(peer->hidden, name))
    return NULL;
  *size_bytes = peer->record_bytes;
  return json_pack("[s, {s:s}]", name, "filling", filling);
}

static gboolean
send_part(const json_t *message, gpointer data)
{
  Peer *peer = data;

  if (peer->room == 0)
    return FALSE;
  peer->room--;
  g_ptr_array_add(peer->messages, json_incref((json_t *)message));
  return TRUE;
}

static BhSnapshotSender *
make(Peer *peer, guint records, gboolean reset)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);

  for (guint i = 0; i < records; i++)
    g_ptr_array_add(names, g_strdup_printf("item/%u", i));
  return bh_snapshot_sender_new("s1", names, json_pack("{s:s}", "cursor", "here"), reset,
                                read_record, send_part, peer);
}

static gboolean
ack(BhSnapshotSender *sender, int part)
{
  g_autoptr(json_t) message = json_pack("{s:s, s:s}", "type", "ack", "ref", "s1");

  if (part >= 0)
    json_object_set_new(message, "part", json_integer(part));
  return bh_snapshot_sender_ack(sender, message);
}

static const json_t *
get(const Peer *peer, guint at, const char *name)
{
  return json_object_get(peer->messages->pdata[at], name);
}

static void
test_one_part(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;

  peer_init(&peer, 100);
  sender = make(&peer, 3, TRUE);
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 1);
  g_assert_cmpuint(json_array_size(get(&peer, 0, "entities")), ==, 3);
  g_assert_cmpstr(json_string_value(get(&peer, 0, "cursor")), ==, "here");
  g_assert_true(json_is_true(get(&peer, 0, "reset")));
  g_assert_null(get(&peer, 0, "more"));
  g_assert_cmpint(bh_snapshot_sender_get_state(sender), ==, BH_SNAPSHOT_GOING);
  g_assert_true(ack(sender, -1));
  g_assert_cmpint(bh_snapshot_sender_get_state(sender), ==, BH_SNAPSHOT_DONE);
  g_assert_cmpint(bh_snapshot_sender_get_due_ms(sender), ==, -1);
  g_ptr_array_unref(peer.messages);
}

/* Nothing to say is said as well: the cursor is news. */
static void
test_empty(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;

  peer_init(&peer, 100);
  sender = make(&peer, 0, FALSE);
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 1);
  g_assert_cmpuint(json_array_size(get(&peer, 0, "entities")), ==, 0);
  g_assert_null(get(&peer, 0, "reset"));
  g_ptr_array_unref(peer.messages);
}

/* At most a window on the way, and the last part alone. */
static void
test_window(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;

  peer_init(&peer, 19000);
  sender = make(&peer, 12, FALSE);
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, BH_SNAPSHOT_WINDOW);
  for (guint i = 0; i < BH_SNAPSHOT_WINDOW; i++) {
    g_assert_cmpuint(json_array_size(get(&peer, i, "entities")), ==, 2);
    g_assert_true(json_is_true(get(&peer, i, "more")));
    g_assert_cmpuint(json_dumpb(peer.messages->pdata[i], NULL, 0, JSON_COMPACT), <=,
                     BH_SNAPSHOT_PART_BYTES);
  }
  g_assert_true(ack(sender, 2));
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 5);
  /* The sixth is the last: it waits for all others. */
  g_assert_true(ack(sender, 0));
  g_assert_true(ack(sender, 0));
  g_assert_true(ack(sender, 1));
  g_assert_true(ack(sender, 4));
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 5);
  g_assert_true(ack(sender, 3));
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 6);
  g_assert_null(get(&peer, 5, "more"));
  g_assert_true(ack(sender, -1));
  g_assert_cmpint(bh_snapshot_sender_get_state(sender), ==, BH_SNAPSHOT_DONE);
  g_ptr_array_unref(peer.messages);
}

static void
test_full_channel(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;

  peer_init(&peer, 30000);
  peer.room = 1;
  sender = make(&peer, 3, FALSE);
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 1);
  peer.room = 10;
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(peer.messages->len, ==, 2);
  g_assert_cmpint(json_integer_value(get(&peer, 1, "part")), ==, 1);
  g_ptr_array_unref(peer.messages);
}

/* Interrupted in the middle: what got lost goes again, and in the end one gives up. */
static void
test_lost_part(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;
  gint64 now_ms = 0;

  peer_init(&peer, 30000);
  sender = make(&peer, 3, FALSE);
  bh_snapshot_sender_pump(sender, now_ms);
  g_assert_cmpuint(peer.messages->len, ==, 2);
  g_assert_true(ack(sender, 1));
  g_assert_cmpint(bh_snapshot_sender_get_due_ms(sender), ==, BH_SNAPSHOT_TIMEOUT_MS);
  for (guint tries = 1; tries < BH_SNAPSHOT_TRIES; tries++) {
    now_ms += BH_SNAPSHOT_TIMEOUT_MS;
    bh_snapshot_sender_pump(sender, now_ms);
    g_assert_cmpuint(peer.messages->len, ==, 2 + tries);
    g_assert_cmpint(json_integer_value(get(&peer, 1 + tries, "part")), ==, 0);
  }
  bh_snapshot_sender_pump(sender, now_ms + BH_SNAPSHOT_TIMEOUT_MS);
  g_assert_cmpint(bh_snapshot_sender_get_state(sender), ==, BH_SNAPSHOT_FAILED);
  g_ptr_array_unref(peer.messages);
}

static void
test_foreign_acks(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;
  g_autoptr(json_t) other = json_pack("{s:s, s:s}", "type", "ack", "ref", "s2");
  g_autoptr(json_t) odd = json_pack("{s:s, s:i}", "type", "ack", "ref", 7);

  peer_init(&peer, 100);
  sender = make(&peer, 1, FALSE);
  g_assert_true(ack(sender, -1)); /* before anything was sent */
  bh_snapshot_sender_pump(sender, 0);
  g_assert_false(bh_snapshot_sender_ack(sender, other));
  g_assert_false(bh_snapshot_sender_ack(sender, odd));
  g_assert_false(bh_snapshot_sender_ack(sender, NULL));
  g_assert_true(ack(sender, 12));
  g_assert_cmpint(bh_snapshot_sender_get_state(sender), ==, BH_SNAPSHOT_GOING);
  g_ptr_array_unref(peer.messages);
}

/* What may not be seen any more when its turn comes is left out. */
static void
test_hidden(void)
{
  Peer peer;
  g_autoptr(BhSnapshotSender) sender = NULL;
  g_autoptr(GHashTable) hidden = g_hash_table_new(g_str_hash, g_str_equal);

  peer_init(&peer, 100);
  peer.hidden = hidden;
  g_hash_table_add(hidden, (gpointer) "item/1");
  sender = make(&peer, 2, FALSE);
  bh_snapshot_sender_pump(sender, 0);
  g_assert_cmpuint(json_array_size(get(&peer, 0, "entities")), ==, 1);
  g_ptr_array_unref(peer.messages);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/snapshot-sender/one-part", test_one_part);
  g_test_add_func("/snapshot-sender/empty", test_empty);
  g_test_add_func("/snapshot-sender/window", test_window);
  g_test_add_func("/snapshot-sender/full-channel", test_full_channel);
  g_test_add_func("/snapshot-sender/lost-part", test_lost_part);
  g_test_add_func("/snapshot-sender/foreign-acks", test_foreign_acks);
  g_test_add_func("/snapshot-sender/hidden", test_hidden);
  return g_test_run();
}
