/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-link"

#include "link-socket.h"

#include <string.h>

#include "id.h"
#include "upgrade.h"
#include "web-socket-codec.h"

/* RFC 6455 section 7.4.1: no close frame came. */
#define CODE_ABNORMAL 1006

#define READ_BYTES 16384
#define CHECK_MS   2500

/*
 * CONNECTING TCP and TLS          -> UPGRADING
 * UPGRADING  the request is sent  -> OPEN, when the server has agreed
 * OPEN       messages
 * CLOSED     by whatever; `closed` follows on the next turn unless we closed it
 */
typedef enum { CONNECTING, UPGRADING, OPEN, CLOSED } State;

struct _BhLinkSocket {
  GObject parent_instance;

  State state;
  GUri *uri;
  GTlsDatabase *authority;
  GCancellable *cancellable;
  GIOStream *stream;
  char *key;
  GByteArray *head; /* of the server's answer, until it is whole */
  BhWebSocketReader reader;
  GByteArray *waiting; /* to be written next */
  GByteArray *writing; /* being written, or NULL */
  guint8 *buffer;      /* of READ_BYTES */
  gint64 heard_ms, pinged_ms;
  guint check_id, probe_id, end_id;
  guint code;
  char *reason;
  gboolean is_ours; /* we closed it: nobody is told */
};

G_DEFINE_FINAL_TYPE(BhLinkSocket, bh_link_socket, G_TYPE_OBJECT)

enum { SIGNAL_OPENED, SIGNAL_MESSAGE, SIGNAL_CLOSED, N_SIGNALS };

static guint signals[N_SIGNALS];

static void read_on(BhLinkSocket *self);
static void write_on(BhLinkSocket *self);

static gint64
get_now_ms(void)
{
  return g_get_monotonic_time() / 1000;
}

/* --- the end --- */

static gboolean
on_end(gpointer user_data)
{
  BhLinkSocket *self = user_data;

  self->end_id = 0;
  if (!self->is_ours)
    g_signal_emit(self, signals[SIGNAL_CLOSED], 0, self->code, self->reason);
  return G_SOURCE_REMOVE;
}

static void
end(BhLinkSocket *self, guint code, const char *reason)
{
  if (self->state == CLOSED)
    return;
  self->state = CLOSED;
  self->code = code;
  self->reason = g_utf8_make_valid(reason, -1);
  g_cancellable_cancel(self->cancellable);
  g_clear_handle_id(&self->check_id, g_source_remove);
  g_clear_handle_id(&self->probe_id, g_source_remove);
  if (!self->is_ours)
    self->end_id = g_idle_add_full(G_PRIORITY_DEFAULT, on_end, g_object_ref(self), g_object_unref);
}

/* --- writing --- */

static void
write_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhLinkSocket) self = user_data;
  g_autoptr(GError) error = NULL;
  gboolean done = g_output_stream_write_all_finish(G_OUTPUT_STREAM(source), result, NULL, &error);

  g_clear_pointer(&self->writing, g_byte_array_unref);
  if (self->state == CLOSED)
    return;
  if (!done)
    end(self, CODE_ABNORMAL, error->message);
  else
    write_on(self);
}

static void
write_on(BhLinkSocket *self)
{
  if (self->writing != NULL || self->waiting->len == 0 || self->stream == NULL)
    return;
  self->writing = g_steal_pointer(&self->waiting);
  self->waiting = g_byte_array_new();
  g_output_stream_write_all_async(g_io_stream_get_output_stream(self->stream), self->writing->data,
                                  self->writing->len, G_PRIORITY_DEFAULT, self->cancellable,
                                  write_cb, g_object_ref(self));
}

static void
send_frame(BhLinkSocket *self, BhWebSocketOpcode opcode, const guint8 *data, gsize length)
{
  gsize queued = self->waiting->len + (self->writing != NULL ? self->writing->len : 0);
  guint8 mask[BH_WEB_SOCKET_MASK_BYTES];

  if (length > BH_LINK_SOCKET_MAX_QUEUED_BYTES ||
      queued > BH_LINK_SOCKET_MAX_QUEUED_BYTES - length) {
    end(self, CODE_ABNORMAL, "it does not read what is sent");
    return;
  }
  bh_id_random(mask, sizeof mask);
  bh_web_socket_append_masked(self->waiting, opcode, data, length, mask);
  write_on(self);
}

/* --- reading --- */

static void
on_close_frame(BhLinkSocket *self, const guint8 *data, gsize length)
{
  guint code = length >= 2 ? (guint)data[0] << 8 | data[1] : BH_WEB_SOCKET_CLOSE_NO_CODE;
  g_autofree char *reason = length > 2 ? g_strndup((const char *)data + 2, length - 2) : NULL;

  end(self, code, reason != NULL ? reason : "");
}

static gboolean
on_frame(BhWebSocketOpcode opcode, const guint8 *data, gsize length, gpointer user_data)
{
  BhLinkSocket *self = user_data;
  g_autofree char *text = NULL;

  switch (opcode) {
  case BH_WEB_SOCKET_TEXT:
    text = g_strndup((const char *)data, length);
    g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, text, (gulong)length);
    break;
  case BH_WEB_SOCKET_PING:
    send_frame(self, BH_WEB_SOCKET_PONG, data, length);
    break;
  case BH_WEB_SOCKET_CLOSE:
    on_close_frame(self, data, length);
    break;
  case BH_WEB_SOCKET_PONG:
  case BH_WEB_SOCKET_CONTINUATION:
  case BH_WEB_SOCKET_BINARY:
  default:
    break;
  }
  return self->state == OPEN;
}

static void
take_frames(BhLinkSocket *self, guint8 *data, gsize length)
{
  guint16 code = bh_web_socket_reader_feed(&self->reader, data, length, on_frame, self);

  if (code != 0)
    end(self, CODE_ABNORMAL, "it does not keep to the WebSocket protocol");
}

static void
take_head(BhLinkSocket *self, const guint8 *data, gsize length)
{
  g_autoptr(GByteArray) head = NULL;
  gsize used = 0;

  g_byte_array_append(self->head, data, (guint)length);
  switch (bh_upgrade_read((const char *)self->head->data, self->head->len, self->key, &used)) {
  case BH_UPGRADE_PART:
    return;
  case BH_UPGRADE_BAD:
    end(self, CODE_ABNORMAL, "there is no signaling at this address");
    return;
  case BH_UPGRADE_DONE:
  default:
    break;
  }
  head = g_steal_pointer(&self->head);
  self->state = OPEN;
  g_signal_emit(self, signals[SIGNAL_OPENED], 0);
  if (self->state == OPEN && head->len > used)
    take_frames(self, head->data + used, head->len - used);
}

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhLinkSocket) self = user_data;
  g_autoptr(GError) error = NULL;
  gssize length = g_input_stream_read_finish(G_INPUT_STREAM(source), result, &error);

  if (self->state == CLOSED)
    return;
  if (length <= 0) {
    end(self, CODE_ABNORMAL, length == 0 ? "the connection was closed" : error->message);
    return;
  }
  self->heard_ms = get_now_ms();
  g_clear_handle_id(&self->probe_id, g_source_remove);
  if (self->state == UPGRADING)
    take_head(self, self->buffer, (gsize)length);
  else
    take_frames(self, self->buffer, (gsize)length);
  if (self->state != CLOSED)
    read_on(self);
}

static void
read_on(BhLinkSocket *self)
{
  g_input_stream_read_async(g_io_stream_get_input_stream(self->stream), self->buffer, READ_BYTES,
                            G_PRIORITY_DEFAULT, self->cancellable, read_cb, g_object_ref(self));
}

/* --- connecting --- */

static gboolean
on_check(gpointer user_data)
{
  BhLinkSocket *self = user_data;
  gint64 now_ms = get_now_ms();

  if (self->state == OPEN && now_ms - self->heard_ms >= BH_LINK_SOCKET_SILENT_MS) {
    self->check_id = 0;
    end(self, CODE_ABNORMAL, "it has fallen silent");
    return G_SOURCE_REMOVE;
  }
  if (self->state == OPEN &&
      now_ms - MAX(self->pinged_ms, self->heard_ms) >= BH_LINK_SOCKET_PING_MS) {
    self->pinged_ms = now_ms;
    send_frame(self, BH_WEB_SOCKET_PING, NULL, 0);
  }
  return self->state == CLOSED ? G_SOURCE_REMOVE : G_SOURCE_CONTINUE;
}

static gboolean
on_probe_over(gpointer user_data)
{
  BhLinkSocket *self = user_data;

  self->probe_id = 0;
  end(self, CODE_ABNORMAL, "it has fallen silent");
  return G_SOURCE_REMOVE;
}

/* The system's authorities did not vouch for it; perhaps the one that was given does. */
static gboolean
on_accept_certificate(GTlsConnection *tls, GTlsCertificate *peer, GTlsCertificateFlags problems,
                      BhLinkSocket *self)
{
  g_autoptr(GSocketConnectable) identity = g_network_address_new(g_uri_get_host(self->uri), 443);

  return self->authority != NULL &&
         g_tls_database_verify_chain(self->authority, peer,
                                     G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity, NULL,
                                     G_TLS_DATABASE_VERIFY_NONE, NULL, NULL) == 0;
}

static void
on_event(GSocketClient *client, GSocketClientEvent event, GSocketConnectable *connectable,
         GIOStream *connection, BhLinkSocket *self)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING)
    g_signal_connect_object(connection, "accept-certificate", G_CALLBACK(on_accept_certificate),
                            self, 0);
}

static void
connect_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(BhLinkSocket) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(GSocketConnection) connection =
      g_socket_client_connect_finish(G_SOCKET_CLIENT(source), result, &error);
  g_autofree char *request = NULL;

  if (self->state == CLOSED)
    return;
  if (connection == NULL) {
    end(self, CODE_ABNORMAL, error->message);
    return;
  }
  self->stream = G_IO_STREAM(g_steal_pointer(&connection));
  self->state = UPGRADING;
  self->heard_ms = get_now_ms();
  request = bh_upgrade_make_request(self->uri, self->key);
  g_byte_array_append(self->waiting, (const guint8 *)request, (guint)strlen(request));
  write_on(self);
  read_on(self);
}

static void
start(BhLinkSocket *self)
{
  g_autoptr(GSocketClient) client = g_socket_client_new();
  g_autoptr(GSocketConnectable) address = NULL;
  gboolean secure = g_strcmp0(g_uri_get_scheme(self->uri), "wss") == 0;
  int port = g_uri_get_port(self->uri);

  g_socket_client_set_tls(client, secure);
  g_signal_connect_object(client, "event", G_CALLBACK(on_event), self, 0);
  address = g_network_address_new(g_uri_get_host(self->uri), (guint16)(port > 0 ? port
                                                                       : secure ? 443
                                                                                : 80));
  g_socket_client_connect_async(client, address, self->cancellable, connect_cb, g_object_ref(self));
}

BhLinkSocket *
bh_link_socket_new(const char *url, GTlsDatabase *authority)
{
  BhLinkSocket *self = g_object_new(BH_TYPE_LINK_SOCKET, NULL);
  g_autoptr(GUri) uri = g_uri_parse(url, G_URI_FLAGS_NONE, NULL);

  if (uri == NULL || g_uri_get_host(uri) == NULL) {
    end(self, CODE_ABNORMAL, "this is no address");
    return self;
  }
  self->uri = g_steal_pointer(&uri);
  self->authority = authority != NULL ? g_object_ref(authority) : NULL;
  start(self);
  return self;
}

void
bh_link_socket_send(BhLinkSocket *socket, const char *text, gsize length)
{
  if (socket->state == OPEN)
    send_frame(socket, BH_WEB_SOCKET_TEXT, (const guint8 *)text, length);
}

void
bh_link_socket_probe(BhLinkSocket *socket)
{
  if (socket->state != OPEN || socket->probe_id != 0)
    return;
  socket->probe_id = g_timeout_add(BH_LINK_SOCKET_PROBE_MS, on_probe_over, socket);
  send_frame(socket, BH_WEB_SOCKET_PING, NULL, 0);
}

/* What is queued need not leave: whoever leaves has said so before. */
void
bh_link_socket_close(BhLinkSocket *socket)
{
  socket->is_ours = TRUE;
  end(socket, BH_WEB_SOCKET_CLOSE_NORMAL, "");
  if (socket->stream != NULL && socket->writing == NULL)
    g_io_stream_close_async(socket->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

/* --- life --- */

static void
bh_link_socket_finalize(GObject *object)
{
  BhLinkSocket *self = BH_LINK_SOCKET(object);

  g_clear_handle_id(&self->check_id, g_source_remove);
  g_clear_handle_id(&self->probe_id, g_source_remove);
  bh_web_socket_reader_clear(&self->reader);
  g_clear_pointer(&self->head, g_byte_array_unref);
  g_clear_pointer(&self->waiting, g_byte_array_unref);
  g_clear_pointer(&self->uri, g_uri_unref);
  g_clear_object(&self->authority);
  g_clear_object(&self->stream);
  g_clear_object(&self->cancellable);
  g_free(self->buffer);
  g_free(self->key);
  g_free(self->reason);
  G_OBJECT_CLASS(bh_link_socket_parent_class)->finalize(object);
}

static void
bh_link_socket_class_init(BhLinkSocketClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_link_socket_finalize;

  signals[SIGNAL_OPENED] = g_signal_new("opened", BH_TYPE_LINK_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_MESSAGE] = g_signal_new("message", BH_TYPE_LINK_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 2, G_TYPE_POINTER, G_TYPE_ULONG);
  signals[SIGNAL_CLOSED] = g_signal_new("closed", BH_TYPE_LINK_SOCKET, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
}

static void
bh_link_socket_init(BhLinkSocket *self)
{
  guint8 nonce[16];

  bh_id_random(nonce, sizeof nonce);
  self->key = g_base64_encode(nonce, sizeof nonce);
  self->cancellable = g_cancellable_new();
  self->head = g_byte_array_new();
  self->waiting = g_byte_array_new();
  self->buffer = g_malloc(READ_BYTES);
  bh_web_socket_reader_init_client(&self->reader, BH_LINK_SOCKET_MAX_MESSAGE_BYTES);
  self->check_id = g_timeout_add(CHECK_MS, on_check, self);
}
