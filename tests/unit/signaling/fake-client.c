/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-client.h"

#include <string.h>

/* Longest wait for anything here; never reached where things work. */
#define LIMIT_MS 10000

static void transport_iface_init(BhSignalingTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeClient, fake_client, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_SIGNALING_TRANSPORT,
                                                    transport_iface_init))

static void
fake_client_send(BhSignalingTransport *transport, GBytes *text)
{
  FakeClient *self = FAKE_CLIENT(transport);
  g_autoptr(GError) error = NULL;
  gsize length;
  const char *bytes = g_bytes_get_data(text, &length);
  json_t *value;

  g_assert_cmpuint(self->close_code, ==, 0);
  if (self->is_stuck) {
    self->queued_bytes += length;
    return;
  }
  /* Strict: whatever the server puts together must be JSON without a member twice. */
  value = bh_json_parse(bytes, length, &error);
  g_assert_no_error(error);
  g_queue_push_tail(&self->inbox, value);
}

static gsize
fake_client_get_queued_bytes(BhSignalingTransport *transport)
{
  return FAKE_CLIENT(transport)->queued_bytes;
}

static void
fake_client_close(BhSignalingTransport *transport, guint16 code, const char *reason)
{
  FakeClient *self = FAKE_CLIENT(transport);

  if (self->close_code != 0)
    return;
  g_assert_cmpuint(strlen(reason), <=, 123);
  self->close_code = code;
  self->close_reason = g_strdup(reason);
}

static void
transport_iface_init(BhSignalingTransportInterface *iface)
{
  iface->send = fake_client_send;
  iface->get_queued_bytes = fake_client_get_queued_bytes;
  iface->close = fake_client_close;
}

static void
fake_client_finalize(GObject *object)
{
  FakeClient *self = FAKE_CLIENT(object);

  fake_client_forget(self);
  g_free(self->close_reason);
  G_OBJECT_CLASS(fake_client_parent_class)->finalize(object);
}

static void
fake_client_class_init(FakeClientClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = fake_client_finalize;
}

static void
fake_client_init(FakeClient *self)
{
  g_queue_init(&self->inbox);
}

BhSignalingServer *
fake_server_new(const char *tenant_id, gboolean open, BhLimit limit, guint64 value)
{
  const BhSignalingConfig config = {.tenant_id = tenant_id,
                                    .open = open,
                                    .id = "server-1",
                                    .name = "Caf\xc3\xa9 \"Sol\"",
                                    .version = "1.2.3"};
  BhLimitSet limits;

  bh_limit_set_init(&limits);
  if (value != 0 || limit == BH_LIMIT_RESUME_SECONDS)
    bh_limit_set_put(&limits, limit, value);
  return bh_signaling_server_new(&config, &limits);
}

FakeClient *
fake_client_new(BhSignalingServer *server, const char *tenant_hint)
{
  FakeClient *client = g_object_new(FAKE_TYPE_CLIENT, NULL);

  client->session =
      bh_signaling_server_accept(server, BH_SIGNALING_TRANSPORT(client), tenant_hint, NULL);
  return client;
}

FakeClient *
fake_client_new_from(BhSignalingServer *server, const BhRemote *remote)
{
  FakeClient *client = g_object_new(FAKE_TYPE_CLIENT, NULL);

  client->session =
      bh_signaling_server_accept(server, BH_SIGNALING_TRANSPORT(client), "hotel", remote);
  return client;
}

FakeClient *
fake_hub_new(BhSignalingServer *server, const char *peer_id)
{
  FakeClient *client = g_object_new(FAKE_TYPE_CLIENT, NULL);

  client->session = bh_signaling_server_add_hub(server, BH_SIGNALING_TRANSPORT(client), peer_id);
  return client;
}

FakeClient *
fake_client_join(BhSignalingServer *server, const char *peer_id, const char *more)
{
  FakeClient *client = fake_client_new(server, "hotel");

  fake_client_say_format(client, "{\"type\":\"join\",\"peerId\":\"%s\"%s%s}", peer_id,
                         more != NULL ? "," : "", more != NULL ? more : "");
  return client;
}

void
fake_client_say(FakeClient *client, const char *text)
{
  /* An exact copy, so that a sanitizer sees a read past the end. */
  gsize length = strlen(text);
  g_autofree char *copy = g_memdup2(text, length);

  bh_signaling_session_receive(client->session, copy, length);
}

void
fake_client_say_format(FakeClient *client, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start(args, format);
  text = g_strdup_vprintf(format, args);
  va_end(args);
  fake_client_say(client, text);
}

json_t *
fake_client_take(FakeClient *client)
{
  return g_queue_pop_head(&client->inbox);
}

json_t *
fake_client_expect(FakeClient *client, const char *type)
{
  json_t *value = fake_client_take(client);

  g_assert_nonnull(value);
  g_assert_cmpstr(fake_get(value, "type"), ==, type);
  return value;
}

void
fake_client_expect_error(FakeClient *client, const char *code, const char *in_reply_to)
{
  g_autoptr(json_t) value = fake_client_expect(client, "error");

  g_assert_cmpstr(fake_get(value, "code"), ==, code);
  g_assert_cmpstr(fake_get(value, "inReplyTo"), ==, in_reply_to);
  g_assert_nonnull(fake_get(value, "message"));
}

static gboolean
on_limit(gpointer user_data)
{
  g_error("waited too long");
  return G_SOURCE_REMOVE;
}

json_t *
fake_client_wait(FakeClient *client, const char *type)
{
  guint limit_id = g_timeout_add(LIMIT_MS, on_limit, NULL);

  while (client->inbox.length == 0)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(limit_id);
  return fake_client_expect(client, type);
}

void
fake_client_expect_nothing(FakeClient *client)
{
  g_assert_cmpuint(client->inbox.length, ==, 0);
}

void
fake_client_forget(FakeClient *client)
{
  g_queue_clear_full(&client->inbox, (GDestroyNotify)json_decref);
}

void
fake_client_end(FakeClient *client)
{
  bh_signaling_session_end(client->session);
  g_assert_finalize_object(client);
}

void
fake_server_end(BhSignalingServer *server)
{
  g_assert_finalize_object(server);
}

const char *
fake_get(const json_t *value, const char *name)
{
  return json_string_value(json_object_get(value, name));
}
