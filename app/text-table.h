/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTextTable: rows of words in columns, for a terminal.
 */
#pragma once

#include <glib.h>

typedef struct _BhTextTable BhTextTable;

/** bh_text_table_new: @heading: of the first column; the others follow, then %NULL */
BhTextTable *bh_text_table_new(const char *heading, ...) G_GNUC_NULL_TERMINATED;
void bh_text_table_free(BhTextTable *table);

/**
 * bh_text_table_add: one row.
 * @cell: (nullable): of the first column; exactly as many follow as there are headings. Foreign
 *   words are welcome, see bh_plain_text()
 */
void bh_text_table_add(BhTextTable *table, const char *cell, ...);

/**
 * bh_text_table_to_text:
 *
 * Returns: (transfer full): the headings and the rows, columns two spaces apart, a line each
 */
char *bh_text_table_to_text(const BhTextTable *table);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhTextTable, bh_text_table_free)
