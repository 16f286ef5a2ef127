/* SPDX-License-Identifier: Apache-2.0 */
/*
 * verb-private: what verb.c finds in the files of the verbs.
 */
#pragma once

#include "verb-line.h"

/* verb-pair.c */
gboolean bh_verb_pair(BhVerbLine *line, GError **error);
gboolean bh_verb_token(BhVerbLine *line, GError **error);

/* verb-requests.c */
gboolean bh_verb_requests(BhVerbLine *line, GError **error);
gboolean bh_verb_accept(BhVerbLine *line, GError **error);
gboolean bh_verb_decline(BhVerbLine *line, GError **error);

/* verb-devices.c */
gboolean bh_verb_devices(BhVerbLine *line, GError **error);
gboolean bh_verb_rename(BhVerbLine *line, GError **error);
gboolean bh_verb_role(BhVerbLine *line, GError **error);
gboolean bh_verb_revoke(BhVerbLine *line, GError **error);

/* verb-people.c */
gboolean bh_verb_people(BhVerbLine *line, GError **error);

/* verb-places.c */
gboolean bh_verb_places(BhVerbLine *line, GError **error);

/* verb-status.c */
gboolean bh_verb_status(BhVerbLine *line, GError **error);

/* verb-doctor.c */
gboolean bh_verb_doctor(BhVerbLine *line, GError **error);

/* verb-printers.c */
gboolean bh_verb_printers(BhVerbLine *line, GError **error);

/* A printer by its name or by what people call it. Returns: (transfer full) (nullable): its name */
char *bh_verb_find_printer(BhVerbLine *line, const char *called, GError **error);

/* verb-print.c */
gboolean bh_verb_print(BhVerbLine *line, GError **error);

/* verb-audit.c */
gboolean bh_verb_audit(BhVerbLine *line, GError **error);

/* verb-backup.c */
gboolean bh_verb_backup(BhVerbLine *line, GError **error);
gboolean bh_verb_restore(BhVerbLine *line, GError **error);

/*
 * What has become of a run. @backup: as the hub describes it. @is_made: (out): %FALSE: not yet
 * Returns: %FALSE exactly when @error is set: it failed, or was broken off
 */
gboolean bh_verb_backup_judge(const json_t *backup, gint64 run, gboolean *is_made, GError **error);
