/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhTranscript: the exact bytes that a signature or a MAC of this protocol covers: a label that no
 * other use has, then the fields. Each, the label too, stands behind its length as 32 bits, big
 * endian, so that no two lists of fields give the same bytes.
 *
 * A plain struct; clear it with g_auto(BhTranscript).
 */
#pragma once

#include <glib.h>

typedef struct {
  GByteArray *bytes;
} BhTranscript;

/** bh_transcript_init: @label: for example "bellhop server proof v1" */
void bh_transcript_init(BhTranscript *transcript, const char *label);
void bh_transcript_clear(BhTranscript *transcript);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhTranscript, bh_transcript_clear)

/** bh_transcript_add_text: @text: (nullable): %NULL counts as empty */
void bh_transcript_add_text(BhTranscript *transcript, const char *text);
void bh_transcript_add_bytes(BhTranscript *transcript, const guint8 *bytes, gsize length);
