/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhBackupKey: what the backups of a hub are sealed with, kept in `backup.key` of the state folder
 * (0600), so that the nightly one needs nobody to type.
 *
 * Of a passphrase that a person chose only its hash is kept. Until then there is a recovery code of
 * 120 bits, made by the hub and kept as well, so that it can be shown and printed as often as
 * somebody asks at the hub's computer: who reads that folder has all that is in a backup anyway.
 * It is for the day on which the computer is gone.
 *
 * Immutable and reference-counted (atomically); wiped with the last reference. All but the getters
 * block: for a worker.
 */
#pragma once

#include "backup-header.h"

#define BH_BACKUP_KEY_FILE "backup.key"

/* Shortest passphrase that a person may choose, in characters. */
#define BH_BACKUP_MIN_PASSPHRASE_CHARS 10
#define BH_BACKUP_MAX_PASSPHRASE_BYTES 256

typedef struct _BhBackupKey BhBackupKey;

/**
 * bh_backup_key_new:
 * @passphrase: valid UTF-8. What has the form of a recovery code is taken as one: capitals or not,
 *   with or without hyphens and spaces, O for 0, I and L for 1. Anything else as it is, but for
 *   white space around it, in Unicode's form NFKC
 * @salt, @cost_log2: of a backup; %NULL and 0: afresh
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_BACKUP_ERROR
 */
BhBackupKey *bh_backup_key_new(const char *passphrase, const guint8 *salt, guint cost_log2,
                               GError **error);

/** bh_backup_key_new_with_code: one with a fresh recovery code. */
BhBackupKey *bh_backup_key_new_with_code(GError **error);

/**
 * bh_backup_key_load: Returns: (transfer full) (nullable): %NULL: there is no file; or, where
 * @error is set, one that cannot be used and is left as it is
 */
BhBackupKey *bh_backup_key_load(const char *state_folder, GError **error);

/** bh_backup_key_save: durable before this returns. @noted: see bh_backup_key_is_noted() */
gboolean bh_backup_key_save(BhBackupKey *key, const char *state_folder, gboolean noted,
                            GError **error);

/** bh_backup_key_check: %FALSE exactly when @error is set: too short for a passphrase, or too long.
 */
gboolean bh_backup_key_check(const char *passphrase, GError **error);

BhBackupKey *bh_backup_key_ref(BhBackupKey *key);
void bh_backup_key_unref(BhBackupKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhBackupKey, bh_backup_key_unref)

/** bh_backup_key_get_code: Returns: (transfer none) (nullable): in groups, as people copy it;
 * %NULL: a person chose a passphrase */
const char *bh_backup_key_get_code(BhBackupKey *key);

/** bh_backup_key_is_noted: whether a person said, when it was saved last, that the code is written
 * down. */
gboolean bh_backup_key_is_noted(BhBackupKey *key);

/** bh_backup_key_get_master: Returns: (transfer none): of BH_SLOW_HASH_BYTES */
const guint8 *bh_backup_key_get_master(BhBackupKey *key);

/** bh_backup_key_fill: sets salt and cost of a new file's header. */
void bh_backup_key_fill(BhBackupKey *key, BhBackupHeader *header);
