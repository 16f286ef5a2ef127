/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each line is a message of one of three sessions, in turn: one that has joined, one that has not,
 * and the hub; of one on a closed server that was challenged, and of one at a cloud. Whatever they
 * are sent must be JSON, and nobody comes in by what no key has signed.
 */
#include "access-schema.h"
#include "device-book.h"
#include "json-text.h"
#include "message-scan.h"
#include "sign-key.h"
#include "signaling-server.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define TYPE_SINK (sink_get_type())
G_DECLARE_FINAL_TYPE(Sink, sink, FUZZ, SINK, GObject)

struct _Sink {
  GObject parent_instance;
  gboolean closed;
};

static void transport_iface_init(BhSignalingTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(Sink, sink, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init))

static void
sink_send(BhSignalingTransport *transport, GBytes *text)
{
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  g_autoptr(json_t) value = bh_json_parse(bytes, length, NULL);

  /* What was as deep as may be stays as deep: the server adds no level. */
  g_assert_true(json_is_object(value));
  g_assert_true(json_is_string(json_object_get(value, "type")));
  g_assert_false(FUZZ_SINK(transport)->closed);
}

static gsize
sink_get_queued_bytes(BhSignalingTransport *transport)
{
  return 0;
}

static void
sink_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  FUZZ_SINK(transport)->closed = TRUE;
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = sink_send;
  iface->get_queued_bytes = sink_get_queued_bytes;
  iface->close = sink_close;
}

static void
sink_class_init(SinkClass *klass)
{
}

static void
sink_init(Sink *self)
{
}

/* One for all runs: what a closed server asks. */
static BhGate *
get_gate(void)
{
  static BhGate gate;
  static BhStore *store;
  static const guint8 seed[BH_SIGN_KEY_BYTES] = {7};
  g_autofree char *folder = NULL;
  g_autoptr(BhSignKey) key = NULL;

  if (store != NULL)
    return &gate;
  folder = g_dir_make_tmp("bellhop-fuzz-XXXXXX", NULL);
  store = bh_store_open(folder, bh_access_migrations, bh_access_n_migrations, NULL);
  g_assert_nonnull(store);
  gate.hub_key = bh_sign_key_new_from_seed(seed);
  gate.devices = bh_device_book_new(store);
  key = bh_sign_key_new_from_seed(seed);
  bh_device_book_take_committed(
      gate.devices,
      bh_device_new(bh_sign_key_get_public(key), BH_ROLE_STAFF, "Anna", "link", NULL, 1));
  return &gate;
}

/* And to a cloud, to one that has a challenge of each kind. */
static void
run_cloud(const char *p, const char *end)
{
  static const char hub_join[] = "{\"type\":\"join\",\"tenantId\":\"t\",\"role\":\"hub\","
                                 "\"nonce\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\","
                                 "\"hubKey\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\"}";
  const BhSignalingConfig config = {.cloud = TRUE, .id = "i", .name = "n", .version = "v"};
  const BhRemote remote = {.address = (char *)"203.0.113.7", .secure = TRUE};
  BhSignalingTransport *transport = g_object_new(TYPE_SINK, NULL);
  BhLimitSet limits;
  BhSignalingServer *server;
  BhSignalingSession *session;

  bh_limit_set_init(&limits);
  server = bh_signaling_server_new(&config, &limits);
  session = bh_signaling_server_accept(server, transport, "t", &remote);
  bh_signaling_session_receive(session, hub_join, strlen(hub_join));
  while (p < end) {
    const char *line_end = memchr(p, '\n', (size_t)(end - p));
    gsize length = (gsize)((line_end != NULL ? line_end : end) - p);
    g_autofree char *copy = g_memdup2(p, length);

    bh_signaling_session_receive(session, copy, length);
    p += length + 1;
  }
  g_assert_false(bh_signaling_session_has_joined(session));
  bh_signaling_session_end(session);
  g_assert_finalize_object(transport);
  g_assert_finalize_object(server);
}

static const char challenged_join[] = "{\"type\":\"join\",\"tenantId\":\"t\",\"deviceId\":\"d\","
                                      "\"nonce\":\"ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8\","
                                      "\"key\":\"n9etbc_0KY3T-W1bGyr5EKBTWxSI1_j6uzSamCiAthU\"}";

/* The lines once more, to a closed server. */
static void
run_closed(const char *p, const char *end)
{
  const BhSignalingConfig config = {.id = "i", .name = "n", .version = "v", .gate = get_gate()};
  const BhRemote remote = {.address = (char *)"203.0.113.7", .secure = TRUE};
  BhSignalingTransport *transport = g_object_new(TYPE_SINK, NULL);
  BhLimitSet limits;
  BhSignalingServer *server;
  BhSignalingSession *session;

  bh_limit_set_init(&limits);
  server = bh_signaling_server_new(&config, &limits);
  session = bh_signaling_server_accept(server, transport, "t", &remote);
  bh_signaling_session_receive(session, challenged_join, strlen(challenged_join));
  while (p < end) {
    const char *line_end = memchr(p, '\n', (size_t)(end - p));
    gsize length = (gsize)((line_end != NULL ? line_end : end) - p);
    g_autofree char *copy = g_memdup2(p, length);

    bh_signaling_session_receive(session, copy, length);
    p += length + 1;
  }
  g_assert_false(bh_signaling_session_has_joined(session));
  bh_signaling_session_end(session);
  g_assert_finalize_object(transport);
  g_assert_finalize_object(server);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const char join[] = "{\"type\":\"join\",\"tenantId\":\"t\",\"peerId\":\"a\"}";
  const BhSignalingConfig config = {.open = TRUE, .id = "i", .name = "n", .version = "v"};
  BhLimitSet limits;
  BhSignalingServer *server;
  Sink *sinks[3];
  BhSignalingSession *sessions[3];
  const char *p = (const char *)data;
  const char *end = p + size;

  run_closed(p, end);
  run_cloud(p, end);
  bh_limit_set_init(&limits);
  server = bh_signaling_server_new(&config, &limits);
  for (guint i = 0; i < 3; i++) {
    BhSignalingTransport *transport = g_object_new(TYPE_SINK, NULL);

    sinks[i] = FUZZ_SINK(transport);
    sessions[i] = i == 2 ? bh_signaling_server_add_hub(server, transport, "h")
                         : bh_signaling_server_accept(server, transport, NULL, NULL);
  }
  bh_signaling_session_receive(sessions[0], join, strlen(join));
  for (guint i = 0; p < end; i++) {
    const char *line_end = memchr(p, '\n', (size_t)(end - p));
    gsize length = (gsize)((line_end != NULL ? line_end : end) - p);
    g_autofree char *copy = g_memdup2(p, length);
    BhMessageMember members[BH_MESSAGE_SCAN_MEMBERS];

    if (bh_message_scan(copy, length, members) > 0) {
      g_autoptr(json_t) value = bh_json_parse(copy, length, NULL);

      g_assert_true(json_is_object(value));
    }
    bh_signaling_session_receive(sessions[i % 3], copy, length);
    p += length + 1;
  }
  for (guint i = 0; i < 3; i++)
    bh_signaling_session_end(sessions[i]);
  for (guint i = 0; i < 3; i++)
    g_assert_finalize_object(sinks[i]);
  g_assert_finalize_object(server);
  return 0;
}
