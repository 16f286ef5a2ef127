/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-request-private.h"

#include <string.h>

struct _BhWebRequest {
  SoupServerMessage *message;
  GHashTable *query; /* (nullable) */
  gboolean gone;     /* the client has hung up: the answer is for nobody */
};

static void
on_finished(SoupServerMessage *message, gpointer user_data)
{
  BhWebRequest *request = user_data;

  request->gone = TRUE;
}

BhWebRequest *
bh_web_request_new(SoupServerMessage *message, GHashTable *query)
{
  BhWebRequest *request = g_new0(BhWebRequest, 1);

  request->message = g_object_ref(message);
  request->query = query != NULL ? g_hash_table_ref(query) : NULL;
  g_signal_connect(message, "finished", G_CALLBACK(on_finished), request);
  soup_server_message_pause(message);
  return request;
}

/* The answer is set: let it go. */
static void
finish(BhWebRequest *request)
{
  g_signal_handlers_disconnect_by_data(request->message, request);
  if (!request->gone)
    soup_server_message_unpause(request->message);
  g_object_unref(request->message);
  g_clear_pointer(&request->query, g_hash_table_unref);
  g_free(request);
}

json_t *
bh_web_request_get_json(BhWebRequest *request, GError **error)
{
  SoupMessageBody *body;
  g_autoptr(GBytes) bytes = NULL;
  gsize length;
  const char *text;

  g_return_val_if_fail(request != NULL, NULL);

  body = soup_server_message_get_request_body(request->message);
  bytes = soup_message_body_flatten(body);
  text = g_bytes_get_data(bytes, &length);
  return bh_json_parse(text, length, error);
}

const char *
bh_web_request_get_query(BhWebRequest *request, const char *name)
{
  g_return_val_if_fail(request != NULL, NULL);

  return request->query != NULL ? g_hash_table_lookup(request->query, name) : NULL;
}

static void
respond_take(SoupServerMessage *message, guint status, const char *content_type, char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);

  soup_server_message_set_status(message, status, NULL);
  soup_message_headers_replace(headers, "Cache-Control", "no-store");
  soup_server_message_set_response(message, content_type, SOUP_MEMORY_TAKE, text, strlen(text));
}

void
bh_web_respond_text(SoupServerMessage *message, guint status, const char *content_type,
                    const char *text)
{
  respond_take(message, status, content_type, g_strdup(text));
}

void
bh_web_respond_problem(SoupServerMessage *message, guint status, const char *code,
                       const char *detail)
{
  g_autoptr(json_t) value = json_object();

  json_object_set_new(value, "title", json_string(soup_status_get_phrase(status)));
  json_object_set_new(value, "status", json_integer(status));
  json_object_set_new(value, "code", json_string(code));
  if (detail != NULL)
    json_object_set_new(value, "detail", json_string(detail));
  respond_take(message, status, "application/problem+json", bh_json_to_text(value));
}

void
bh_web_request_respond_json(BhWebRequest *request, guint status, const json_t *value)
{
  g_return_if_fail(request != NULL);

  if (!request->gone)
    respond_take(request->message, status, "application/json", bh_json_to_text(value));
  finish(request);
}

void
bh_web_request_respond_text(BhWebRequest *request, guint status, const char *content_type,
                            const char *text)
{
  g_return_if_fail(request != NULL);

  if (!request->gone)
    bh_web_respond_text(request->message, status, content_type, text);
  finish(request);
}

void
bh_web_request_respond_problem(BhWebRequest *request, guint status, const char *code,
                               const char *detail)
{
  g_return_if_fail(request != NULL);

  if (!request->gone)
    bh_web_respond_problem(request->message, status, code, detail);
  finish(request);
}
