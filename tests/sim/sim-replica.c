/* SPDX-License-Identifier: Apache-2.0 */
#include "sim-replica.h"

#include "base64url.h"
#include "json-writer.h"
#include "replicator.h"
#include "sim-signing.h"
#include "view-server.h"

#include <string.h>

/* One end of a connection: to a full replica or to a follower. */
typedef struct {
  SimReplica *replica;
  char *name;
  BhReplicatorLink *link;   /* (nullable) */
  BhViewFollower *follower; /* (nullable) */
} End;

struct _SimReplica {
  char *id;
  BhSignKey *key;
  BhMemoryBackend *backend;
  BhProperty *property;
  BhReplicator *replicator;
  BhViewServer *views; /* (nullable): of the hub */
  GHashTable *ends;    /* name -> End */
  gint64 now_ms, world_ms;
  gint64 due_ms; /* of the next tick; -1: none is wanted */
  SimPost *post;
  json_t *answer;
};

/* A write that waits for its commit. */
typedef struct {
  SimReplica *replica;
  char *ref;
} Writing;

static void
drain(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

/* --- what it says --- */

static void
say(SimReplica *replica, const char *what, json_t *entry)
{
  json_object_set_new(entry, "id", json_string(replica->id));
  json_array_append_new(json_object_get(replica->answer, what), entry);
}

static gboolean
send_message(const json_t *message, gpointer data)
{
  End *end = data;
  SimReplica *replica = end->replica;

  sim_post_send(replica->post, replica->id, end->name,
                end->link != NULL ? bh_replicator_print(replica->replicator, message)
                                  : bh_json_to_bytes(message));
  return TRUE;
}

/* A stub has none. */
static char *
dup_sig(const BhOperation *op)
{
  if (op->is_redacted)
    return g_strdup("");
  return bh_base64url_encode(op->sig, sizeof op->sig);
}

static void
on_committed(BhProperty *property, GPtrArray *operations, gpointer source, SimReplica *replica)
{
  json_t *list = json_array();

  (void)property;
  (void)source;
  for (guint i = 0; i < operations->len; i++) {
    const BhOperation *op = operations->pdata[i];
    g_autofree char *sig = dup_sig(op);

    json_array_append_new(list, json_pack("[s, I, s, s*]", op->log_id, (json_int_t)op->seq, sig,
                                          op->is_redacted ? op->text : NULL));
  }
  say(replica, "committed", json_pack("{s:o}", "ops", list));
}

static void
on_conflict(BhProperty *property, BhOperation *first, BhOperation *other, SimReplica *replica)
{
  (void)property;
  (void)first;
  say(replica, "conflicts",
      json_pack("{s:s, s:I}", "logId", other->log_id, "seq", (json_int_t)other->seq));
}

/* --- life --- */

static gint64
get_now_ms(gpointer data)
{
  return ((SimReplica *)data)->now_ms;
}

static gint64
get_world_ms(gpointer data)
{
  return ((SimReplica *)data)->world_ms;
}

static void
end_free(gpointer data)
{
  End *end = data;

  if (end->link != NULL)
    bh_replicator_remove_link(end->replica->replicator, end->link);
  if (end->follower != NULL)
    bh_view_server_remove(end->replica->views, end->follower);
  g_free(end->name);
  g_free(end);
}

static const char *
get_text(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static void
on_loaded(GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr(GError) error = NULL;

  if (!bh_property_load_finish(BH_PROPERTY(source), result, &error))
    g_error("A store in memory cannot be read: %s", error->message);
  *(gboolean *)data = TRUE;
}

static void
load(SimReplica *replica)
{
  gboolean is_loaded = FALSE;

  bh_property_load_async(replica->property, on_loaded, &is_loaded);
  while (!is_loaded) {
    bh_memory_backend_commit(replica->backend);
    g_main_context_iteration(NULL, FALSE);
  }
}

static void
make_property(SimReplica *replica, const json_t *make)
{
  gboolean is_hub = g_strcmp0(get_text(make, "kind"), "hub") == 0;
  BhPropertyConfig config = {.tenant_id = get_text(make, "tenantId"),
                             .device_id = get_text(make, "deviceId"),
                             .role = bh_role_from_name(get_text(make, "role")),
                             .level = is_hub ? BH_LEVEL_HUB : BH_LEVEL_DEVICE,
                             .signing = json_is_true(json_object_get(make, "fake"))
                                            ? &sim_signing_fake
                                            : &bh_operation_signing_ed25519,
                             .key = replica->key,
                             .now_ms = get_now_ms,
                             .steady_ms = get_world_ms,
                             .now_data = replica,
                             .synchronous = TRUE};
  const char *hub_key = get_text(make, "hubKey");

  if (hub_key == NULL ||
      !bh_base64url_decode_exact(hub_key, config.hub_key, sizeof config.hub_key)) {
    g_autoptr(BhSignKey) hub = sim_key_new(NULL, "hub");

    memcpy(config.hub_key, bh_sign_key_get_public(hub), sizeof config.hub_key);
  }
  replica->property = bh_property_new(&config, BH_OPERATION_BACKEND(replica->backend));
}

/* A tick is wanted earlier than was said. */
static void
on_wakeup(gpointer data)
{
  ((SimReplica *)data)->due_ms = 0;
}

SimReplica *
sim_replica_new(const json_t *make, BhMemoryBackend *backend, SimPost *post, GError **error)
{
  g_autoptr(BhMemoryBackend) owned = backend;
  const char *device_id = get_text(make, "deviceId");
  SimReplica *replica;

  if (get_text(make, "id") == NULL || device_id == NULL || get_text(make, "tenantId") == NULL ||
      bh_role_from_name(get_text(make, "role")) == BH_ROLE_NONE) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING,
                "It lacks id, deviceId, tenantId or role");
    return NULL;
  }
  replica = g_new0(SimReplica, 1);
  replica->id = g_strdup(get_text(make, "id"));
  replica->key = sim_key_new(get_text(make, "seed"), device_id);
  replica->backend = g_steal_pointer(&owned);
  replica->post = post;
  replica->ends = g_hash_table_new_full(g_str_hash, g_str_equal, NULL, end_free);
  sim_replica_set_time(replica, json_integer_value(json_object_get(make, "now")),
                       json_integer_value(json_object_get(make, "world")));
  make_property(replica, make);
  load(replica);
  replica->replicator = bh_replicator_new(replica->property, get_world_ms, replica);
  if (bh_level_is_safe(bh_property_get_level(replica->property))) {
    g_autofree char *incarnation =
        bh_operation_new_log_id(bh_property_get_device_id(replica->property), FALSE);

    replica->views = bh_view_server_new(replica->property, incarnation, get_world_ms, replica);
    bh_view_server_set_wakeup(replica->views, on_wakeup, replica);
  }
  bh_replicator_set_wakeup(replica->replicator, on_wakeup, replica);
  g_signal_connect(replica->property, "committed", G_CALLBACK(on_committed), replica);
  g_signal_connect(replica->property, "conflict", G_CALLBACK(on_conflict), replica);
  return replica;
}

BhMemoryBackend *
sim_replica_save(SimReplica *replica)
{
  return bh_memory_backend_copy(replica->backend, FALSE);
}

BhMemoryBackend *
sim_replica_crash(SimReplica *replica)
{
  BhMemoryBackend *committed = sim_replica_save(replica);

  g_signal_handlers_disconnect_by_data(replica->property, replica);
  g_hash_table_unref(replica->ends);
  bh_view_server_free(replica->views);
  bh_replicator_free(replica->replicator);
  g_clear_pointer(&replica->answer, json_decref);
  /* What waits is completed, so that nothing is left behind; nobody sees how. */
  bh_property_close(replica->property);
  do
    drain();
  while (bh_memory_backend_commit(replica->backend) > 0);
  drain();
  g_object_unref(replica->property);
  g_object_unref(replica->backend);
  bh_sign_key_unref(replica->key);
  g_free(replica->id);
  g_free(replica);
  return committed;
}

void
sim_replica_set_answer(SimReplica *replica, json_t *answer)
{
  json_decref(replica->answer);
  replica->answer = json_incref(answer);
}

void
sim_replica_set_time(SimReplica *replica, gint64 now_ms, gint64 world_ms)
{
  replica->now_ms = now_ms;
  replica->world_ms = world_ms;
}

gboolean
sim_replica_add_member(SimReplica *replica, json_t *document, GError **error)
{
  return bh_property_add_member(replica->property, document, error);
}

/* --- connections --- */

static End *
add_end(SimReplica *replica, const char *name)
{
  End *end = g_new0(End, 1);

  end->replica = replica;
  end->name = g_strdup(name);
  g_hash_table_replace(replica->ends, end->name, end);
  return end;
}

gboolean
sim_replica_connect(SimReplica *replica, const char *link, const json_t *peer, GError **error)
{
  BhReplicatorPeer facts = {.device_id = get_text(peer, "deviceId"),
                            .role = bh_role_from_name(get_text(peer, "role")),
                            .trusted = json_is_true(json_object_get(peer, "trusted")),
                            .level = bh_level_from_name(get_text(peer, "level"))};
  End *end;

  if (link == NULL || facts.device_id == NULL) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING,
                "A connection needs link and deviceId");
    return FALSE;
  }
  end = add_end(replica, link);
  end->link = bh_replicator_add_link(replica->replicator, &facts, send_message, end);
  return TRUE;
}

void
sim_replica_disconnect(SimReplica *replica, const char *link)
{
  g_hash_table_remove(replica->ends, link);
}

gboolean
sim_replica_follow(SimReplica *replica, const char *link, const char *of, const json_t *facts,
                   GError **error)
{
  BhViewFacts view = {.guest_device_id = get_text(facts, "guestDeviceId"),
                      .seating_id = get_text(facts, "seatingId"),
                      .place_id = get_text(facts, "placeId"),
                      .device_id = get_text(facts, "deviceId"),
                      .person_id = get_text(facts, "personId"),
                      .role = bh_role_from_name(get_text(facts, "role"))};
  End *end = link != NULL ? g_hash_table_lookup(replica->ends, link) : NULL;
  BhViewKind kind = g_strcmp0(of, "private") == 0 ? BH_VIEW_PRIVATE : BH_VIEW_GUEST;

  if (link == NULL || replica->views == NULL) {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING, "A follower needs a link to a hub");
    return FALSE;
  }
  if (end != NULL && end->follower != NULL) {
    bh_view_server_set_facts(replica->views, end->follower, &view);
    return TRUE;
  }
  end = add_end(replica, link);
  end->follower = bh_view_server_add_follower(replica->views, kind, &view, send_message, end);
  return TRUE;
}

/* --- steps --- */

static void
on_written(GObject *source, GAsyncResult *result, gpointer data)
{
  Writing *writing = data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) operations = bh_property_write_finish(BH_PROPERTY(source), result, &error);
  json_t *entry = json_pack("{s:s}", "ref", writing->ref);

  if (operations == NULL) {
    json_object_set_new(entry, "ops", json_string("error"));
    json_object_set_new(entry, "error", json_string(error->message));
  } else {
    json_t *list = json_array();

    for (guint i = 0; i < operations->len; i++) {
      const BhOperation *op = operations->pdata[i];
      g_autofree char *sig = dup_sig(op);

      json_array_append_new(list, json_pack("{s:s, s:I, s:s, s:s}", "logId", op->log_id, "seq",
                                            (json_int_t)op->seq, "text", op->text, "sig", sig));
    }
    json_object_set_new(entry, "ops", list);
  }
  /* After a crash nobody hears of it. */
  if (writing->replica->answer != NULL)
    say(writing->replica, "wrote", entry);
  else
    json_decref(entry);
  g_free(writing->ref);
  g_free(writing);
}

static void
write_drafts(SimReplica *replica, const json_t *list, const char *ref)
{
  size_t n = json_array_size(list);
  g_autofree BhPropertyDraft *drafts = g_new0(BhPropertyDraft, n + 1);
  Writing *writing = g_new0(Writing, 1);

  for (size_t i = 0; i < n; i++) {
    const json_t *draft = json_array_get(list, i);

    drafts[i] = (BhPropertyDraft){.kind = get_text(draft, "kind"),
                                  .entity = get_text(draft, "entity"),
                                  .body = json_object_get(draft, "body"),
                                  .is_private = json_is_true(json_object_get(draft, "private"))};
  }
  writing->replica = replica;
  writing->ref = g_strdup(ref != NULL ? ref : "");
  bh_property_write_async(replica->property, drafts, (guint)n, on_written, writing);
}

static void
receive(SimReplica *replica, const char *link, const json_t *message)
{
  End *end = link != NULL ? g_hash_table_lookup(replica->ends, link) : NULL;

  /* One that is not there any more: it came too late. */
  if (end == NULL)
    return;
  if (end->link != NULL)
    bh_replicator_receive(replica->replicator, end->link, message);
  else
    bh_view_server_receive(replica->views, end->follower, message);
}

gboolean
sim_replica_step(SimReplica *replica, const json_t *step, GError **error)
{
  const json_t *number = json_object_get(step, "number");
  const json_t *drafts = json_object_get(step, "write");
  const char *ready = get_text(step, "ready");
  g_autoptr(json_t) message = json_incref(json_object_get(step, "message"));

  if (number != NULL) {
    message = sim_post_read(replica->post, json_integer_value(number), error);
    if (message == NULL)
      return FALSE;
  }
  if (message != NULL) {
    receive(replica, get_text(step, "link"), message);
  } else if (drafts != NULL) {
    write_drafts(replica, drafts, get_text(step, "ref"));
  } else if (ready != NULL) {
    End *end = g_hash_table_lookup(replica->ends, ready);

    if (end != NULL && end->link != NULL)
      bh_replicator_ready(replica->replicator, end->link);
  } else {
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING, "It says nothing to do");
    return FALSE;
  }
  drain();
  return TRUE;
}

static gint64
get_earlier(gint64 a, gint64 b)
{
  return a < 0 || (b >= 0 && b < a) ? b : a;
}

void
sim_replica_tick(SimReplica *replica)
{
  gint64 wait_ms;

  replica->due_ms = -1;
  wait_ms = bh_replicator_tick(replica->replicator);
  if (replica->views != NULL)
    wait_ms = get_earlier(wait_ms, bh_view_server_tick(replica->views));
  if (wait_ms >= 0)
    replica->due_ms = get_earlier(replica->due_ms, replica->world_ms + wait_ms);
  drain();
}

void
sim_replica_commit(SimReplica *replica)
{
  bh_memory_backend_commit(replica->backend);
  drain();
}

gint64
sim_replica_get_due_ms(SimReplica *replica)
{
  return bh_memory_backend_get_waiting(replica->backend) > 0 ? 0 : replica->due_ms;
}

/* --- what it holds --- */

typedef struct {
  GString *lines;
  guint n_lines;
  GPtrArray *orders; /* ids, owned */
} Contents;

static void
add_line(Contents *contents, const char *what, const char *name, json_t *value)
{
  g_string_append_printf(contents->lines, "%s %s ", what, name);
  bh_json_write(contents->lines, value);
  g_string_append_c(contents->lines, '\n');
  contents->n_lines++;
  json_decref(value);
}

static void
add_record(const char *name, BhRecord *record, gpointer data)
{
  Contents *contents = data;

  add_line(contents, "record", name, bh_record_to_json(record));
  if (g_str_has_prefix(name, "order/"))
    g_ptr_array_add(contents->orders, g_strdup(name + strlen("order/")));
}

json_t *
sim_replica_dump(SimReplica *replica, GString *lines)
{
  g_autoptr(GPtrArray) ids = g_ptr_array_new_with_free_func(g_free);
  Contents contents = {lines, 0, ids};

  bh_property_visit_records(replica->property, NULL, add_record, &contents);
  for (guint i = 0; i < ids->len; i++) {
    json_t *order = bh_property_read_order(replica->property, ids->pdata[i]);

    if (order != NULL)
      add_line(&contents, "order", ids->pdata[i], order);
  }
  return json_pack("{s:I, s:o, s:o, s:o}", "lines", (json_int_t)contents.n_lines, "have",
                   bh_property_get_have(replica->property, TRUE), "aside",
                   bh_property_get_aside(replica->property), "safe",
                   bh_property_get_safe(replica->property));
}
