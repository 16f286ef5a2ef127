/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-control"

#include "control-client.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n.h>
#include <libsoup/soup.h>
#include <string.h>

/*
 * Every call has a cancellable of its own, which the caller's and the clock's both trigger: libsoup
 * has a limit for a silent socket only, in seconds, and none for a whole exchange.
 */

/* Longest path that a socket's address holds, beside its NUL: sun_path of Linux and Windows. */
#define MAX_PATH_BYTES 107

#define MAX_CODE_BYTES   64
#define MAX_DETAIL_BYTES 4096

struct _BhControlClient {
  GObject parent_instance;

  char *state_folder;
  SoupSession *session; /* (nullable): the folder's path is too long for a socket */
  guint timeout_ms;
};

G_DEFINE_FINAL_TYPE(BhControlClient, bh_control_client, G_TYPE_OBJECT)

/* --- errors --- */

typedef struct {
  char *code;
} BhControlErrorPrivate;

static void
bh_control_error_private_init(BhControlErrorPrivate *priv)
{
  priv->code = g_strdup("");
}

static void
bh_control_error_private_copy(const BhControlErrorPrivate *from, BhControlErrorPrivate *to)
{
  g_free(to->code);
  to->code = g_strdup(from->code);
}

static void
bh_control_error_private_clear(BhControlErrorPrivate *priv)
{
  g_free(priv->code);
}

/* The macro reaches what GLib put before the error by a pointer to bytes; GLib aligned it. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wcast-align"
G_DEFINE_EXTENDED_ERROR(BhControlError, bh_control_error)
#pragma GCC diagnostic pop

const char *
bh_control_error_get_code(const GError *error)
{
  BhControlErrorPrivate *priv;

  g_return_val_if_fail(error->domain == BH_CONTROL_ERROR, "");

  priv = bh_control_error_get_private(error);
  return priv->code;
}

/* --- one call --- */

typedef struct {
  GCancellable *cancellable; /* of the exchange */
  GCancellable *outer;       /* (nullable): the caller's */
  gulong outer_handler;
  GSource *clock;
  gboolean late;
  SoupMessage *message;
} Call;

static void
call_free(gpointer data)
{
  Call *call = data;

  /* Not g_cancellable_disconnect(), which waits for a cancelling that may be what led here. */
  if (call->outer_handler != 0)
    g_signal_handler_disconnect(call->outer, call->outer_handler);
  g_source_destroy(call->clock);
  g_source_unref(call->clock);
  g_clear_object(&call->outer);
  g_clear_object(&call->cancellable);
  g_clear_object(&call->message);
  g_free(call);
}

static gboolean
on_late(gpointer user_data)
{
  Call *call = user_data;

  call->late = TRUE;
  g_cancellable_cancel(call->cancellable);
  return G_SOURCE_REMOVE;
}

static void
on_outer_cancelled(GCancellable *outer, gpointer cancellable)
{
  g_cancellable_cancel(cancellable);
}

static Call *
call_new(SoupMessage *message, guint timeout_ms, GCancellable *outer)
{
  Call *call = g_new0(Call, 1);

  call->message = message;
  call->cancellable = g_cancellable_new();
  call->clock = g_timeout_source_new(timeout_ms);
  g_source_set_static_name(call->clock, "bellhop-control-timeout");
  g_source_set_callback(call->clock, on_late, call, NULL);
  g_source_attach(call->clock, g_main_context_get_thread_default());
  if (outer != NULL) {
    call->outer = g_object_ref(outer);
    call->outer_handler = g_cancellable_connect(outer, G_CALLBACK(on_outer_cancelled),
                                                g_object_ref(call->cancellable), g_object_unref);
  }
  return call;
}

static GError *
transport_error(BhControlClient *self, const Call *call, const GError *problem)
{
  if (call->late)
    return g_error_new(BH_CONTROL_ERROR, BH_CONTROL_ERROR_SILENT,
                       _("The hub on %s does not answer. Look at what it says, or start it again."),
                       self->state_folder);
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy(problem);
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) ||
      g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_error_new(BH_CONTROL_ERROR, BH_CONTROL_ERROR_NO_HUB,
                       _("No hub runs on %s. Start it first, or name its folder with --state."),
                       self->state_folder);
  if (g_error_matches(problem, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    return g_error_new(BH_CONTROL_ERROR, BH_CONTROL_ERROR_DENIED,
                       _("The hub on %s belongs to another user of this computer."),
                       self->state_folder);
  return g_error_new(BH_CONTROL_ERROR, BH_CONTROL_ERROR_FAILED,
                     _("The hub on %s cannot be asked: %s"), self->state_folder, problem->message);
}

/* RFC 9457: `detail` is for this occurrence, `title` for its kind. */
static GError *
refusal(guint status, const json_t *problem)
{
  const char *words = bh_json_get_text(problem, "detail", MAX_DETAIL_BYTES, NULL);
  const char *code = bh_json_get_text(problem, "code", MAX_CODE_BYTES, NULL);
  BhControlErrorPrivate *priv;
  GError *error;

  if (words == NULL)
    words = bh_json_get_text(problem, "title", MAX_DETAIL_BYTES, NULL);
  if (words != NULL)
    error = g_error_new_literal(BH_CONTROL_ERROR, BH_CONTROL_ERROR_REFUSED, words);
  else
    error = g_error_new(BH_CONTROL_ERROR, BH_CONTROL_ERROR_REFUSED,
                        _("The hub says no, and not why (%s, status %u)."),
                        code != NULL ? code : "-", status);
  if (code != NULL) {
    priv = bh_control_error_get_private(error);
    g_free(priv->code);
    priv->code = g_strdup(code);
  }
  return error;
}

static void
free_json(gpointer value)
{
  json_decref(value);
}

static void
answer_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr(GTask) task = user_data;
  BhControlClient *self = g_task_get_source_object(task);
  Call *call = g_task_get_task_data(task);
  g_autoptr(GError) problem = NULL;
  g_autoptr(GBytes) bytes =
      soup_session_send_and_read_finish(SOUP_SESSION(source), result, &problem);
  guint status = soup_message_get_status(call->message);
  g_autoptr(json_t) body = NULL;
  gsize length;
  const char *text;

  if (bytes == NULL) {
    g_task_return_error(task, transport_error(self, call, problem));
    return;
  }
  text = g_bytes_get_data(bytes, &length);
  body = length == 0 ? json_object() : bh_json_parse(text, length, NULL);
  if (!SOUP_STATUS_IS_SUCCESSFUL(status))
    g_task_return_error(task, refusal(status, body));
  else if (!json_is_object(body) && !json_is_array(body))
    g_task_return_new_error(task, BH_CONTROL_ERROR, BH_CONTROL_ERROR_GARBLED,
                            _("The hub on %s answers in a way that is not understood here. Is it "
                              "of another version?"),
                            self->state_folder);
  else
    g_task_return_pointer(task, g_steal_pointer(&body), free_json);
}

void
bh_control_client_call_async(BhControlClient *client, const char *method, const char *path,
                             const json_t *body, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new(client, NULL, callback, user_data);
  /* The name is what a hub takes for its own; where the bytes go the session's socket says. */
  g_autofree char *uri = g_strconcat("http://localhost", path, NULL);
  SoupMessage *message = soup_message_new(method, uri);
  Call *call;

  g_return_if_fail(message != NULL);

  if (client->session == NULL) {
    g_object_unref(message);
    g_task_return_new_error(
        task, BH_CONTROL_ERROR, BH_CONTROL_ERROR_FAILED,
        _("The path %s is too long for the hub's socket in it; use a folder with a shorter one."),
        client->state_folder);
    g_object_unref(task);
    return;
  }
  if (body != NULL) {
    g_autoptr(GBytes) bytes = bh_json_to_bytes(body);

    soup_message_set_request_body_from_bytes(message, "application/json", bytes);
  }
  call = call_new(message, client->timeout_ms, cancellable);
  g_task_set_task_data(task, call, call_free);
  soup_session_send_and_read_async(client->session, message, G_PRIORITY_DEFAULT, call->cancellable,
                                   answer_cb, task);
}

json_t *
bh_control_client_call_finish(BhControlClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

/* --- life --- */

static void
bh_control_client_finalize(GObject *object)
{
  BhControlClient *self = BH_CONTROL_CLIENT(object);

  g_clear_object(&self->session);
  g_free(self->state_folder);
  G_OBJECT_CLASS(bh_control_client_parent_class)->finalize(object);
}

static void
bh_control_client_class_init(BhControlClientClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_control_client_finalize;
}

static void
bh_control_client_init(BhControlClient *self)
{
  self->timeout_ms = BH_CONTROL_TIMEOUT_MS;
}

void
bh_control_client_set_timeout_ms(BhControlClient *client, guint timeout_ms)
{
  client->timeout_ms = timeout_ms;
}

BhControlClient *
bh_control_client_new(const char *state_folder)
{
  BhControlClient *self = g_object_new(BH_TYPE_CONTROL_CLIENT, NULL);
  g_autofree char *path = g_build_filename(state_folder, BH_CONTROL_SOCKET_NAME, NULL);
  g_autoptr(GSocketAddress) address = NULL;

  self->state_folder = g_strdup(state_folder);
  if (strlen(path) > MAX_PATH_BYTES)
    return self;
  address = g_unix_socket_address_new(path);
  self->session = g_object_new(SOUP_TYPE_SESSION, "remote-connectable", address, NULL);
  /* What the person's environment says about proxies is not about this socket. */
  soup_session_set_proxy_resolver(self->session, NULL);
  return self;
}
