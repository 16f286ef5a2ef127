/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "transcript.h"

#include <string.h>

void
bh_transcript_init(BhTranscript *transcript, const char *label)
{
  transcript->bytes = g_byte_array_new();
  bh_transcript_add_text(transcript, label);
}

void
bh_transcript_clear(BhTranscript *transcript)
{
  g_clear_pointer(&transcript->bytes, g_byte_array_unref);
}

void
bh_transcript_add_text(BhTranscript *transcript, const char *text)
{
  bh_transcript_add_bytes(transcript, (const guint8 *)text, text != NULL ? strlen(text) : 0);
}

void
bh_transcript_add_bytes(BhTranscript *transcript, const guint8 *bytes, gsize length)
{
  guint32 prefix;

  g_return_if_fail(length <= G_MAXUINT32);

  prefix = GUINT32_TO_BE((guint32)length);
  g_byte_array_append(transcript->bytes, (const guint8 *)&prefix, sizeof prefix);
  if (length > 0)
    g_byte_array_append(transcript->bytes, bytes, (guint)length);
}
