/* SPDX-License-Identifier: Apache-2.0 */
/*
 * backup-words: how the backups are, of the control API's answer, in a person's words.
 */
#pragma once

#include "house-words.h"

/* Each: @backup: of GET /api/v1/backup. Returns: (transfer full): a sentence or two */
char *bh_backup_words_folder(const json_t *backup, BhTone *tone);
char *bh_backup_words_seal(const json_t *backup, BhTone *tone);
char *bh_backup_words_last(const json_t *backup, gint64 now_ms, BhTone *tone);
