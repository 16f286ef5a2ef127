/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRecord: the state of one entity, as it follows from the operations that concern it, in whatever
 * order they came: *items*, of which the first one written stays, and *registers*, of which the
 * highest version counts. Each bears the stamp of the operation that it is from.
 *
 * Merging is commutative, associative and idempotent; so a record may be built from operations,
 * from parts of them merged, or from both, and replicas with equal operations have equal records.
 * An item `redacted/<logId>:<seq>` makes every value that this operation gave null, for good.
 *
 * Values are shared with the operations and with other records: nobody changes them. In memory a
 * record is two sorted trees; JSON exists at the edges only. Reference-counted (atomically), but
 * not for two threads at a time.
 */
#pragma once

#include "stamp.h"

/* Of a register, as kinds.json has it. */
#define BH_RECORD_MAX_VERSION 1000000000

/* Longest path; the longest of ours, `split/<id>/<id>`, has 135. */
#define BH_RECORD_MAX_PATH_BYTES 200

/* BhRecord itself is declared in operation.h. */

/** bh_record_new: Returns: (transfer full): an empty one */
BhRecord *bh_record_new(void);

/** bh_record_copy: Returns: (transfer full): one of its own with the same content */
BhRecord *bh_record_copy(const BhRecord *record);

BhRecord *bh_record_ref(BhRecord *record);
/** bh_record_unref: @record: (nullable): */
void bh_record_unref(BhRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRecord, bh_record_unref)

/* --- building --- */

/**
 * bh_record_add_item:
 * @path: at most BH_RECORD_MAX_PATH_BYTES
 * @value: (transfer none): referenced; not to be changed any more
 *
 * Merges in an item. The smaller stamp wins; of equal ones null, then the smaller JSON text.
 *
 * Returns: whether the record is another now
 */
gboolean bh_record_add_item(BhRecord *record, const char *path, json_t *value,
                            const BhStamp *stamp);

/**
 * bh_record_add_register:
 * @version: from 0
 *
 * Merges in a register. The greater version wins, then the greater stamp; of equal ones null, then
 * the greater JSON text.
 *
 * Returns: whether the record is another now
 */
gboolean bh_record_add_register(BhRecord *record, const char *path, json_t *value, gint64 version,
                                const BhStamp *stamp);

/**
 * bh_record_erase:
 *
 * Makes null what this operation gave, as an item `redacted/...` that comes later will.
 *
 * Returns: whether the record is another now
 */
gboolean bh_record_erase(BhRecord *record, const char *log_id, gint64 seq);

/** bh_record_merge: Returns: whether @into is another now */
gboolean bh_record_merge(BhRecord *into, const BhRecord *from);

/**
 * bh_record_from_json:
 * @value: (nullable): foreign: `{"items": {path: [value, ms, counter, logId, seq]},
 *   "registers": {path: [value, version, ms, counter, logId, seq]}}`, in any order
 *
 * The values are shared with @value, which nobody may change any more.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_OPERATION_ERROR_BAD)
 */
BhRecord *bh_record_from_json(const json_t *value, GError **error);

/**
 * bh_record_to_json:
 *
 * Returns: (transfer full): as bh_record_from_json() takes it, in the canonical order: paths sorted
 *   bytewise. Printed compactly it is the canonical JSON of the record.
 */
json_t *bh_record_to_json(const BhRecord *record);

/* --- reading --- */

/** bh_record_is_empty: neither items nor registers. */
gboolean bh_record_is_empty(const BhRecord *record);

/** bh_record_get_size: how many items and registers it has. */
guint bh_record_get_size(const BhRecord *record);

/**
 * bh_record_get_item:
 * @stamp: (out) (optional) (transfer none): untouched where there is none; until the next change
 *
 * Returns: (transfer none) (nullable): %NULL: there is no such item; JSON's null: it was redacted
 */
json_t *bh_record_get_item_stamped(const BhRecord *record, const char *path, const BhStamp **stamp);
json_t *bh_record_get_item(const BhRecord *record, const char *path);

/** bh_record_get_register: Returns: (transfer none) (nullable): %NULL: there is no such register */
json_t *bh_record_get_register_stamped(const BhRecord *record, const char *path,
                                       const BhStamp **stamp);
json_t *bh_record_get_register(const BhRecord *record, const char *path);

/** bh_record_get_version: the highest of all its registers; 0 where it has none. */
gint64 bh_record_get_version(const BhRecord *record);

/** bh_record_has_redaction: whether the operation of this stamp is redacted here. */
gboolean bh_record_has_redaction(const BhRecord *record, const BhStamp *stamp);

/**
 * BhRecordVisitor: @path, @value and @stamp are borrowed. It may not change the record.
 */
typedef void (*BhRecordVisitor)(const char *path, json_t *value, const BhStamp *stamp,
                                gpointer data);

/**
 * bh_record_visit_items:
 * @prefix: (nullable): only paths that begin so; %NULL: all
 *
 * Calls @visitor for each, sorted by path, bytewise. Takes no longer than what it finds.
 */
void bh_record_visit_items(const BhRecord *record, const char *prefix, BhRecordVisitor visitor,
                           gpointer data);
void bh_record_visit_registers(const BhRecord *record, const char *prefix, BhRecordVisitor visitor,
                               gpointer data);

/** BhRecordVersionVisitor: as BhRecordVisitor, with the version of the register. */
typedef void (*BhRecordVersionVisitor)(const char *path, json_t *value, gint64 version,
                                       const BhStamp *stamp, gpointer data);
/** bh_record_visit_versions: all registers, sorted by path, bytewise. */
void bh_record_visit_versions(const BhRecord *record, BhRecordVersionVisitor visitor,
                              gpointer data);
