/* SPDX-License-Identifier: Apache-2.0 */
/*
 * kind-table: what each kind of operation is for, as data/protocol/kinds.json says: which entities
 * it may concern, which action of the role table it is, how its body looks, and what it adds to the
 * record of its entity. The file is compiled in and read once; the client library reads the same.
 *
 * All functions may be called from any thread.
 */
#pragma once

#include "record.h"

/**
 * bh_kind_table_judge:
 *
 * Returns: (transfer none) (nullable): %NULL: it applies (a stub does, by its record); else the
 *   reason why no replica applies it: `unknown-kind`, `bad-entity`, `forbidden` or `bad-body`
 */
const char *bh_kind_table_judge(const BhOperation *op);

/** bh_kind_table_get_version: Returns: (transfer none): a digest of the file: where it is another,
 * what was set aside may apply */
const char *bh_kind_table_get_version(void);

/**
 * bh_kind_table_lift:
 * @op: one that applies
 * @into: what it adds is merged into this
 *
 * Returns: whether @into is another now
 */
gboolean bh_kind_table_lift(const BhOperation *op, BhRecord *into);

/** bh_kind_table_has_entity: whether a @kind may concern @entity, which is `type/id`. */
gboolean bh_kind_table_has_entity(const char *kind, const char *entity);

/**
 * bh_kind_table_accepts_body:
 * @body: (nullable): of any type
 *
 * Whether @kind is known and its schema takes @body.
 */
gboolean bh_kind_table_accepts_body(const char *kind, const json_t *body);
