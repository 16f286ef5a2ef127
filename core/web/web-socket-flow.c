/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-socket-flow.h"

#include <string.h>

/* How long the other side has for its part of the closing handshake. */
#define CLOSING_US ((gint64)5 * G_USEC_PER_SEC)
/* Where this much waits already, a ping is not answered: a peer must not fill its own queue. */
#define MAX_PONG_QUEUED_BYTES 4096

/* One frame on its way out. */
typedef struct {
  GBytes *payload;
  guint8 header[BH_WEB_SOCKET_MAX_HEADER_BYTES];
  guint8 header_bytes;
} OutFrame;

static void
out_frame_free(gpointer data)
{
  OutFrame *frame = data;

  g_bytes_unref(frame->payload);
  g_free(frame);
}

void
bh_web_socket_flow_init(BhWebSocketFlow *flow, BhWebSocket *socket,
                        void (*wake)(BhWebSocket *socket), gsize max_message_bytes)
{
  *flow = (BhWebSocketFlow){.socket = socket, .wake = wake};
  g_queue_init(&flow->out);
  bh_web_socket_reader_init(&flow->reader, max_message_bytes);
}

void
bh_web_socket_flow_clear(BhWebSocketFlow *flow)
{
  g_queue_clear_full(&flow->out, out_frame_free);
  bh_web_socket_reader_clear(&flow->reader);
}

void
bh_web_socket_flow_open(BhWebSocketFlow *flow, const BhWebSocketHandler *handler,
                        gpointer user_data)
{
  flow->phase = BH_WEB_SOCKET_OPEN;
  flow->handler = handler;
  flow->handler_data = user_data;
  flow->heard_us = flow->pinged_us = g_get_monotonic_time();
}

static void
push_frame(BhWebSocketFlow *flow, BhWebSocketOpcode opcode, GBytes *payload)
{
  OutFrame *frame = g_new(OutFrame, 1);
  gsize length = g_bytes_get_size(payload);

  frame->payload = g_bytes_ref(payload);
  frame->header_bytes = (guint8)bh_web_socket_write_header(frame->header, opcode, length);
  g_queue_push_tail(&flow->out, frame);
  flow->queued_bytes += frame->header_bytes + length;
  flow->wake(flow->socket);
}

static void
push_control(BhWebSocketFlow *flow, BhWebSocketOpcode opcode, const guint8 *data, gsize length)
{
  g_autoptr(GBytes) payload = g_bytes_new(data, length);

  push_frame(flow, opcode, payload);
}

void
bh_web_socket_flow_send(BhWebSocketFlow *flow, GBytes *text)
{
  if (flow->phase == BH_WEB_SOCKET_OPEN)
    push_frame(flow, BH_WEB_SOCKET_TEXT, text);
}

void
bh_web_socket_flow_close(BhWebSocketFlow *flow, guint code, const char *reason)
{
  guint8 payload[BH_WEB_SOCKET_MAX_CONTROL_BYTES];
  gsize length = 0;

  if (flow->phase != BH_WEB_SOCKET_OPEN)
    return;
  flow->phase = BH_WEB_SOCKET_CLOSING;
  flow->closing_us = g_get_monotonic_time();
  if (code != BH_WEB_SOCKET_CLOSE_NO_CODE) {
    gsize reason_bytes = reason != NULL ? MIN(strlen(reason), sizeof payload - 2) : 0;

    payload[0] = (guint8)(code >> 8);
    payload[1] = (guint8)code;
    if (reason_bytes > 0)
      memcpy(payload + 2, reason, reason_bytes);
    length = 2 + reason_bytes;
  }
  push_control(flow, BH_WEB_SOCKET_CLOSE, payload, length);
}

static void
on_close_frame(BhWebSocketFlow *flow, const guint8 *data, gsize length)
{
  guint code = BH_WEB_SOCKET_CLOSE_NO_CODE;

  flow->close_received = TRUE;
  if (length >= 2)
    code = (guint)data[0] << 8 | data[1];
  if (length == 1 || (length >= 2 && !bh_web_socket_is_close_code(code)))
    code = BH_WEB_SOCKET_CLOSE_PROTOCOL;
  bh_web_socket_flow_close(flow, code, NULL);
}

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  BhWebSocketFlow *flow = user_data;

  if (opcode == BH_WEB_SOCKET_CLOSE) {
    on_close_frame(flow, data, length);
    return FALSE;
  }
  /* What was on its way when we closed is not looked at. */
  if (flow->phase != BH_WEB_SOCKET_OPEN)
    return flow->phase == BH_WEB_SOCKET_CLOSING;
  if (opcode == BH_WEB_SOCKET_TEXT)
    flow->handler->receive(flow->socket, (const char *)data, length, flow->handler_data);
  else if (opcode == BH_WEB_SOCKET_PING && flow->queued_bytes < MAX_PONG_QUEUED_BYTES)
    /* RFC 6455 section 5.5.3: an answer to the latest ping is enough. */
    push_control(flow, BH_WEB_SOCKET_PONG, data, length);
  return flow->phase != BH_WEB_SOCKET_GONE;
}

void
bh_web_socket_flow_take(BhWebSocketFlow *flow, guint8 *data, gsize length)
{
  guint16 code;

  flow->heard_us = g_get_monotonic_time();
  if (flow->close_received || flow->deaf)
    return;
  code = bh_web_socket_reader_feed(&flow->reader, data, length, on_frame, flow);
  if (code != 0) {
    static const char *const too_large = "too-large: a message is too large";

    flow->deaf = TRUE;
    bh_web_socket_flow_close(flow, code, code == BH_WEB_SOCKET_CLOSE_TOO_LARGE ? too_large : NULL);
  }
}

guint
bh_web_socket_flow_gather(BhWebSocketFlow *flow, GOutputVector *vectors, guint n)
{
  gsize skip = flow->out_offset;
  guint filled = 0;

  for (GList *l = flow->out.head; l != NULL && filled + 2 <= n; l = l->next) {
    OutFrame *frame = l->data;
    gsize length;
    const guint8 *payload = g_bytes_get_data(frame->payload, &length);
    gsize in_header = MIN(skip, frame->header_bytes);
    gsize in_payload = skip - in_header;

    vectors[filled++] = (GOutputVector){frame->header + in_header, frame->header_bytes - in_header};
    if (length > in_payload)
      vectors[filled++] = (GOutputVector){payload + in_payload, length - in_payload};
    skip = 0;
  }
  return filled;
}

void
bh_web_socket_flow_written(BhWebSocketFlow *flow, gsize bytes)
{
  flow->queued_bytes -= bytes;
  flow->out_offset += bytes;
  while (flow->out.head != NULL) {
    OutFrame *frame = flow->out.head->data;
    gsize size = frame->header_bytes + g_bytes_get_size(frame->payload);

    if (flow->out_offset < size)
      return;
    flow->out_offset -= size;
    out_frame_free(g_queue_pop_head(&flow->out));
  }
}

gboolean
bh_web_socket_flow_check(BhWebSocketFlow *flow, gint64 now_us, guint ping_ms, guint silent_ms)
{
  if (flow->phase == BH_WEB_SOCKET_CLOSING)
    return now_us - flow->closing_us >= CLOSING_US;
  if (flow->phase != BH_WEB_SOCKET_OPEN)
    return FALSE;
  if (now_us - flow->heard_us >= (gint64)silent_ms * 1000)
    return TRUE;
  if (now_us - flow->pinged_us >= (gint64)ping_ms * 1000) {
    flow->pinged_us = now_us;
    push_control(flow, BH_WEB_SOCKET_PING, NULL, 0);
  }
  return FALSE;
}

void
bh_web_socket_flow_wake(BhWebSocketFlow *flow, gint64 now_us, guint silent_ms)
{
  gint64 left_ms = MIN(BH_WEB_SOCKET_WAKE_MS, (gint64)silent_ms);

  if (flow->phase != BH_WEB_SOCKET_OPEN)
    return;
  flow->heard_us = now_us - ((gint64)silent_ms - left_ms) * 1000;
  flow->pinged_us = now_us;
  push_control(flow, BH_WEB_SOCKET_PING, NULL, 0);
}

gboolean
bh_web_socket_flow_finish(BhWebSocketFlow *flow)
{
  if (flow->phase == BH_WEB_SOCKET_NEW || flow->phase == BH_WEB_SOCKET_GONE)
    return FALSE;
  flow->phase = BH_WEB_SOCKET_GONE;
  g_queue_clear_full(&flow->out, out_frame_free);
  flow->queued_bytes = 0;
  return TRUE;
}
