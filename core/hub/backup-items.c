/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-items.h"

#include <glib/gi18n.h>
#include <string.h>

#include "backup-header.h"

/* Of leaf.* nothing: the authority makes another one at the first start. */
static const char *const names[] = {
    BH_BACKUP_SETTINGS, BH_BACKUP_HUB_KEY, "authority.key",
    "authority.crt",    "backup.key",      BH_BACKUP_DATABASE,
};

#define COPY_BYTES 65536

const char *
bh_backup_items_get_name(guint index)
{
  return index < G_N_ELEMENTS(names) ? names[index] : NULL;
}

static gboolean
is_database(const char *name)
{
  return g_str_equal(name, BH_BACKUP_DATABASE);
}

static gboolean
fail_damaged(GError **error)
{
  g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_DAMAGED,
                      _("This backup is damaged: it does not hold what it should. Take another "
                        "one."));
  return FALSE;
}

/* Exactly @length bytes. @to: (nullable) */
static gboolean
copy(GInputStream *from, GOutputStream *to, guint64 length, GCancellable *cancellable,
     GError **error)
{
  g_autofree guint8 *buffer = g_malloc(COPY_BYTES);

  while (length > 0) {
    gsize wanted = (gsize)MIN(length, COPY_BYTES), n_read;

    if (!g_input_stream_read_all(from, buffer, wanted, &n_read, cancellable, error))
      return FALSE;
    if (n_read < wanted)
      return fail_damaged(error);
    if (to != NULL && !g_output_stream_write_all(to, buffer, wanted, NULL, cancellable, error))
      return FALSE;
    length -= wanted;
  }
  return TRUE;
}

/* --- writing --- */

gboolean
bh_backup_items_put(GOutputStream *to, const char *name, GInputStream *content, guint64 length,
                    GCancellable *cancellable, GError **error)
{
  guint8 head[1 + G_MAXUINT8 + 8];
  gsize n_name = strlen(name);

  g_assert(n_name > 0 && n_name <= G_MAXUINT8);
  head[0] = (guint8)n_name;
  memcpy(head + 1, name, n_name);
  for (guint i = 0; i < 8; i++)
    head[1 + n_name + i] = (guint8)(length >> (8 * (7 - i)));
  return g_output_stream_write_all(to, head, 1 + n_name + 8, NULL, cancellable, error) &&
         copy(content, to, length, cancellable, error);
}

gboolean
bh_backup_items_put_end(GOutputStream *to, GCancellable *cancellable, GError **error)
{
  return g_output_stream_write_all(to, "", 1, NULL, cancellable, error);
}

/* --- reading --- */

static gboolean
take(GInputStream *from, gpointer out, gsize length, GCancellable *cancellable, GError **error)
{
  gsize n_read;

  if (!g_input_stream_read_all(from, out, length, &n_read, cancellable, error))
    return FALSE;
  return n_read == length || fail_damaged(error);
}

/* @name: (out) (nullable): owned; %NULL: the end */
static gboolean
take_head(GInputStream *from, char **name, guint64 *length, GCancellable *cancellable,
          GError **error)
{
  guint8 n_name, bytes[8];
  g_autofree char *text = NULL;

  if (!take(from, &n_name, 1, cancellable, error))
    return FALSE;
  if (n_name == 0)
    return TRUE;
  text = g_malloc0((gsize)n_name + 1);
  if (!take(from, text, n_name, cancellable, error) ||
      !take(from, bytes, sizeof bytes, cancellable, error))
    return FALSE;
  *length = 0;
  for (guint i = 0; i < sizeof bytes; i++)
    *length = *length << 8 | bytes[i];
  *name = g_steal_pointer(&text);
  return is_database(*name) || *length <= BH_BACKUP_MAX_SMALL_BYTES || fail_damaged(error);
}

static json_t *
take_about(GInputStream *from, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = NULL;
  g_autofree char *text = NULL;
  g_autoptr(json_t) about = NULL;
  guint64 length;

  if (!take_head(from, &name, &length, cancellable, error))
    return NULL;
  if (g_strcmp0(name, BH_BACKUP_ABOUT) != 0) {
    fail_damaged(error);
    return NULL;
  }
  text = g_malloc((gsize)length + 1);
  if (!take(from, text, (gsize)length, cancellable, error))
    return NULL;
  about = bh_json_parse(text, (gsize)length, NULL);
  if (!json_is_object(about)) {
    fail_damaged(error);
    return NULL;
  }
  return g_steal_pointer(&about);
}

/* Returns: whether @name may come; it then has come. */
static gboolean
note_name(const char *name, guint *seen)
{
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if (g_str_equal(names[i], name) && (*seen & (1u << i)) == 0) {
      *seen |= 1u << i;
      return TRUE;
    }
  return FALSE;
}

static gboolean
has_needed(guint seen)
{
  for (guint i = 0; i < G_N_ELEMENTS(names); i++)
    if ((is_database(names[i]) || g_str_equal(names[i], BH_BACKUP_HUB_KEY)) &&
        (seen & (1u << i)) == 0)
      return FALSE;
  return TRUE;
}

static gboolean
take_content(GInputStream *from, const char *name, guint64 length, BhBackupItemSink sink,
             gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr(GOutputStream) to = NULL;

  if (sink == NULL)
    return copy(from, NULL, length, cancellable, error);
  to = sink(name, user_data, error);
  return to != NULL && copy(from, to, length, cancellable, error) &&
         g_output_stream_close(to, cancellable, error);
}

json_t *
bh_backup_items_take(GInputStream *from, BhBackupItemSink sink, gpointer user_data,
                     GCancellable *cancellable, GError **error)
{
  g_autoptr(json_t) about = take_about(from, cancellable, error);
  guint seen = 0;
  guint8 more;
  gsize n_more;

  while (about != NULL) {
    g_autofree char *name = NULL;
    guint64 length;

    if (!take_head(from, &name, &length, cancellable, error))
      return NULL;
    if (name == NULL)
      break;
    if (!note_name(name, &seen)) {
      fail_damaged(error);
      return NULL;
    }
    if (!take_content(from, name, length, sink, user_data, cancellable, error))
      return NULL;
  }
  if (about == NULL || !g_input_stream_read_all(from, &more, 1, &n_more, cancellable, error))
    return NULL;
  if (n_more > 0 || !has_needed(seen)) {
    fail_damaged(error);
    return NULL;
  }
  return g_steal_pointer(&about);
}
