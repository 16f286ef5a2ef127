/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-stream.h"

#include <glib/gi18n.h>
#include <string.h>

#include "digest.h"

#define SEALED_BYTES (BH_BACKUP_PIECE_BYTES + BH_AEAD_TAG_BYTES)
/* One byte behind a piece tells whether it is the last. */
#define AHEAD_BYTES (SEALED_BYTES + 1)

static void
make_nonce(guint32 number, gboolean is_last, guint8 *out)
{
  memset(out, 0, BH_AEAD_NONCE_BYTES);
  for (guint i = 0; i < 4; i++)
    out[7 + i] = (guint8)(number >> (8 * (3 - i)));
  out[11] = is_last;
}

/* --- sealing --- */

struct _BhBackupSealer {
  GFilterOutputStream parent_instance;

  guint8 key[BH_AEAD_KEY_BYTES];
  guint32 number; /* of the piece that is being filled */
  guint8 *piece;  /* of BH_BACKUP_PIECE_BYTES */
  gsize length;
};

G_DEFINE_FINAL_TYPE(BhBackupSealer, bh_backup_sealer, G_TYPE_FILTER_OUTPUT_STREAM)

static gboolean
put_piece(BhBackupSealer *self, gboolean is_last, GCancellable *cancellable, GError **error)
{
  GOutputStream *base = g_filter_output_stream_get_base_stream(G_FILTER_OUTPUT_STREAM(self));
  guint8 nonce[BH_AEAD_NONCE_BYTES];
  g_autofree guint8 *sealed = NULL;
  gsize length = self->length + BH_AEAD_TAG_BYTES;

  if (self->number == G_MAXUINT32) {
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, _("That is too long."));
    return FALSE;
  }
  make_nonce(self->number++, is_last, nonce);
  sealed = bh_aead_seal(self->key, nonce, NULL, 0, self->piece, self->length);
  self->length = 0;
  return g_output_stream_write_all(base, sealed, length, NULL, cancellable, error);
}

/* A full piece waits until more comes: only then it is not the last. */
static gssize
write_fn(GOutputStream *stream, const void *buffer, gsize count, GCancellable *cancellable,
         GError **error)
{
  BhBackupSealer *self = BH_BACKUP_SEALER(stream);
  gsize length;

  if (count > 0 && self->length == BH_BACKUP_PIECE_BYTES &&
      !put_piece(self, FALSE, cancellable, error))
    return -1;
  length = MIN(count, BH_BACKUP_PIECE_BYTES - self->length);
  memcpy(self->piece + self->length, buffer, length);
  self->length += length;
  return (gssize)length;
}

static void
bh_backup_sealer_finalize(GObject *object)
{
  BhBackupSealer *self = BH_BACKUP_SEALER(object);

  bh_digest_wipe(self->key, sizeof self->key);
  bh_digest_wipe(self->piece, BH_BACKUP_PIECE_BYTES);
  g_free(self->piece);
  G_OBJECT_CLASS(bh_backup_sealer_parent_class)->finalize(object);
}

static void
bh_backup_sealer_class_init(BhBackupSealerClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_backup_sealer_finalize;
  G_OUTPUT_STREAM_CLASS(klass)->write_fn = write_fn;
}

static void
bh_backup_sealer_init(BhBackupSealer *self)
{
  self->piece = g_malloc(BH_BACKUP_PIECE_BYTES);
}

BhBackupSealer *
bh_backup_sealer_new(GOutputStream *base, const guint8 *key)
{
  BhBackupSealer *self =
      g_object_new(BH_TYPE_BACKUP_SEALER, "base-stream", base, "close-base-stream", FALSE, NULL);

  memcpy(self->key, key, sizeof self->key);
  return self;
}

gboolean
bh_backup_sealer_end(BhBackupSealer *sealer, GCancellable *cancellable, GError **error)
{
  return put_piece(sealer, TRUE, cancellable, error);
}

/* --- opening --- */

struct _BhBackupOpener {
  GFilterInputStream parent_instance;

  guint8 key[BH_AEAD_KEY_BYTES];
  guint32 number;
  guint8 *ahead; /* of AHEAD_BYTES */
  gsize n_ahead;
  guint8 *piece; /* (nullable): opened */
  gsize length, used;
  gboolean is_over;
};

G_DEFINE_FINAL_TYPE(BhBackupOpener, bh_backup_opener, G_TYPE_FILTER_INPUT_STREAM)

static void
drop_piece(BhBackupOpener *self)
{
  if (self->piece != NULL)
    bh_digest_wipe(self->piece, self->length);
  g_clear_pointer(&self->piece, g_free);
  self->length = self->used = 0;
}

static gboolean
next_piece(BhBackupOpener *self, GCancellable *cancellable, GError **error)
{
  GInputStream *base = g_filter_input_stream_get_base_stream(G_FILTER_INPUT_STREAM(self));
  guint8 nonce[BH_AEAD_NONCE_BYTES];
  gboolean is_last;
  gsize n_read, length;

  drop_piece(self);
  if (!g_input_stream_read_all(base, self->ahead + self->n_ahead, AHEAD_BYTES - self->n_ahead,
                               &n_read, cancellable, error))
    return FALSE;
  self->n_ahead += n_read;
  is_last = self->n_ahead < AHEAD_BYTES;
  length = MIN(self->n_ahead, SEALED_BYTES);
  make_nonce(self->number, is_last, nonce);
  self->piece = bh_aead_open(self->key, nonce, NULL, 0, self->ahead, length);
  if (self->piece == NULL || self->number == G_MAXUINT32) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_DAMAGED,
                        _("This backup is damaged: it was cut off or changed. Take another one."));
    return FALSE;
  }
  self->length = length - BH_AEAD_TAG_BYTES;
  self->number++;
  self->is_over = is_last;
  self->n_ahead -= length;
  memmove(self->ahead, self->ahead + length, self->n_ahead);
  return TRUE;
}

static gssize
read_fn(GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  BhBackupOpener *self = BH_BACKUP_OPENER(stream);
  gsize length;

  while (self->used == self->length && !self->is_over)
    if (!next_piece(self, cancellable, error))
      return -1;
  length = MIN(count, self->length - self->used);
  if (length > 0)
    memcpy(buffer, self->piece + self->used, length);
  self->used += length;
  return (gssize)length;
}

static void
bh_backup_opener_finalize(GObject *object)
{
  BhBackupOpener *self = BH_BACKUP_OPENER(object);

  drop_piece(self);
  g_free(self->ahead);
  bh_digest_wipe(self->key, sizeof self->key);
  G_OBJECT_CLASS(bh_backup_opener_parent_class)->finalize(object);
}

static void
bh_backup_opener_class_init(BhBackupOpenerClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = bh_backup_opener_finalize;
  G_INPUT_STREAM_CLASS(klass)->read_fn = read_fn;
}

static void
bh_backup_opener_init(BhBackupOpener *self)
{
  self->ahead = g_malloc(AHEAD_BYTES);
}

BhBackupOpener *
bh_backup_opener_new(GInputStream *base, const guint8 *key)
{
  BhBackupOpener *self =
      g_object_new(BH_TYPE_BACKUP_OPENER, "base-stream", base, "close-base-stream", FALSE, NULL);

  memcpy(self->key, key, sizeof self->key);
  return self;
}
