/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhMemoryLog: what a BhMemoryBackend has committed. Private to the room.
 *
 * Records are kept as JSON text, so that what comes out was printed and read as with a disk.
 */
#pragma once

#include "backend-data.h"

typedef struct _BhMemoryLog BhMemoryLog;

BhMemoryLog *bh_memory_log_new(void);
BhMemoryLog *bh_memory_log_copy(const BhMemoryLog *log);
void bh_memory_log_free(BhMemoryLog *log);

/* As the calls of operation-backend.h of these names; all results are (transfer full). */
BhBackendContents *bh_memory_log_get_contents(const BhMemoryLog *log);
BhBackendAppended *bh_memory_log_append(BhMemoryLog *log, const BhBackendAppend *append,
                                        GError **error);
GPtrArray *bh_memory_log_read(const BhMemoryLog *log, const char *log_id, gint64 from_seq,
                              guint max_operations, gsize max_bytes);
GArray *bh_memory_log_read_signatures(const BhMemoryLog *log, const char *log_id, gint64 from_seq,
                                      gint64 to_seq);
GPtrArray *bh_memory_log_read_entity(const BhMemoryLog *log, const char *entity);
GPtrArray *bh_memory_log_list_entities(const BhMemoryLog *log, const char *log_id, gint64 from_seq,
                                       gint64 to_seq);
GPtrArray *bh_memory_log_list_aside(const BhMemoryLog *log);
void bh_memory_log_checkpoint(BhMemoryLog *log, BhBackendCheckpoint *checkpoint);
BhBackendRecord *bh_memory_log_read_record(const BhMemoryLog *log, const char *entity);
