/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For tests: paper as text that a person can compare, one line each:
 *   [STYLE]|text     STYLE: center or right, 2x2, bold, invert, underline, of its first run
 *   image WxH, qr SIZE TEXT, feed N, cut, drawer
 */
#pragma once

#include "json-text.h"

/** paper_to_text: also checks that no line is wider than the paper, and its shape. Returns:
 * (transfer full) */
char *paper_to_text(const json_t *paper);

/** encode_to_text: encodes @content and renders it; fails the test where that fails. Returns:
 * (transfer full) */
char *encode_to_text(const json_t *content, guint columns, gboolean reprint);

/** new_content: {receipt: JSON text}. Returns: (transfer full) */
json_t *new_receipt_content(const char *receipt);
