/* SPDX-License-Identifier: Apache-2.0 */
/*
 * print-content: from what a print job says to the bytes that the printer gets, and back to what
 * the paper then looks like. Pure: no I/O, no clock; may be called on any thread.
 */
#pragma once

#include <glib.h>

#include "json-text.h"
#include "print-queue.h"

typedef struct {
  guint columns;    /* of the paper in the printer's standard font: 42 or 32 */
  gboolean reprint; /* mark it at the top; the drawer stays shut */
} BhPrintContentOptions;

/**
 * bh_print_content_encode:
 * @content: (nullable): `printJob.content`, any JSON: exactly one of {receipt}, {ticket},
 *   {text}, {escpos: base64} and {png: base64}
 * @max_bytes: the result's cap; work stops as soon as it is passed
 *
 * The bytes begin by resetting the printer (except those of {escpos}, which are the sender's own)
 * and open the drawer at most once.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: BH_PRINT_ERROR_BAD_JOB
 *   (the message names the member at fault) or BH_PRINT_ERROR_TOO_LARGE
 */
GBytes *bh_print_content_encode(const json_t *content, const BhPrintContentOptions *options,
                                gsize max_bytes, GError **error);

/**
 * bh_print_content_without_drawer:
 *
 * For the second and later copies of one job: the same bytes, with the commands that open the
 * drawer taken out.
 *
 * Returns: (transfer full)
 */
GBytes *bh_print_content_without_drawer(GBytes *escpos);

/**
 * bh_paper_render:
 * @escpos: (array length=length): any bytes
 *
 * What the paper looks like: {columns, lines: [...]}, each line one of
 *   {align: "left"|"center"|"right", runs: [{text, bold?, underline?, invert?, width?, height?}]}
 *   {image: "data:image/png;base64,...", width, height, align}  (in dots)
 *   {qr: text, size, align}   {feed: lines}   {cut: true}   {drawer: true}
 * Bounded: what is longer ends with a line that says so.
 *
 * Returns: (transfer full)
 */
json_t *bh_paper_render(const guint8 *escpos, gsize length);
