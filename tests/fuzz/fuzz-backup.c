/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as the beginning of a file; as sealed pieces, which it can only be by the key that it
 * has not; and as what such pieces hold. Then it is sealed, and comes out as it went in.
 */
#include <stdint.h>
#include <string.h>

#include "backup-header.h"
#include "backup-items.h"
#include "backup-stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const guint8 key[BH_AEAD_KEY_BYTES] = {1};

static GInputStream *
make_stream(const uint8_t *data, gsize size)
{
  return g_memory_input_stream_new_from_data(g_memdup2(data, size), (gssize)size, g_free);
}

static GOutputStream *
on_item(const char *name, gpointer user_data, GError **error)
{
  (*(guint *)user_data)++;
  return g_memory_output_stream_new_resizable();
}

static void
parse_header(const uint8_t *data, gsize size)
{
  guint8 bytes[BH_BACKUP_HEADER_BYTES] = {0}, again[BH_BACKUP_HEADER_BYTES];
  BhBackupHeader header;

  if (size > 0) /* nothing may come as no pointer */
    memcpy(bytes, data, MIN(size, sizeof bytes));
  if (!bh_backup_header_parse(bytes, &header, NULL))
    return;
  g_assert_false(bh_backup_header_is_sealed(bytes, key));
  bh_backup_header_write(&header, key, again);
  g_assert_cmpmem(again, sizeof again - BH_AEAD_TAG_BYTES, bytes, sizeof bytes - BH_AEAD_TAG_BYTES);
  g_assert_true(bh_backup_header_is_sealed(again, key));
}

static void
take_items(GInputStream *from)
{
  g_autoptr(GError) error = NULL;
  guint count = 0;
  g_autoptr(json_t) about = bh_backup_items_take(from, on_item, &count, NULL, &error);

  g_assert_true((about != NULL) == (error == NULL));
  g_assert_cmpuint(count, <=, 6);
}

static void
open_pieces(const uint8_t *data, gsize size)
{
  g_autoptr(GInputStream) from = make_stream(data, size);
  g_autoptr(BhBackupOpener) opener = bh_backup_opener_new(from, key);
  g_autoptr(GError) error = NULL;
  char byte;

  g_assert_cmpint(g_input_stream_read(G_INPUT_STREAM(opener), &byte, 1, NULL, &error), ==, -1);
  g_assert_error(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_DAMAGED);
}

static void
seal_and_open(const uint8_t *data, gsize size)
{
  g_autoptr(GOutputStream) file = g_memory_output_stream_new_resizable();
  g_autoptr(BhBackupSealer) sealer = bh_backup_sealer_new(file, key);
  g_autoptr(GInputStream) from = NULL;
  g_autoptr(BhBackupOpener) opener = NULL;
  g_autofree guint8 *out = g_malloc(size + 1);
  gsize n_read;

  g_assert_true(g_output_stream_write_all(G_OUTPUT_STREAM(sealer), data, size, NULL, NULL, NULL));
  g_assert_true(bh_backup_sealer_end(sealer, NULL, NULL));
  from = make_stream(g_memory_output_stream_get_data(G_MEMORY_OUTPUT_STREAM(file)),
                     g_memory_output_stream_get_data_size(G_MEMORY_OUTPUT_STREAM(file)));
  opener = bh_backup_opener_new(from, key);
  g_assert_true(
      g_input_stream_read_all(G_INPUT_STREAM(opener), out, size + 1, &n_read, NULL, NULL));
  g_assert_cmpmem(out, n_read, data, size);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  g_autoptr(GInputStream) plain = make_stream(data, size);

  parse_header(data, size);
  take_items(plain);
  open_pieces(data, size);
  seal_and_open(data, size);
  return 0;
}
