/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupSealer, BhBackupOpener: the sealed content of a backup as streams: what is written into
 * the one comes out of the other, piece by piece (backup-header.h), or not at all.
 *
 * They block, and belong to one worker at a time.
 */
#pragma once

#include <gio/gio.h>

#include "backup-header.h"

#define BH_TYPE_BACKUP_SEALER (bh_backup_sealer_get_type())
G_DECLARE_FINAL_TYPE(BhBackupSealer, bh_backup_sealer, BH, BACKUP_SEALER, GFilterOutputStream)

/**
 * bh_backup_sealer_new:
 * @base: takes the file behind its header; not closed with this one
 * @key: of BH_AEAD_KEY_BYTES: for this content alone
 *
 * The last piece is written by bh_backup_sealer_end(), and by nothing else: what was given up half
 * way is not to look whole.
 */
BhBackupSealer *bh_backup_sealer_new(GOutputStream *base, const guint8 *key);

/** bh_backup_sealer_end: Returns: %FALSE exactly when @error is set; the sealer is used up */
gboolean bh_backup_sealer_end(BhBackupSealer *sealer, GCancellable *cancellable, GError **error);

#define BH_TYPE_BACKUP_OPENER (bh_backup_opener_get_type())
G_DECLARE_FINAL_TYPE(BhBackupOpener, bh_backup_opener, BH, BACKUP_OPENER, GFilterInputStream)

/**
 * bh_backup_opener_new:
 * @base: foreign, behind the header
 *
 * Reading fails with BH_BACKUP_ERROR_DAMAGED where a piece is not as it was sealed, and where the
 * last one is missing: the end is only ever that of the whole.
 */
BhBackupOpener *bh_backup_opener_new(GInputStream *base, const guint8 *key);
