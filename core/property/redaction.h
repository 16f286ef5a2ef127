/* SPDX-License-Identifier: Apache-2.0 */
/*
 * redaction: what is left of an operation whose words are erased. Private to the room.
 *
 * Its place in the record stays (paths and stamps, without values), so that a record reads the same
 * wherever it is derived: where the operation was known before it was erased, and where only its
 * stub ever came. All functions may be called from any thread.
 */
#pragma once

#include "record.h"

/**
 * bh_redaction_make_stub:
 *
 * Returns: (transfer full): the stub of @op, which is its own where it is one: with all that @op
 *   adds to its record, nothing where its kind or body is none that applies
 */
BhOperation *bh_redaction_make_stub(BhOperation *op);

/**
 * bh_redaction_make_bare:
 *
 * Returns: (transfer full): a stub of @op that says nothing but that there was something: what a
 *   device is believed, which could name places that the author never took
 */
BhOperation *bh_redaction_make_bare(const BhOperation *op);

/**
 * bh_redaction_is_same:
 * @a: of the same identity as @b
 *
 * Returns: whether one says nothing that the other contradicts: the same text, a stub and what it
 * is the stub of, or two stubs of which one names no places
 */
gboolean bh_redaction_is_same(BhOperation *a, BhOperation *b);

/**
 * BhRedactionVisitor:
 * @log_id: with @seq an operation whose words are to be erased
 */
typedef void (*BhRedactionVisitor)(const char *log_id, gint64 seq, gpointer data);

/** bh_redaction_visit_targets: what @op redacts, where it applies; it may itself be a stub. */
void bh_redaction_visit_targets(const BhOperation *op, BhRedactionVisitor visitor, gpointer data);
