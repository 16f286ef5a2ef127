/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each line is a message of one of three sessions, in turn: one that has joined, one that has not,
 * and the hub. Whatever they are sent must be JSON.
 */
#include "json-text.h"
#include "message-scan.h"
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

  bh_limit_set_init(&limits);
  server = bh_signaling_server_new(&config, &limits);
  for (guint i = 0; i < 3; i++) {
    BhSignalingTransport *transport = g_object_new(TYPE_SINK, NULL);

    sinks[i] = FUZZ_SINK(transport);
    sessions[i] = i == 2 ? bh_signaling_server_add_hub(server, transport, "h")
                         : bh_signaling_server_accept(server, transport, NULL);
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
