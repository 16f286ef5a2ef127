/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-header: the beginning of a backup's file, and the whole of its format, version 1.
 *
 *   offset  bytes
 *        0  16     "bellhop-backup\r\n"
 *       16   1     1: the version of the format
 *       17   1     the cost of the passphrase's hash: scrypt with N = 2^this, r = 8, p = 1
 *       18   2     0
 *       20   8     when it was made, UTC milliseconds, big endian
 *       28  16     the salt of that hash
 *       44  32     random, another in each file
 *       76  16     seals what stands before (ChaCha20-Poly1305 of nothing, nonce 0, key 1)
 *       92         pieces of 65,536 bytes, the last one shorter or as long, each followed by its
 * tag of 16 (ChaCha20-Poly1305, key 2; the nonce is seven bytes of 0, the piece's number from 0 in
 * four, big endian, and 1 for the last piece, else 0)
 *
 * The keys are HKDF-SHA-256 of what scrypt makes of the passphrase, with the random bytes as salt:
 * key 1 with the info "bellhop backup header", key 2 with "bellhop backup content". What the pieces
 * hold is in backup-items.h.
 *
 * The passphrase is taken as bh_backup_key_new() says.
 */
#pragma once

#include <gio/gio.h>

#include "aead.h"
#include "backup-error.h"
#include "slow-hash.h"

#define BH_BACKUP_HEADER_BYTES 92
#define BH_BACKUP_RANDOM_BYTES 32
#define BH_BACKUP_PIECE_BYTES  65536

typedef struct {
  guint cost_log2;
  gint64 created_ms;
  guint8 salt[BH_SLOW_HASH_SALT_BYTES];
  guint8 random[BH_BACKUP_RANDOM_BYTES];
} BhBackupHeader;

/**
 * bh_backup_header_parse:
 * @bytes: foreign, of BH_BACKUP_HEADER_BYTES; the seal is not looked at
 *
 * Returns: %FALSE exactly when @error is set: BH_BACKUP_ERROR_NO_BACKUP
 */
gboolean bh_backup_header_parse(const guint8 *bytes, BhBackupHeader *header, GError **error);

/**
 * bh_backup_header_write:
 * @master: of BH_SLOW_HASH_BYTES: of the passphrase
 * @out: of BH_BACKUP_HEADER_BYTES
 */
void bh_backup_header_write(const BhBackupHeader *header, const guint8 *master, guint8 *out);

/** bh_backup_header_is_sealed: whether @bytes, which have been parsed, are sealed with @master. */
gboolean bh_backup_header_is_sealed(const guint8 *bytes, const guint8 *master);

/** bh_backup_header_make_key: of the content. @out: of BH_AEAD_KEY_BYTES */
void bh_backup_header_make_key(const BhBackupHeader *header, const guint8 *master, guint8 *out);
