/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lines of messages to a hub and to a device with a few operations: from another device, from the
 * hub, from a guest. A line that begins with `!` is the text of an operation, which is signed as
 * the device would and handed over. Whatever comes, what goes out stays within bounds, and in the
 * end nobody says anything any more.
 */
#include "base64url.h"
#include "membership.h"
#include "memory-backend.h"
#include "replicator.h"
#include "sim-signing.h"
#include "transcript.h"
#include "view-server.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_MS    G_GINT64_CONSTANT(1780272000000)
#define MAX_LINES 64
/* Parts of a window, variants and answers: what one message may bring about. */
#define MAX_ANSWERS 24

typedef struct {
  BhProperty *property;
  BhMemoryBackend *backend;
  BhReplicator *replicator;
  BhReplicatorLink *link;
} Replica;

static gint64 now_ms;
static guint n_sent;
static gboolean has_room;

static gint64
get_now_ms(gpointer data)
{
  (void)data;
  return now_ms;
}

static gboolean
count_message(const json_t *message, gpointer data)
{
  (void)data;
  g_assert_true(json_is_string(json_object_get(message, "type")));
  n_sent += has_room ? 1 : 0;
  return has_room;
}

static void
settle(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

static void
on_done(GObject *source, GAsyncResult *result, gpointer data)
{
  (void)source;
  (void)result;
  *(gboolean *)data = TRUE;
}

static void
open_property(Replica *replica, const char *device_id, BhRole role, BhSignKey *key, BhSignKey *hub)
{
  BhPropertyConfig config = {.tenant_id = "house",
                             .device_id = device_id,
                             .role = role,
                             .level = role == BH_ROLE_HUB ? BH_LEVEL_HUB : BH_LEVEL_DEVICE,
                             .signing = &sim_signing_fake,
                             .key = key,
                             .now_ms = get_now_ms,
                             .synchronous = TRUE};
  gboolean is_done = FALSE;

  memcpy(config.hub_key, bh_sign_key_get_public(hub), sizeof config.hub_key);
  replica->backend = bh_memory_backend_new(TRUE);
  replica->property = bh_property_new(&config, BH_OPERATION_BACKEND(replica->backend));
  bh_property_load_async(replica->property, on_done, &is_done);
  while (!is_done)
    g_main_context_iteration(NULL, TRUE);
}

static void
write_some(Replica *replica)
{
  g_autoptr(json_t) body = json_pack("{s:s, s:s}", "what", "call", "seatingId", "s1");
  const BhPropertyDraft drafts[] = {{"request.open", "request/1", body, FALSE},
                                    {"request.open", "request/2", body, FALSE},
                                    {"request.open", "request/3", body, TRUE}};
  gboolean is_done = FALSE;

  bh_property_write_async(replica->property, drafts, G_N_ELEMENTS(drafts), on_done, &is_done);
  while (!is_done)
    g_main_context_iteration(NULL, TRUE);
}

static void
add_member(Replica *replica, BhSignKey *hub, BhSignKey *key)
{
  BhMembership membership = {.tenant_id = (char *)"house",
                             .device_id = (char *)"dev-a",
                             .role = BH_ROLE_STAFF,
                             .name = (char *)"",
                             .not_before_ms = NOW_MS,
                             .not_after_ms = NOW_MS + 1000};
  g_autoptr(json_t) document = NULL;

  memcpy(membership.public_key, bh_sign_key_get_public(key), sizeof membership.public_key);
  document = bh_membership_sign(hub, &membership);
  g_assert_true(bh_property_add_member(replica->property, document, NULL));
}

static void
close_replica(Replica *replica)
{
  bh_replicator_free(replica->replicator);
  bh_property_close(replica->property);
  settle();
  g_object_unref(replica->property);
  g_object_unref(replica->backend);
}

/* `ops` of one operation with this text, as dev-a signs it. */
static json_t *
sign(BhSignKey *key, const char *text, gsize length)
{
  guint8 signature[BH_OPERATION_SIG_BYTES];
  g_autofree char *sig = NULL;
  g_auto(BhTranscript) transcript = {NULL};
  json_t *value = json_stringn(text, length);

  if (value == NULL)
    return NULL;
  bh_transcript_init(&transcript, "bellhop operation v1");
  bh_transcript_add_bytes(&transcript, (const guint8 *)text, length);
  sim_signing_fake.sign(key, transcript.bytes->data, transcript.bytes->len, signature);
  sig = bh_base64url_encode(signature, sizeof signature);
  return json_pack("{s:s, s:s, s:[{s:o, s:s}]}", "type", "ops", "id", "x", "ops", "text", value,
                   "sig", sig);
}

static void
tick(Replica *hub, Replica *device, BhViewServer *server, gint64 ms)
{
  for (gint64 until_ms = now_ms + ms; now_ms < until_ms; now_ms += 100) {
    bh_replicator_tick(hub->replicator);
    bh_replicator_tick(device->replicator);
    bh_view_server_tick(server);
    settle();
  }
}

static void
run(Replica *hub, Replica *device, BhViewServer *server, BhSignKey *key, const uint8_t *data,
    size_t size)
{
  const BhViewFacts facts = {.guest_device_id = "g1", .seating_id = "s1"};
  BhViewFollower *guest =
      bh_view_server_add_follower(server, BH_VIEW_GUEST, &facts, count_message, NULL);
  const char *line = (const char *)data, *end = line + size;

  for (guint n = 0; n < MAX_LINES && line < end; n++) {
    const char *stop = memchr(line, '\n', (size_t)(end - line));
    gsize length = (gsize)((stop != NULL ? stop : end) - line);
    g_autoptr(json_t) message = length > 0 && *line == '!' ? sign(key, line + 1, length - 1)
                                                           : bh_json_parse(line, length, NULL);
    guint before = n_sent;

    has_room = n % 8 != 5;
    bh_replicator_receive(hub->replicator, hub->link, message);
    bh_replicator_receive(device->replicator, device->link, message);
    bh_view_server_receive(server, guest, message);
    settle();
    has_room = TRUE;
    bh_replicator_ready(hub->replicator, hub->link);
    bh_replicator_ready(device->replicator, device->link);
    bh_view_server_ready(server, guest);
    tick(hub, device, server, 200);
    g_assert_cmpuint(n_sent - before, <=, 3 * MAX_ANSWERS);
    line += length + 1;
  }
  bh_view_server_remove(server, guest);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  const BhReplicatorPeer from_device = {"dev-a", BH_ROLE_STAFF, FALSE, BH_LEVEL_DEVICE};
  const BhReplicatorPeer from_hub = {"hub", BH_ROLE_HUB, TRUE, BH_LEVEL_HUB};
  g_autoptr(BhSignKey) hub_key = sim_key_new(NULL, "hub");
  g_autoptr(BhSignKey) key = sim_key_new(NULL, "dev-a");
  g_autoptr(BhViewServer) server = NULL;
  Replica hub = {0}, device = {0};

  now_ms = NOW_MS;
  n_sent = 0;
  has_room = TRUE;
  sim_random_seed("fuzz");
  open_property(&hub, "hub", BH_ROLE_HUB, hub_key, hub_key);
  open_property(&device, "dev-b", BH_ROLE_STAFF, key, hub_key);
  add_member(&hub, hub_key, key);
  write_some(&hub);
  write_some(&device);
  hub.replicator = bh_replicator_new(hub.property, get_now_ms, NULL);
  device.replicator = bh_replicator_new(device.property, get_now_ms, NULL);
  server = bh_view_server_new(hub.property, "start", get_now_ms, NULL);
  hub.link = bh_replicator_add_link(hub.replicator, &from_device, count_message, NULL);
  device.link = bh_replicator_add_link(device.replicator, &from_hub, count_message, NULL);

  run(&hub, &device, server, key, data, size);
  /* Left alone, a peer is reminded of what it has not answered, and of nothing else. */
  n_sent = 0;
  tick(&hub, &device, server, 20000);
  g_assert_cmpuint(n_sent, <=, 4 * MAX_ANSWERS);

  g_clear_pointer(&server, bh_view_server_free);
  close_replica(&hub);
  close_replica(&device);
  return 0;
}
