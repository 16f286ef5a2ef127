/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-hub"

#include "backup-header.h"

#include <glib/gi18n.h>
#include <string.h>

#include "digest.h"

#define VERSION 1

enum {
  AT_VERSION = 16,
  AT_COST = 17,
  AT_RESERVED = 18,
  AT_CREATED = 20,
  AT_SALT = 28,
  AT_RANDOM = 44,
  AT_SEAL = 76,
};

G_STATIC_ASSERT(AT_SEAL + BH_AEAD_TAG_BYTES == BH_BACKUP_HEADER_BYTES);

static const char magic[] = "bellhop-backup\r\n";
static const guint8 no_nonce[BH_AEAD_NONCE_BYTES];

G_DEFINE_QUARK(bh_backup_error_quark, bh_backup_error)

gboolean
bh_backup_header_parse(const guint8 *bytes, BhBackupHeader *header, GError **error)
{
  if (memcmp(bytes, magic, AT_VERSION) != 0) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_NO_BACKUP,
                        _("This file is no backup of Bellhop."));
    return FALSE;
  }
  if (bytes[AT_VERSION] != VERSION || bytes[AT_COST] < BH_SLOW_HASH_MIN_COST_LOG2 ||
      bytes[AT_COST] > BH_SLOW_HASH_MAX_COST_LOG2 || bytes[AT_RESERVED] != 0 ||
      bytes[AT_RESERVED + 1] != 0) {
    g_set_error_literal(error, BH_BACKUP_ERROR, BH_BACKUP_ERROR_NO_BACKUP,
                        _("This backup was made by a later version of Bellhop, or it is damaged."));
    return FALSE;
  }
  header->cost_log2 = bytes[AT_COST];
  header->created_ms = 0;
  for (guint i = 0; i < 8; i++)
    header->created_ms = (gint64)((guint64)header->created_ms << 8 | bytes[AT_CREATED + i]);
  memcpy(header->salt, bytes + AT_SALT, sizeof header->salt);
  memcpy(header->random, bytes + AT_RANDOM, sizeof header->random);
  return TRUE;
}

static void
derive(const guint8 *random, const guint8 *master, const char *info, guint8 *out)
{
  bh_digest_hkdf(master, BH_SLOW_HASH_BYTES, random, BH_BACKUP_RANDOM_BYTES, (const guint8 *)info,
                 strlen(info), out, BH_AEAD_KEY_BYTES);
}

void
bh_backup_header_write(const BhBackupHeader *header, const guint8 *master, guint8 *out)
{
  guint8 key[BH_AEAD_KEY_BYTES];
  g_autofree guint8 *seal = NULL;

  memcpy(out, magic, AT_VERSION);
  out[AT_VERSION] = VERSION;
  out[AT_COST] = (guint8)header->cost_log2;
  out[AT_RESERVED] = out[AT_RESERVED + 1] = 0;
  for (guint i = 0; i < 8; i++)
    out[AT_CREATED + i] = (guint8)((guint64)header->created_ms >> (8 * (7 - i)));
  memcpy(out + AT_SALT, header->salt, sizeof header->salt);
  memcpy(out + AT_RANDOM, header->random, sizeof header->random);
  derive(header->random, master, "bellhop backup header", key);
  seal = bh_aead_seal(key, no_nonce, out, AT_SEAL, out, 0);
  memcpy(out + AT_SEAL, seal, BH_AEAD_TAG_BYTES);
  bh_digest_wipe(key, sizeof key);
}

gboolean
bh_backup_header_is_sealed(const guint8 *bytes, const guint8 *master)
{
  guint8 key[BH_AEAD_KEY_BYTES];
  g_autofree guint8 *nothing = NULL;

  derive(bytes + AT_RANDOM, master, "bellhop backup header", key);
  nothing = bh_aead_open(key, no_nonce, bytes, AT_SEAL, bytes + AT_SEAL, BH_AEAD_TAG_BYTES);
  bh_digest_wipe(key, sizeof key);
  return nothing != NULL;
}

void
bh_backup_header_make_key(const BhBackupHeader *header, const guint8 *master, guint8 *out)
{
  derive(header->random, master, "bellhop backup content", out);
}
