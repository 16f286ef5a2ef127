/* SPDX-License-Identifier: Apache-2.0 */
#include "control-client.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <string.h>

/* What the small hub answers, and what it was asked last. */
typedef struct {
  char *folder;
  SoupServer *server;
  guint status;
  const char *type, *body;
  gboolean silent; /* takes the request and says nothing */
  SoupServerMessage *held;
  char *method, *path, *query, *asked, *host;

  BhControlClient *client;
  GCancellable *cancellable;
  gboolean over;
  json_t *answer;
  GError *error;
} Fixture;

static void
handle(SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
       gpointer user_data)
{
  Fixture *fixture = user_data;
  SoupMessageBody *body = soup_server_message_get_request_body(message);
  g_autoptr(GBytes) bytes = soup_message_body_flatten(body);

  fixture->method = g_strdup(soup_server_message_get_method(message));
  fixture->path = g_strdup(path);
  fixture->query = g_strdup(g_uri_get_query(soup_server_message_get_uri(message)));
  fixture->host = g_strdup(
      soup_message_headers_get_one(soup_server_message_get_request_headers(message), "Host"));
  fixture->asked = g_strndup(g_bytes_get_data(bytes, NULL), g_bytes_get_size(bytes));
  if (fixture->silent) {
    soup_server_message_pause(message);
    fixture->held = g_object_ref(message);
    if (fixture->cancellable != NULL)
      g_cancellable_cancel(fixture->cancellable);
    return;
  }
  soup_server_message_set_status(message, fixture->status, NULL);
  if (fixture->body != NULL)
    soup_server_message_set_response(message, fixture->type, SOUP_MEMORY_STATIC, fixture->body,
                                     strlen(fixture->body));
}

static void
set_up(Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp("bellhop-control-XXXXXX", NULL);
  fixture->client = bh_control_client_new(fixture->folder);
  fixture->status = 200;
  fixture->type = "application/json";
}

static void
serve(Fixture *fixture)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  g_autoptr(GError) error = NULL;

  fixture->server = soup_server_new(NULL, NULL);
  soup_server_add_handler(fixture->server, NULL, handle, fixture, NULL);
  soup_server_listen(fixture->server, address, 0, &error);
  g_assert_no_error(error);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);

  g_clear_object(&fixture->held);
  g_clear_object(&fixture->client);
  g_clear_object(&fixture->cancellable);
  g_clear_object(&fixture->server);
  g_clear_pointer(&fixture->answer, json_decref);
  g_clear_error(&fixture->error);
  g_free(fixture->method);
  g_free(fixture->path);
  g_free(fixture->query);
  g_free(fixture->asked);
  g_free(fixture->host);
  g_unlink(path);
  g_rmdir(fixture->folder);
  g_free(fixture->folder);
}

static void
call_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->answer =
      bh_control_client_call_finish(BH_CONTROL_CLIENT(source), result, &fixture->error);
  g_assert_true((fixture->answer == NULL) == (fixture->error != NULL));
  fixture->over = TRUE;
}

static void
call(Fixture *fixture, const char *method, const char *path, const json_t *body)
{
  bh_control_client_call_async(fixture->client, method, path, body, fixture->cancellable, call_cb,
                               fixture);
  g_assert_false(fixture->over); /* never inside the initiating call */
  while (!fixture->over)
    g_main_context_iteration(NULL, TRUE);
}

/* The folder is named to the person, who may have several. */
static void
assert_failed(const Fixture *fixture, BhControlError code, const char *word)
{
  g_assert_error(fixture->error, BH_CONTROL_ERROR, (gint)code);
  g_assert_nonnull(strstr(fixture->error->message, word));
}

static void
test_asks_and_hears(Fixture *fixture, gconstpointer data)
{
  g_autoptr(json_t) body = json_pack("{s:s}", "role", "staff");

  serve(fixture);
  fixture->status = 201;
  fixture->body = "{\"linkId\":\"x\"}";
  call(fixture, "POST", "/api/v1/pair/links?a=b", body);
  g_assert_no_error(fixture->error);
  g_assert_cmpstr(json_string_value(json_object_get(fixture->answer, "linkId")), ==, "x");
  g_assert_cmpstr(fixture->method, ==, "POST");
  g_assert_cmpstr(fixture->path, ==, "/api/v1/pair/links");
  g_assert_cmpstr(fixture->query, ==, "a=b");
  g_assert_cmpstr(fixture->asked, ==, "{\"role\":\"staff\"}");
  g_assert_cmpstr(fixture->host, ==, "localhost");
}

static void
test_no_body_is_an_empty_answer(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->status = 204;
  call(fixture, "GET", "/x", NULL);
  g_assert_no_error(fixture->error);
  g_assert_cmpuint(json_object_size(fixture->answer), ==, 0);
  g_assert_cmpstr(fixture->asked, ==, "");
}

static void
test_no_hub(Fixture *fixture, gconstpointer data)
{
  call(fixture, "GET", "/x", NULL);
  assert_failed(fixture, BH_CONTROL_ERROR_NO_HUB, fixture->folder);
  g_assert_cmpstr(bh_control_error_get_code(fixture->error), ==, "");
}

/* A hub that was killed leaves its socket behind. */
static void
test_left_socket(Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename(fixture->folder, BH_CONTROL_SOCKET_NAME, NULL);
  g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
  g_autoptr(GSocket) socket =
      g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true(g_socket_bind(socket, address, FALSE, NULL));
  g_assert_true(g_socket_close(socket, NULL));
  call(fixture, "GET", "/x", NULL);
  assert_failed(fixture, BH_CONTROL_ERROR_NO_HUB, fixture->folder);
}

static void
test_path_too_long(Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_strnfill(120, 'n');

  g_object_unref(fixture->client);
  fixture->client = bh_control_client_new(name);
  call(fixture, "GET", "/x", NULL);
  assert_failed(fixture, BH_CONTROL_ERROR_FAILED, name);
}

static void
test_silent_hub(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->silent = TRUE;
  bh_control_client_set_timeout_ms(fixture->client, 50);
  call(fixture, "GET", "/x", NULL);
  assert_failed(fixture, BH_CONTROL_ERROR_SILENT, fixture->folder);
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->silent = TRUE;
  fixture->cancellable = g_cancellable_new();
  call(fixture, "GET", "/x", NULL);
  g_assert_nonnull(fixture->held);
  g_assert_error(fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancelled_before(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->cancellable = g_cancellable_new();
  g_cancellable_cancel(fixture->cancellable);
  call(fixture, "GET", "/x", NULL);
  g_assert_null(fixture->path);
  g_assert_error(fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* The client may be let go of at once; the call goes on. */
static void
test_outlives_its_owner(Fixture *fixture, gconstpointer data)
{
  serve(fixture);
  fixture->body = "{}";
  bh_control_client_call_async(fixture->client, "GET", "/x", NULL, NULL, call_cb, fixture);
  g_clear_object(&fixture->client);
  while (!fixture->over)
    g_main_context_iteration(NULL, TRUE);
  g_assert_no_error(fixture->error);
}

typedef struct {
  guint status;
  const char *body;
  BhControlError error;
  const char *code, *word;
} Refusal;

static void
test_refused(Fixture *fixture, gconstpointer data)
{
  const Refusal *refusal = data;

  serve(fixture);
  fixture->status = refusal->status;
  fixture->type = "application/problem+json";
  fixture->body = refusal->body;
  call(fixture, "POST", "/x", NULL);
  assert_failed(fixture, refusal->error, refusal->word);
  g_assert_cmpstr(bh_control_error_get_code(fixture->error), ==, refusal->code);
}

static const Refusal refusals[] = {
    {409, "{\"code\":\"last-manager\",\"title\":\"No.\",\"detail\":\"The last manager stays.\"}",
     BH_CONTROL_ERROR_REFUSED, "last-manager", "The last manager stays."},
    {404, "{\"code\":\"unknown\",\"title\":\"Nobody.\"}", BH_CONTROL_ERROR_REFUSED, "unknown",
     "Nobody."},
    {403, "{\"code\":\"forbidden\"}", BH_CONTROL_ERROR_REFUSED, "forbidden", "forbidden"},
    {500, "<html>", BH_CONTROL_ERROR_REFUSED, "", "500"},
    {429, NULL, BH_CONTROL_ERROR_REFUSED, "", "429"},
    {400, "{\"code\":7,\"detail\":[]}", BH_CONTROL_ERROR_REFUSED, "", "400"},
    {200, "<html>", BH_CONTROL_ERROR_GARBLED, "", "version"},
    {200, "\"1\"", BH_CONTROL_ERROR_GARBLED, "", "version"},
};

/* A copy of an error carries the code along, as every copy in a GTask needs. */
static void
test_error_is_copied(Fixture *fixture, gconstpointer data)
{
  g_autoptr(GError) copy = NULL;

  serve(fixture);
  fixture->status = 409;
  fixture->body = "{\"code\":\"link-used\"}";
  call(fixture, "POST", "/x", NULL);
  copy = g_error_copy(fixture->error);
  g_assert_cmpstr(bh_control_error_get_code(copy), ==, "link-used");
}

static void
add(const char *name, void (*test)(Fixture *fixture, gconstpointer data), gconstpointer data)
{
  g_autofree char *path = g_strconcat("/control-client/", name, NULL);

  g_test_add(path, Fixture, data, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
  /* No proxy of the environment has a say; this one would be asked in vain. */
  g_setenv("http_proxy", "http://127.0.0.1:1", TRUE);
  g_test_init(&argc, &argv, NULL);
  add("asks-and-hears", test_asks_and_hears, NULL);
  add("no-body-is-an-empty-answer", test_no_body_is_an_empty_answer, NULL);
  add("no-hub", test_no_hub, NULL);
  add("left-socket", test_left_socket, NULL);
  add("path-too-long", test_path_too_long, NULL);
  add("silent-hub", test_silent_hub, NULL);
  add("cancelled", test_cancelled, NULL);
  add("cancelled-before", test_cancelled_before, NULL);
  add("outlives-its-owner", test_outlives_its_owner, NULL);
  add("error-is-copied", test_error_is_copied, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    g_autofree char *name = g_strdup_printf("refused/%" G_GSIZE_FORMAT, i);

    add(name, test_refused, &refusals[i]);
  }
  return g_test_run();
}
