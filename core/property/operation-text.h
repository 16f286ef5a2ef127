/* SPDX-License-Identifier: Apache-2.0 */
/*
 * operation-text: which byte strings are the text of an operation at all, and the formats of the
 * names in it.
 *
 * Canonical text is what JSON.stringify and jansson both print for the value that both read from
 * it, so that a signature covers one spelling only:
 * - no white space, nesting at most BH_OPERATION_TEXT_MAX_DEPTH, no key twice, valid UTF-8;
 * - numbers are integers of at most 2^53-1 either way, without leading zeros, `-0` or exponent;
 * - keys are letters and digits, a letter first, at most 64;
 * - strings hold no control character but \b \f \n \r \t, and no escape that is not needed.
 */
#pragma once

#include "json-text.h"

#define BH_OPERATION_TEXT_MAX_DEPTH 8
#define BH_OPERATION_TEXT_MAX_KEY   64
#define BH_OPERATION_TEXT_MAX_ID    64

/**
 * bh_operation_text_parse:
 * @text: (array length=length): foreign, need not end with NUL
 *
 * Returns: (transfer full) (nullable): an object; %NULL: it is not canonical, or too long
 */
json_t *bh_operation_text_parse(const char *text, gsize length);

/**
 * bh_operation_text_is_value:
 * @depth: how many levels it may have: a number has none
 *
 * Whether @value, from a message, could stand in canonical text.
 */
gboolean bh_operation_text_is_value(const json_t *value, guint depth);

/** bh_operation_text_is_id: 1 to 64 letters, digits, `_` and `-`. */
gboolean bh_operation_text_is_id(const char *text);

/** bh_operation_text_is_op: `<logId>:<seq>`. */
gboolean bh_operation_text_is_op(const char *text);

/** bh_operation_text_is_entity: `type/id`. */
gboolean bh_operation_text_is_entity(const char *text);
