/* SPDX-License-Identifier: Apache-2.0 */
/*
 * base64: bytes as text with padding (RFC 4648 section 4), as files come in JSON.
 */
#pragma once

#include <glib.h>

/**
 * bh_base64_decode:
 * @text: (nullable): foreign; ends with NUL at @length
 *
 * No other characters, also no white space, and all of the padding.
 *
 * Returns: (transfer full) (nullable): %NULL: it is none, or empty
 */
GBytes *bh_base64_decode(const char *text, gsize length);
