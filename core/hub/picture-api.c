/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "picture-api.h"

#include <string.h>

#include "base64.h"

#define FOLDER         "/pictures/"
#define MAX_TYPE_BYTES 32
/* Four characters for three bytes. */
#define MAX_DATA_BYTES ((gsize)4 * ((BH_PICTURE_MAX_BYTES + 2) / 3))

/* A year, which is as long as RFC 9111 says "for good"; immutable: RFC 8246. */
#define CACHE_CONTROL "public, max-age=31536000, immutable"

/* --- what the menu shows --- */

static void
note_picture(const char *name, BhRecord *record, gpointer used)
{
  const char *path = json_string_value(bh_record_get_register(record, "picture"));

  if (path != NULL && g_str_has_prefix(path, FOLDER) &&
      !json_is_true(bh_record_get_register(record, "removed")))
    g_hash_table_add(used, g_strdup(path + strlen(FOLDER)));
}

static GHashTable *
list_used(gpointer user_data)
{
  const BhHubState *state = user_data;
  GHashTable *used = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  bh_property_visit_records(state->property, "item/", note_picture, used);
  return used;
}

/* --- in --- */

static const struct {
  BhPictureError code;
  guint status;
  const char *name;
} refusals[] = {
    {BH_PICTURE_ERROR_TYPE, 415, "bad-picture"},
    {BH_PICTURE_ERROR_TOO_LARGE, 413, "too-large"},
    {BH_PICTURE_ERROR_FULL, 409, "no-room"},
};

static void
add_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  BhApiCall *call = user_data;
  g_autoptr(GError) error = NULL;
  g_autofree char *picture_id = bh_picture_book_add_finish(BH_PICTURE_BOOK(source), result, &error);
  g_autofree char *path = NULL;

  if (picture_id != NULL) {
    path = g_strconcat(FOLDER, picture_id, NULL);
    bh_api_call_respond(call, 201, json_pack("{s:s}", "picture", path));
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
    if (g_error_matches(error, BH_PICTURE_ERROR, (gint)refusals[i].code)) {
      bh_api_call_fail(call, refusals[i].status, refusals[i].name, error->message);
      return;
    }
  }
  bh_api_call_fail(call, 503, "not-stored", error->message);
}

static void
on_new_picture(BhApiCall *call, gpointer user_data)
{
  BhHubState *state = user_data;
  const json_t *data = json_object_get(bh_api_call_get_body(call), "data");
  const char *type = bh_api_call_get_text(call, "type", MAX_TYPE_BYTES);
  g_autoptr(GBytes) content = NULL;

  if (type == NULL)
    return;
  if (json_string_length(data) > MAX_DATA_BYTES) {
    bh_api_call_fail(call, 413, "too-large", "A picture has at most 256 KiB.");
    return;
  }
  content = bh_base64_decode(json_string_value(data), json_string_length(data));
  if (content == NULL)
    bh_api_call_fail(call, 400, "bad-request", "“data” must be base64 (RFC 4648, with padding).");
  else
    bh_picture_book_add_async(state->pictures, type, content, g_get_real_time() / 1000, add_cb,
                              call);
}

void
bh_picture_api_add(BhApi *api, BhHubState *state)
{
  bh_picture_book_set_usage(state->pictures, list_used, state);
  bh_api_add(api, "POST", "/api/v1/pictures", BH_ACTION_ARRANGE, on_new_picture, state);
}

/* --- out --- */

typedef struct {
  BhWebRequest *request;
  const char *type; /* static */
  char *etag;
} Showing;

static void
read_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Showing *showing = user_data;
  g_autofree char *etag = showing->etag;
  g_autoptr(GError) error = NULL;
  g_autoptr(GBytes) content = bh_picture_book_read_finish(BH_PICTURE_BOOK(source), result, &error);

  if (content != NULL) {
    bh_web_request_set_header(showing->request, "ETag", etag);
    bh_web_request_set_header(showing->request, "Cache-Control", CACHE_CONTROL);
    bh_web_request_respond_bytes(showing->request, 200, showing->type, content);
  } else if (g_error_matches(error, BH_PICTURE_ERROR, BH_PICTURE_ERROR_UNKNOWN)) {
    bh_web_request_respond_problem(showing->request, 404, "unknown-picture", error->message);
  } else {
    bh_web_request_set_header(showing->request, "Retry-After", "5");
    bh_web_request_respond_problem(showing->request, 503, "not-read", error->message);
  }
}

static void
on_picture(BhWebRequest *request, gpointer user_data)
{
  BhPictureBook *book = user_data;
  const char *picture_id = bh_web_request_get_path(request) + strlen(FOLDER);
  const char *type = bh_picture_book_get_type_of(book, picture_id);
  g_autofree char *etag = g_strdup_printf("\"%s\"", picture_id);
  Showing *showing;

  if (type == NULL) {
    bh_web_request_respond_problem(request, 404, "unknown-picture", "There is no such picture.");
    return;
  }
  if (bh_web_request_knows(request, etag)) {
    bh_web_request_set_header(request, "ETag", etag);
    bh_web_request_set_header(request, "Cache-Control", CACHE_CONTROL);
    bh_web_request_respond_bytes(request, 304, NULL, NULL);
    return;
  }
  showing = g_new0(Showing, 1);
  *showing = (Showing){.request = request, .type = type, .etag = g_steal_pointer(&etag)};
  bh_picture_book_read_async(book, picture_id, read_cb, showing);
}

void
bh_picture_api_mount(BhWebServer *web, BhPictureBook *book)
{
  bh_web_server_mount(web, "GET", FOLDER, on_picture, book);
}
