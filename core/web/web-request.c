/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-web"

#include "web-request-private.h"

#include <string.h>

#include "web-headers.h"

struct _BhWebRequest {
  SoupServerMessage *message;
  char *path;
  BhRemote *remote;
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
bh_web_request_new(SoupServerMessage *message, const char *path, GHashTable *query,
                   BhRemote *remote)
{
  BhWebRequest *request = g_new0(BhWebRequest, 1);

  request->message = g_object_ref(message);
  request->path = g_strdup(path);
  request->remote = remote;
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
  g_free(request->path);
  bh_remote_free(request->remote);
  g_free(request);
}

const char *
bh_web_request_get_method(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  return soup_server_message_get_method(request->message);
}

const char *
bh_web_request_get_path(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  return request->path;
}

const BhRemote *
bh_web_request_get_remote(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  return request->remote;
}

const char *
bh_web_request_get_bearer(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  /* Of two headers neither counts: their list is no token. */
  return bh_web_headers_find_bearer(soup_message_headers_get_list(
      soup_server_message_get_request_headers(request->message), "Authorization"));
}

const char *
bh_web_request_get_origin(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  return soup_message_headers_get_one(soup_server_message_get_request_headers(request->message),
                                      "Origin");
}

gboolean
bh_web_request_knows(BhWebRequest *request, const char *etag)
{
  SoupMessageHeaders *headers;
  const char *text;
  GSList *tags;
  gboolean is_known = FALSE;

  g_return_val_if_fail(request != NULL && etag != NULL, FALSE);

  headers = soup_server_message_get_request_headers(request->message);
  text = soup_message_headers_get_list(headers, "If-None-Match");
  tags = text != NULL ? soup_header_parse_list(text) : NULL;
  for (GSList *l = tags; l != NULL; l = l->next) {
    const char *tag = l->data;

    /* Weak comparison: both are the same in meaning. */
    is_known |= g_str_equal(g_str_has_prefix(tag, "W/") ? tag + 2 : tag, etag);
  }
  soup_header_free_list(tags);
  return is_known;
}

gboolean
bh_web_request_has_body(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, FALSE);

  return soup_server_message_get_request_body(request->message)->length > 0;
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

GHashTable *
bh_web_request_get_query_table(BhWebRequest *request)
{
  g_return_val_if_fail(request != NULL, NULL);

  return request->query;
}

const char *
bh_web_request_get_query(BhWebRequest *request, const char *name)
{
  g_return_val_if_fail(request != NULL, NULL);

  return request->query != NULL ? g_hash_table_lookup(request->query, name) : NULL;
}

void
bh_web_request_set_header(BhWebRequest *request, const char *name, const char *value)
{
  g_return_if_fail(request != NULL);

  if (!request->gone)
    soup_message_headers_replace(soup_server_message_get_response_headers(request->message), name,
                                 value);
}

/* What is answered here is of the moment, where the handler has said nothing else. */
static void
respond_take(SoupServerMessage *message, guint status, const char *content_type, char *text)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers(message);

  soup_server_message_set_status(message, status, NULL);
  if (soup_message_headers_get_one(headers, "Cache-Control") == NULL)
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

void
bh_web_request_respond_bytes(BhWebRequest *request, guint status, const char *content_type,
                             GBytes *bytes)
{
  g_return_if_fail(request != NULL);

  if (!request->gone) {
    SoupMessageHeaders *headers = soup_server_message_get_response_headers(request->message);

    soup_server_message_set_status(request->message, status, NULL);
    if (soup_message_headers_get_one(headers, "Cache-Control") == NULL)
      soup_message_headers_replace(headers, "Cache-Control", "no-store");
    if (bytes != NULL) {
      soup_message_headers_set_content_type(headers, content_type, NULL);
      soup_message_body_append_bytes(soup_server_message_get_response_body(request->message),
                                     bytes);
    }
  }
  finish(request);
}
