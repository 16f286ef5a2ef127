/* SPDX-License-Identifier: Apache-2.0 */
/*
 * id: names that nobody gives twice, and secrets that nobody guesses.
 */
#pragma once

#include <glib.h>

/* Bytes of a secret: 128 bits. */
#define BH_ID_SECRET_BYTES 16

/**
 * bh_id_new:
 * @now_ms: UTC milliseconds since 1970
 *
 * A UUIDv7 (RFC 9562 section 5.7): sorts by time, 74 random bits.
 *
 * Returns: (transfer full): 36 characters, lower case
 */
char *bh_id_new(gint64 now_ms);

/**
 * bh_id_new_secret:
 *
 * Returns: (transfer full): BH_ID_SECRET_BYTES from the system's secure generator, as lower-case
 * hex
 */
char *bh_id_new_secret(void);

/**
 * bh_id_random:
 *
 * Fills @bytes from the system's secure generator. Ends the program where there is none: nothing
 * that follows would be safe.
 */
void bh_id_random(guint8 *bytes, gsize length);
