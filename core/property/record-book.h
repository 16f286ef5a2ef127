/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRecordBook: the records of a property that are in memory, which of them the backend does not
 * have yet, and where lines were moved. Private to the room; one main context.
 */
#pragma once

#include "record.h"

typedef struct {
  char *name; /* `type/id` */
  BhRecord *record;
  gint64 touched_ms;   /* when an operation of it last came, UTC */
  gboolean is_dirty;   /* its name stands among the dirty ones */
  gboolean is_partial; /* its rest may be in the archive */
} BhBookEntry;

typedef struct _BhRecordBook BhRecordBook;

BhRecordBook *bh_record_book_new(void);
void bh_record_book_free(BhRecordBook *book);

/** bh_record_book_find: Returns: (transfer none) (nullable): until the next change of the book */
BhBookEntry *bh_record_book_find(BhRecordBook *book, const char *name);

/** bh_record_book_put: as read from the backend: complete and not dirty. */
void bh_record_book_put(BhRecordBook *book, const char *name, BhRecord *record, gint64 touched_ms);

/** bh_record_book_apply: @op: one that applies. Returns: whether its record reads otherwise now */
gboolean bh_record_book_apply(BhRecordBook *book, const BhOperation *op, gint64 now_ms);

/**
 * bh_record_book_complete:
 * @record: (nullable): what the archive has of @name
 *
 * For an entry that is partial, or for one that is not in the book at all.
 */
void bh_record_book_complete(BhRecordBook *book, const char *name, const BhRecord *record,
                             gint64 touched_ms);

/**
 * bh_record_book_replace:
 * @record: (transfer full): derived anew
 * @touched_ms: UTC: when it was last touched at the latest, where nothing later is known
 *
 * Returns: as apply
 */
gboolean bh_record_book_replace(BhRecordBook *book, const char *name, BhRecord *record,
                                gint64 touched_ms);

void bh_record_book_remove(BhRecordBook *book, const char *name);

/** bh_record_book_is_archivable: it is over and untouched for long, and no open order in memory has
 * a line that came from it. */
gboolean bh_record_book_is_archivable(BhRecordBook *book, const char *name, gint64 now_ms);

/** bh_record_book_take_dirty: Returns: (transfer full) (element-type utf8): names; what happens to
 * one from now on makes it dirty again */
GPtrArray *bh_record_book_take_dirty(BhRecordBook *book);

/** bh_record_book_list_archivable: Returns: (transfer full) (element-type utf8): names */
GPtrArray *bh_record_book_list_archivable(BhRecordBook *book, gint64 now_ms);

/** bh_record_book_mark: what is there of @name is not stored after all. */
void bh_record_book_mark(BhRecordBook *book, const char *name);

/** bh_record_book_get_moved: Returns: (transfer none) (nullable) (element-type utf8): */
GPtrArray *bh_record_book_get_moved(BhRecordBook *book, const char *order_id);

/** BhBookVisitor: may not change the book. */
typedef void (*BhBookVisitor)(const char *name, BhRecord *record, gpointer data);
/** bh_record_book_visit: by name; @prefix: (nullable): of it */
void bh_record_book_visit(BhRecordBook *book, const char *prefix, BhBookVisitor visitor,
                          gpointer data);

guint bh_record_book_get_count(BhRecordBook *book);
