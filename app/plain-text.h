/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plain-text: foreign words on a person's terminal: names that devices gave themselves, ages.
 */
#pragma once

#include <glib.h>

/**
 * bh_plain_text:
 * @text: (nullable): anything; %NULL counts as empty
 *
 * What a terminal would obey instead of show (control characters, and those that turn the direction
 * of writing) is replaced by U+FFFD, and so is what is not UTF-8: whoever names a device writes
 * into a manager's terminal.
 *
 * Returns: (transfer full): one line of valid UTF-8
 */
char *bh_plain_text(const char *text);

/** bh_plain_text_get_width: @text: of bh_plain_text(). Returns: columns that it takes */
guint bh_plain_text_get_width(const char *text);

/** bh_plain_age: Returns: (transfer full): "4 min", in the largest unit that gives 1 or more */
char *bh_plain_age(gint64 age_ms);
