/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "chunks.h"

#include <string.h>

#include "id.h"

#define MAX_ID_BYTES 64
/* A part of one byte is the smallest that still moves on. */
#define MAX_COUNT BH_CHUNKS_MAX_BYTES
/* What a part's envelope takes at most, beside its data. */
#define ENVELOPE_BYTES 256
/* JSON writes one byte of text as six at worst ("\u0001"). */
#define MAX_ESCAPE 6

typedef struct {
  gconstpointer way; /* only compared */
  char *id;
  gint64 count;
  gint64 next;
  GString *text;
} Assembly;

struct _BhChunks {
  GQueue assemblies; /* Assembly, oldest first */
  gsize total_bytes, max_bytes;
};

G_DEFINE_QUARK(bh_chunks_error_quark, bh_chunks_error)

const char *
bh_chunks_get_error_code(const GError *error)
{
  return g_error_matches(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_TOO_LARGE) ? "too-large"
                                                                            : "bad-message";
}

BhChunks *
bh_chunks_new(gsize max_bytes)
{
  BhChunks *chunks = g_new0(BhChunks, 1);

  chunks->max_bytes = max_bytes;
  return chunks;
}

static void
assembly_drop(BhChunks *self, Assembly *assembly)
{
  g_queue_remove(&self->assemblies, assembly);
  self->total_bytes -= assembly->text->len;
  g_string_free(assembly->text, TRUE);
  g_free(assembly->id);
  g_free(assembly);
}

void
bh_chunks_free(BhChunks *chunks)
{
  while (!g_queue_is_empty(&chunks->assemblies))
    assembly_drop(chunks, g_queue_peek_head(&chunks->assemblies));
  g_free(chunks);
}

static Assembly *
assembly_find(BhChunks *self, gconstpointer way, const char *id)
{
  for (GList *l = self->assemblies.head; l != NULL; l = l->next) {
    Assembly *assembly = l->data;

    if (assembly->way == way && g_str_equal(assembly->id, id))
      return assembly;
  }
  return NULL;
}

static Assembly *
assembly_begin(BhChunks *self, gconstpointer way, const char *id, gint64 count)
{
  Assembly *assembly = g_new0(Assembly, 1);

  if (g_queue_get_length(&self->assemblies) >= BH_CHUNKS_MAX_OPEN)
    assembly_drop(self, g_queue_peek_head(&self->assemblies));
  assembly->way = way;
  assembly->id = g_strdup(id);
  assembly->count = count;
  assembly->text = g_string_new(NULL);
  g_queue_push_tail(&self->assemblies, assembly);
  return assembly;
}

gboolean
bh_chunks_add(BhChunks *chunks, gconstpointer way, const json_t *message, char **whole,
              GError **error)
{
  const json_t *data = json_object_get(message, "data");
  const char *id = bh_json_get_text(message, "id", MAX_ID_BYTES, error);
  gint64 index = -1, count = 0;
  Assembly *assembly;

  *whole = NULL;
  if (id == NULL || !bh_json_get_optional_integer(message, "index", 0, MAX_COUNT, &index, error) ||
      !bh_json_get_optional_integer(message, "count", 1, MAX_COUNT, &count, error))
    return FALSE;
  if (!json_is_string(data) || index < 0 || index >= count) {
    g_set_error(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_BAD,
                "a chunk has an id, an index below its count, and data");
    return FALSE;
  }

  assembly = assembly_find(chunks, way, id);
  if (index == 0) {
    if (assembly != NULL)
      assembly_drop(chunks, assembly); /* sent again from the start */
    assembly = assembly_begin(chunks, way, id, count);
  } else if (assembly == NULL || assembly->next != index || assembly->count != count) {
    if (assembly != NULL)
      assembly_drop(chunks, assembly);
    g_set_error(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_BAD,
                "the chunk does not continue a message that was begun");
    return FALSE;
  }
  if (json_string_length(data) > chunks->max_bytes - chunks->total_bytes) {
    assembly_drop(chunks, assembly);
    g_set_error(error, BH_CHUNKS_ERROR, BH_CHUNKS_ERROR_TOO_LARGE,
                "more than %" G_GSIZE_FORMAT " KiB in chunks", chunks->max_bytes / 1024);
    return FALSE;
  }

  g_string_append_len(assembly->text, json_string_value(data), (gssize)json_string_length(data));
  chunks->total_bytes += json_string_length(data);
  if (++assembly->next == count) {
    *whole = g_strdup(assembly->text->str);
    assembly_drop(chunks, assembly);
  }
  return TRUE;
}

void
bh_chunks_forget(BhChunks *chunks, gconstpointer way)
{
  for (GList *l = chunks->assemblies.head, *next; l != NULL; l = next) {
    Assembly *assembly = l->data;

    next = l->next;
    if (assembly->way == way)
      assembly_drop(chunks, assembly);
  }
}

/* The end of the slice of at most @max bytes that starts at @from, between characters. */
static const char *
slice_end(const char *from, const char *end, gsize max)
{
  const char *to;

  if ((gsize)(end - from) <= max)
    return end;
  to = from + max;
  while (to > from && ((guint8)*to & 0xc0) == 0x80)
    to--;
  return to;
}

static void
free_part(gpointer part)
{
  json_decref(part);
}

GPtrArray *
bh_chunks_split(const char *text, gsize max_bytes)
{
  gsize length = strlen(text);
  const char *end = text + length;
  GPtrArray *parts;
  g_autofree char *id = NULL;
  gint64 count = 0;
  gsize slice;

  if (length > BH_CHUNKS_MAX_BYTES || max_bytes < 2 * ENVELOPE_BYTES)
    return NULL;
  slice = (max_bytes - ENVELOPE_BYTES) / MAX_ESCAPE;
  for (const char *from = text; from < end; from = slice_end(from, end, slice))
    count++;
  parts = g_ptr_array_new_with_free_func(free_part);
  id = bh_id_new(g_get_real_time() / 1000);
  for (gint64 i = 0; i < count; i++) {
    const char *to = slice_end(text, end, slice);

    g_ptr_array_add(parts, json_pack("{s:s, s:s, s:I, s:I, s:o}", "type", "chunk", "id", id,
                                     "index", (json_int_t)i, "count", (json_int_t)count, "data",
                                     json_stringn(text, (gsize)(to - text))));
    text = to;
  }
  return parts;
}

gsize
bh_chunks_get_part_bytes(const json_t *part, gsize envelope_bytes)
{
  return envelope_bytes + json_dumpb(part, NULL, 0, JSON_COMPACT);
}

GPtrArray *
bh_chunks_split_within(const json_t *message, gsize max_bytes, gsize envelope_bytes,
                       gsize max_total_bytes, gsize *total_bytes)
{
  g_autofree char *text = bh_json_to_text(message);
  g_autoptr(GPtrArray) parts = bh_chunks_split(text, max_bytes - MIN(max_bytes, envelope_bytes));

  *total_bytes = 0;
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    *total_bytes += bh_chunks_get_part_bytes(parts->pdata[i], envelope_bytes);
  return *total_bytes <= max_total_bytes ? g_steal_pointer(&parts) : NULL;
}

static gboolean
send_part(BhDataChannel *channel, const json_t *part)
{
  g_autofree char *text = bh_json_to_text(part);

  return bh_data_channel_send(channel, text, strlen(text), TRUE, NULL);
}

gboolean
bh_chunks_send(BhDataChannel *channel, const char *text)
{
  gsize length = strlen(text);
  gsize max = bh_data_channel_get_max_message_bytes(channel);
  g_autoptr(GPtrArray) parts = NULL;

  if (length <= max)
    return bh_data_channel_send(channel, text, length, TRUE, NULL);
  parts = bh_chunks_split(text, max);
  /* A part that is not taken leaves an unfinished message, which the other side drops. */
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    if (!send_part(channel, parts->pdata[i]))
      return FALSE;
  return parts != NULL;
}
