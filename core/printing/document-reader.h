/* SPDX-License-Identifier: Apache-2.0 */
/*
 * document-reader: members of foreign JSON documents that are to be printed, read with their bounds
 * judged. What is wrong is told by its place, "lines[3].name"; a member that is null is one that is
 * not there, as everywhere on the wire. Lengths are in characters (code points).
 *
 * All return %FALSE exactly when @error is set: BH_PRINT_ERROR_BAD_JOB. @where stands before the
 * member's name, "" at the top. What is read out borrows from the document.
 */
#pragma once

#include <glib.h>

#include "json-text.h"

/* Longest text in a list of texts: notes, address and footer lines. */
#define BH_DOCUMENT_MAX_TEXT 500

/** bh_document_refuse: @must: what it must be. Returns: %FALSE */
gboolean bh_document_refuse(GError **error, const char *where, const char *name, const char *must);

/** bh_document_get_member: Returns: (transfer none) (nullable) */
const json_t *bh_document_get_member(const json_t *object, const char *name);

/** bh_document_read_text: @out: (out): left alone where it is missing or empty */
gboolean bh_document_read_text(const json_t *object, const char *where, const char *name,
                               guint max_characters, gboolean required, const char **out,
                               GError **error);

/** bh_document_read_integer: @out: (inout): left alone where it is missing */
gboolean bh_document_read_integer(const json_t *object, const char *where, const char *name,
                                  gint64 min, gint64 max, gint64 *out, GError **error);

/** bh_document_read_boolean: @out: (inout): left alone where it is missing */
gboolean bh_document_read_boolean(const json_t *object, const char *where, const char *name,
                                  gboolean *out, GError **error);

/** bh_document_read_texts: @out: (element-type utf8): borrowed ones are appended */
gboolean bh_document_read_texts(const json_t *object, const char *where, const char *name,
                                guint max_items, GPtrArray *out, GError **error);

/** BhDocumentReadItem: one item of a list; @where: its place, with a dot behind */
typedef gboolean (*BhDocumentReadItem)(const json_t *item, const char *where, gpointer out,
                                       GError **error);

/** bh_document_read_items: @out: of cleared elements, one for each item, the one at fault too */
gboolean bh_document_read_items(const json_t *object, const char *where, const char *name,
                                guint max_items, BhDocumentReadItem read_item, GArray *out,
                                GError **error);
