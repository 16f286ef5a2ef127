/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhGapBuffer: verified operations whose predecessors have not come yet. Bounded: what does not
 * fit is dropped, for it comes again. Private to the room; one main context.
 */
#pragma once

#include "operation.h"

typedef struct _BhGapBuffer BhGapBuffer;

/** bh_gap_buffer_new: at most @max_operations a log, @max_logs, and @max_bytes of text in all */
BhGapBuffer *bh_gap_buffer_new(guint max_operations, guint max_logs, gsize max_bytes);
void bh_gap_buffer_free(BhGapBuffer *buffer);

/**
 * bh_gap_buffer_add:
 *
 * Where its log has its fill, the furthest one makes room for a nearer one.
 *
 * Returns: whether it waits now; one that waits already is not kept twice
 */
gboolean bh_gap_buffer_add(BhGapBuffer *buffer, BhOperation *op);

/**
 * bh_gap_buffer_take:
 *
 * Returns: (transfer full) (nullable) (element-type BhOperation): all of @log_id whose seq is at
 *   most @up_to, in order; they wait no more
 */
GPtrArray *bh_gap_buffer_take(BhGapBuffer *buffer, const char *log_id, gint64 up_to);

/** bh_gap_buffer_has_redaction: whether the hub's word that the words of @op are erased waits in
 * the log of @op itself. */
gboolean bh_gap_buffer_has_redaction(BhGapBuffer *buffer, const BhOperation *op);

guint bh_gap_buffer_get_count(const BhGapBuffer *buffer);
