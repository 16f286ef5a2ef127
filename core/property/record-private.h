/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a record is made of, for record.c and record-json.c.
 */
#pragma once

#include "record.h"

/*
 * Trees and not hash tables: paths contain ids that others choose, of which a hostile device could
 * find as many as it likes with one hash; and readers want them sorted, or those with one prefix.
 */
typedef struct {
  json_t *value;
  gint64 version; /* 0 of an item */
  BhStamp stamp;
  char path[];
} BhRecordEntry;

struct _BhRecord {
  gatomicrefcount refs;
  GTree *items; /* (nullable) (element-type utf8 BhRecordEntry): the key is the entry's own path */
  GTree *registers; /* (nullable) (element-type utf8 BhRecordEntry) */
  gint64 version;
  guint n_redacted; /* items below `redacted/` */
};

/*
 * As bh_record_add_item() and bh_record_add_register(), but a redaction that comes with it takes
 * effect on later entries only: whoever adds many sweeps once, with bh_record_erase_redacted(),
 * when n_redacted has grown.
 */
gboolean bh_record_put_item(BhRecord *record, const char *path, json_t *value,
                            const BhStamp *stamp);
gboolean bh_record_put_register(BhRecord *record, const char *path, json_t *value, gint64 version,
                                const BhStamp *stamp);

/** bh_record_erase_redacted: what stands here already of the operations that are redacted. */
void bh_record_erase_redacted(BhRecord *record);
