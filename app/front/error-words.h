/* SPDX-License-Identifier: Apache-2.0 */
/*
 * error-words: why something did not work, and what to do, as a sentence for the person who asked
 * for it.
 */
#pragma once

#include <glib.h>

/** bh_error_words: Returns: (transfer none): valid as long as @error */
const char *bh_error_words(const GError *error);
