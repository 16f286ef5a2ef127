/* SPDX-License-Identifier: Apache-2.0 */
#include "replica-house.h"

#include "membership.h"

#include <string.h>

#define STEP_MS 10

/* A connection of two replicas; each end is data of a link. */
typedef struct _Wire Wire;

typedef struct {
  Wire *wire;
  Replica *replica;
  BhReplicatorLink *link;
} End;

struct _Wire {
  House *house;
  End ends[2];
  gboolean is_cut;
};

typedef struct {
  Wire *wire;
  guint to;
  char *text;
  gint64 due_ms;
} Letter;

static json_t *
parse(const char *text)
{
  g_autofree char *json = g_strdelimit(g_strdup(text), "'", '"');
  json_t *value = json_loads(json, JSON_DECODE_ANY, NULL);

  g_assert_nonnull(value);
  return value;
}

void
house_settle(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

/* --- the network --- */

static void
letter_free(gpointer data)
{
  Letter *letter = data;

  g_free(letter->text);
  g_free(letter);
}

static void
post(Wire *wire, guint to, const char *text)
{
  House *house = wire->house;
  Letter *letter = g_new0(Letter, 1);

  letter->wire = wire;
  letter->to = to;
  letter->text = g_strdup(text);
  letter->due_ms = house->now_ms;
  if (house->slow_ms > 0)
    letter->due_ms += g_rand_int_range(house->random, 0, (gint32)house->slow_ms);
  g_queue_push_tail(&house->network, letter);
}

static gboolean
end_send(const json_t *message, gpointer data)
{
  End *end = data;
  Wire *wire = end->wire;
  House *house = wire->house;
  g_autofree char *text = bh_json_to_text(message);
  guint to = end == &wire->ends[0] ? 1 : 0;

  house->n_sent++;
  if (g_rand_double(house->random) >= house->loss)
    post(wire, to, text);
  if (g_rand_double(house->random) < house->twice)
    post(wire, to, text);
  return TRUE;
}

/* Returns: whether anything came */
static gboolean
deliver(House *house)
{
  gboolean any = FALSE;

  for (guint n = house->network.length; n > 0; n--) {
    Letter *letter = g_queue_pop_head(&house->network);
    End *end = &letter->wire->ends[letter->to];
    g_autoptr(json_t) message = NULL;

    if (letter->due_ms > house->now_ms) {
      g_queue_push_tail(&house->network, letter);
      continue;
    }
    any = TRUE;
    message = json_loads(letter->text, 0, NULL);
    if (!letter->wire->is_cut)
      g_assert_true(bh_replicator_receive(end->replica->replicator, end->link, message));
    letter_free(letter);
    house_settle();
  }
  return any;
}

void
house_run(House *house, gint64 ms)
{
  for (gint64 until_ms = house->now_ms + ms; house->now_ms < until_ms;) {
    house->now_ms += STEP_MS;
    do {
      for (guint i = 0; i < house->replicas->len; i++)
        bh_replicator_tick(((Replica *)house->replicas->pdata[i])->replicator);
      house_settle();
    } while (deliver(house));
  }
}

static BhReplicatorPeer
describe(const Replica *replica)
{
  gboolean is_hub = replica->role == BH_ROLE_HUB;

  return (BhReplicatorPeer){replica->device_id, replica->role, is_hub,
                            is_hub ? BH_LEVEL_HUB : BH_LEVEL_DEVICE};
}

void
house_connect(House *house, Replica *a, Replica *b)
{
  Wire *wire = g_new0(Wire, 1);
  Replica *replicas[] = {a, b};

  wire->house = house;
  g_ptr_array_add(house->wires, wire);
  for (guint i = 0; i < 2; i++)
    wire->ends[i] = (End){wire, replicas[i], NULL};
  for (guint i = 0; i < 2; i++) {
    BhReplicatorPeer peer = describe(replicas[1 - i]);

    wire->ends[i].link =
        bh_replicator_add_link(replicas[i]->replicator, &peer, end_send, &wire->ends[i]);
  }
}

static void
wire_cut(Wire *wire)
{
  for (guint i = 0; i < 2 && !wire->is_cut; i++)
    bh_replicator_remove_link(wire->ends[i].replica->replicator, wire->ends[i].link);
  wire->is_cut = TRUE;
}

void
house_cut(House *house, Replica *a, Replica *b)
{
  for (guint i = 0; i < house->wires->len; i++) {
    Wire *wire = house->wires->pdata[i];

    if ((wire->ends[0].replica == a && wire->ends[1].replica == b) ||
        (wire->ends[0].replica == b && wire->ends[1].replica == a))
      wire_cut(wire);
  }
}

/* --- life --- */

BhSignKey *
house_key(const char *device_id)
{
  return sim_key_new(NULL, device_id);
}

json_t *
house_document(House *house, const char *device_id, BhRole role)
{
  g_autoptr(BhSignKey) key = house_key(device_id);
  BhMembership membership = {.tenant_id = (char *)HOUSE_TENANT,
                             .device_id = (char *)device_id,
                             .role = role,
                             .name = (char *)device_id,
                             .not_before_ms = HOUSE_NOW_MS,
                             .not_after_ms = HOUSE_NOW_MS + BH_MEMBERSHIP_VALID_MS};

  memcpy(membership.public_key, bh_sign_key_get_public(key), sizeof membership.public_key);
  return bh_membership_sign(house->hub_key, &membership);
}

static gint64
get_now_ms(gpointer data)
{
  return ((House *)data)->now_ms;
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  *(gboolean *)data = bh_property_load_finish(BH_PROPERTY(source), result, &error);
  g_assert_no_error(error);
}

static void
on_conflict(BhProperty *property, BhOperation *first, BhOperation *other, Replica *replica)
{
  (void)property;
  g_assert_cmpstr(first->log_id, ==, other->log_id);
  replica->n_conflicts++;
}

House *
house_new(guint32 seed)
{
  House *house = g_new0(House, 1);

  house->now_ms = HOUSE_NOW_MS;
  house->random = g_rand_new_with_seed(seed);
  house->hub_key = house_key("hub");
  house->replicas = g_ptr_array_new();
  house->wires = g_ptr_array_new();
  g_queue_init(&house->network);
  return house;
}

Replica *
house_add(House *house, const char *device_id, BhRole role)
{
  Replica *replica = g_new0(Replica, 1);
  BhPropertyConfig config = {.tenant_id = HOUSE_TENANT,
                             .device_id = device_id,
                             .role = role,
                             .level = role == BH_ROLE_HUB ? BH_LEVEL_HUB : BH_LEVEL_DEVICE,
                             .signing = &sim_signing_fake,
                             .now_ms = get_now_ms,
                             .now_data = house,
                             .synchronous = TRUE};
  gboolean is_loaded = FALSE;

  replica->house = house;
  replica->device_id = g_strdup(device_id);
  replica->role = role;
  replica->key = house_key(device_id);
  replica->backend = bh_memory_backend_new(TRUE);
  config.key = replica->key;
  memcpy(config.hub_key, bh_sign_key_get_public(house->hub_key), sizeof config.hub_key);
  replica->property = bh_property_new(&config, BH_OPERATION_BACKEND(replica->backend));
  bh_property_load_async(replica->property, on_loaded, &is_loaded);
  while (!is_loaded)
    g_main_context_iteration(NULL, TRUE);
  if (role != BH_ROLE_HUB) {
    replica->document = house_document(house, device_id, role);
    g_assert_true(bh_property_add_member(replica->property, replica->document, NULL));
  }
  replica->replicator = bh_replicator_new(replica->property, get_now_ms, house);
  g_signal_connect(replica->property, "conflict", G_CALLBACK(on_conflict), replica);
  g_ptr_array_add(house->replicas, replica);
  return replica;
}

static void
replica_free(Replica *replica)
{
  bh_replicator_free(replica->replicator);
  bh_property_close(replica->property);
  house_settle();
  g_object_unref(replica->property);
  g_object_unref(replica->backend);
  json_decref(replica->document);
  bh_sign_key_unref(replica->key);
  g_free(replica->device_id);
  g_free(replica);
}

void
house_free(House *house)
{
  for (guint i = 0; i < house->wires->len; i++)
    wire_cut(house->wires->pdata[i]);
  for (guint i = 0; i < house->replicas->len; i++)
    replica_free(house->replicas->pdata[i]);
  g_queue_clear_full(&house->network, letter_free);
  for (guint i = 0; i < house->wires->len; i++)
    g_free(house->wires->pdata[i]);
  g_ptr_array_unref(house->wires);
  g_ptr_array_unref(house->replicas);
  bh_sign_key_unref(house->hub_key);
  g_rand_free(house->random);
  g_free(house);
}

/* --- replicas --- */

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) operations = bh_property_write_finish(BH_PROPERTY(source), result, &error);

  g_assert_no_error(error);
  g_assert_cmpuint(operations->len, ==, 1);
  *(gboolean *)data = TRUE;
}

static void
write_one(Replica *replica, const char *kind, const char *entity, const char *body,
          gboolean is_private)
{
  g_autoptr(json_t) value = parse(body);
  const BhPropertyDraft draft = {kind, entity, value, is_private};
  gboolean is_written = FALSE;

  bh_property_write_async(replica->property, &draft, 1, on_written, &is_written);
  while (!is_written)
    g_main_context_iteration(NULL, TRUE);
}

void
replica_write(Replica *replica, const char *kind, const char *entity, const char *body)
{
  write_one(replica, kind, entity, body, FALSE);
}

void
replica_write_private(Replica *replica, const char *kind, const char *entity, const char *body)
{
  write_one(replica, kind, entity, body, TRUE);
}

static void
add_record(const char *name, BhRecord *record, gpointer data)
{
  json_object_set_new(data, name, bh_record_to_json(record));
}

char *
replica_dump(Replica *replica)
{
  g_autoptr(json_t) records = json_object();
  g_autoptr(json_t) dump = NULL;

  bh_property_visit_records(replica->property, NULL, add_record, records);
  dump = json_pack("{s:O, s:o}", "records", records, "have",
                   bh_property_get_have(replica->property, FALSE));
  return json_dumps(dump, JSON_SORT_KEYS | JSON_INDENT(1));
}

void
assert_equal(Replica *a, Replica *b)
{
  char *first = replica_dump(a);
  char *second = replica_dump(b);

  g_assert_cmpstr(first, ==, second);
  free(first);
  free(second);
}

/* --- fake peers --- */

static gboolean
peer_receive(const json_t *message, gpointer data)
{
  Peer *peer = data;

  if (peer->room == 0)
    return FALSE;
  peer->room--;
  g_ptr_array_add(peer->messages, json_incref((json_t *)message));
  return TRUE;
}

static void
free_json(gpointer json)
{
  json_decref(json);
}

Peer *
peer_new(Replica *replica, const char *device_id, BhRole role, gboolean trusted)
{
  Peer *peer = g_new0(Peer, 1);
  BhReplicatorPeer facts = {device_id, role, trusted, trusted ? BH_LEVEL_HUB : BH_LEVEL_DEVICE};

  peer->replica = replica;
  peer->messages = g_ptr_array_new_with_free_func(free_json);
  peer->room = G_MAXUINT;
  peer->link = bh_replicator_add_link(replica->replicator, &facts, peer_receive, peer);
  return peer;
}

void
peer_free(Peer *peer)
{
  bh_replicator_remove_link(peer->replica->replicator, peer->link);
  g_ptr_array_unref(peer->messages);
  g_free(peer);
}

void
peer_send(Peer *peer, json_t *message)
{
  bh_replicator_receive(peer->replica->replicator, peer->link, message);
  json_decref(message);
  house_settle();
}

void
peer_say(Peer *peer, const char *message)
{
  peer_send(peer, parse(message));
}

static gboolean
is_of_type(const json_t *message, const char *type)
{
  return g_strcmp0(json_string_value(json_object_get(message, "type")), type) == 0;
}

const json_t *
peer_last(Peer *peer, const char *type)
{
  for (guint i = peer->messages->len; i > 0; i--)
    if (is_of_type(peer->messages->pdata[i - 1], type))
      return peer->messages->pdata[i - 1];
  return NULL;
}

guint
peer_count(Peer *peer, const char *type)
{
  guint n = 0;

  for (guint i = 0; i < peer->messages->len; i++)
    n += is_of_type(peer->messages->pdata[i], type) ? 1 : 0;
  return n;
}

void
peer_forget(Peer *peer)
{
  g_ptr_array_set_size(peer->messages, 0);
}

void
peer_ack(Peer *peer, const char *log_id, gint64 seq)
{
  const json_t *ops = peer_last(peer, "ops");

  g_assert_nonnull(ops);
  peer_send(peer,
            json_pack("{s:s, s:O, s:{s:I}, s:s}", "type", "ack", "ref", json_object_get(ops, "id"),
                      "have", log_id, (json_int_t)seq, "level", "device"));
}

json_t *
make_wire(const char *device_id, BhRole role, const char *log_id, gint64 seq, const char *kind,
          const char *entity, const char *body)
{
  g_autoptr(BhSignKey) key = house_key(device_id);
  g_autoptr(json_t) value = parse(body);
  g_autoptr(GError) error = NULL;
  const BhOperationDraft draft = {.log_id = log_id,
                                  .seq = seq,
                                  .device_id = device_id,
                                  .role = role,
                                  .hlc_ms = HOUSE_NOW_MS + seq,
                                  .tenant_id = HOUSE_TENANT,
                                  .kind = kind,
                                  .entity = entity,
                                  .body = value};
  g_autoptr(BhOperation) op = bh_operation_new(&draft, &sim_signing_fake, key, &error);

  g_assert_no_error(error);
  return bh_operation_to_wire(op);
}

json_t *
make_ops(const char *id, json_t *members, ...)
{
  json_t *list = json_array();
  json_t *message = json_pack("{s:s, s:s, s:o}", "type", "ops", "id", id, "ops", list);
  va_list arguments;
  json_t *wire;

  if (members != NULL)
    json_object_set_new(message, "members", json_pack("[o]", members));
  va_start(arguments, members);
  while ((wire = va_arg(arguments, json_t *)) != NULL)
    json_array_append_new(list, wire);
  va_end(arguments);
  return message;
}
