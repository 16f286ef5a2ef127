/* SPDX-License-Identifier: Apache-2.0 */
/*
 * audit-words: the history in sentences. A kind that is not known here is shown as it was written
 * down.
 */
#pragma once

#include "house-words.h"

/* What a person may want to see of the history alone. */
typedef enum {
  BH_AUDIT_GROUP_ALL,
  BH_AUDIT_GROUP_DEVICES,  /* paired, renamed, removed */
  BH_AUDIT_GROUP_PEOPLE,   /* people and guests: signed in, seated */
  BH_AUDIT_GROUP_PRINTING, /* printers, and what was printed again */
  BH_AUDIT_GROUP_SAFETY,   /* refused, alerts, copies */
  BH_N_AUDIT_GROUPS,
} BhAuditGroup;

/** bh_audit_words_group_title: Returns: "Everything" ... */
const char *bh_audit_words_group_title(BhAuditGroup group);

/** bh_audit_words_find_group: Returns: the one that @entry belongs to, never ALL */
BhAuditGroup bh_audit_words_find_group(const json_t *entry);

/** bh_audit_words_line: Returns: (transfer full): one sentence */
char *bh_audit_words_line(const json_t *entry);

/** bh_audit_words_tone: ATTENTION where somebody was not let in or something rang. */
BhTone bh_audit_words_tone(const json_t *entry);

/**
 * bh_audit_words_to_csv: of an array of entries: time (ISO 8601, UTC), sentence, kind, who,
 * subject, detail, address; RFC 4180, and no cell begins as a formula does.
 */
char *bh_audit_words_to_csv(const json_t *entries);
