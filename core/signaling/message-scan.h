/* SPDX-License-Identifier: Apache-2.0 */
/*
 * message-scan: the members of a message without building values. A relay is judged by a few short
 * members and passed on as it is; the parser spent half of a relay's time on the rest.
 *
 * Sure of common messages only: whatever it is not sure of is left to the strict parser, which then
 * accepts or refuses. What it is sure of, the parser would accept too.
 */
#pragma once

#include <glib.h>

#define BH_MESSAGE_SCAN_MEMBERS 16

typedef struct {
  const char *key; /* without quotes; contains no escapes */
  gsize key_length;
  const char *value; /* as written, strings with their quotes */
  gsize value_length;
  gboolean has_escapes; /* a string whose text is not what is written */
} BhMessageMember;

/**
 * bh_message_scan:
 * @members: room for BH_MESSAGE_SCAN_MEMBERS
 *
 * Returns: how many members @text has, or 0: not sure
 */
guint bh_message_scan(const char *text, gsize length, BhMessageMember *members);
