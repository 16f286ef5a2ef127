/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads most JSON just as jansson does, at a third of the cost: jansson takes each byte through three
 * functions. What is seldom is left to jansson, which also judges what is no JSON: `\u` escapes,
 * escapes in keys, numbers that are no short integers, duplicate keys, bad UTF-8.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/**
 * bh_json_read:
 * @text: (array length=length): foreign bytes, need not end with NUL
 *
 * Returns: (transfer full) (nullable): what json_loadb() with JSON_REJECT_DUPLICATES and
 * JSON_DECODE_ANY makes of it, at most BH_JSON_MAX_DEPTH deep; %NULL: ask jansson
 */
json_t *bh_json_read(const char *text, gsize length);
