/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "frame-seal.h"

#include <string.h>

#include "aead.h"
#include "base64url.h"
#include "digest.h"
#include "json-text.h"

#define FRAME_HEAD   "{\"type\":\"sealed\",\"n\":"
#define FRAME_MIDDLE ",\"data\":\""
#define FRAME_TAIL   "\"}"

/* The frame around the data is 52 bytes with the longest N; another encoder may put spaces. */
#define MAX_AROUND_BYTES 128
/* What both JavaScript and jansson hold exactly; a frame a microsecond reaches it in 285 years. */
#define MAX_COUNT ((guint64)1 << 53)

struct _BhFrameSeal {
  guint8 seal_key[BH_FRAME_SEAL_KEY_BYTES];
  guint8 open_key[BH_FRAME_SEAL_KEY_BYTES];
  guint64 sealed; /* the next N of this side */
  guint64 opened; /* the next N of the other side */
  gboolean broken;
};

G_STATIC_ASSERT(BH_FRAME_SEAL_KEY_BYTES == BH_AEAD_KEY_BYTES);

BhFrameSeal *
bh_frame_seal_new(const guint8 *seal_key, const guint8 *open_key)
{
  BhFrameSeal *seal = g_new0(BhFrameSeal, 1);

  memcpy(seal->seal_key, seal_key, BH_FRAME_SEAL_KEY_BYTES);
  memcpy(seal->open_key, open_key, BH_FRAME_SEAL_KEY_BYTES);
  return seal;
}

void
bh_frame_seal_free(BhFrameSeal *seal)
{
  if (seal == NULL)
    return;
  bh_digest_wipe(seal, sizeof *seal);
  g_free(seal);
}

/* RFC 8439 section 2.8: 96 bits, never twice with one key. */
static void
make_nonce(guint64 count, guint8 *out)
{
  guint64 big_endian = GUINT64_TO_BE(count);

  memset(out, 0, BH_AEAD_NONCE_BYTES - sizeof big_endian);
  memcpy(out + BH_AEAD_NONCE_BYTES - sizeof big_endian, &big_endian, sizeof big_endian);
}

GBytes *
bh_frame_seal_seal(BhFrameSeal *seal, const char *text, gsize length)
{
  guint8 nonce[BH_AEAD_NONCE_BYTES];
  g_autofree guint8 *sealed = NULL;
  g_autofree char *data = NULL;
  char *frame;

  g_return_val_if_fail(seal->sealed < MAX_COUNT, NULL);

  make_nonce(seal->sealed, nonce);
  sealed = bh_aead_seal(seal->seal_key, nonce, NULL, 0, (const guint8 *)text, length);
  data = bh_base64url_encode(sealed, length + BH_AEAD_TAG_BYTES);
  frame = g_strdup_printf(FRAME_HEAD "%" G_GUINT64_FORMAT FRAME_MIDDLE "%s" FRAME_TAIL,
                          seal->sealed++, data);
  return g_bytes_new_take(frame, strlen(frame));
}

/* Takes @text at *@p. */
static gboolean
take(const char **p, const char *end, const char *text)
{
  gsize length = strlen(text);

  if ((gsize)(end - *p) < length || memcmp(*p, text, length) != 0)
    return FALSE;
  *p += length;
  return TRUE;
}

/* A frame as every encoder of ours writes it, without building values: the parser took longer than
 * all the rest. Returns: (transfer full) (nullable): its data; %NULL: for the parser to judge */
static char *
scan_frame(const char *frame, gsize length, guint64 count)
{
  const char *p = frame;
  const char *end = frame + length;
  char digits[24];

  g_snprintf(digits, sizeof digits, "%" G_GUINT64_FORMAT, count);
  if (!take(&p, end, FRAME_HEAD) || !take(&p, end, digits) || !take(&p, end, FRAME_MIDDLE) ||
      end - p < 2 || memcmp(end - 2, FRAME_TAIL, 2) != 0 ||
      memchr(p, '\0', (gsize)(end - p)) != NULL)
    return NULL;
  return g_strndup(p, (gsize)(end - p) - 2); /* what is no base64url in it, the decoder refuses */
}

static char *
parse_frame(const char *frame, gsize length, guint64 expected)
{
  g_autoptr(json_t) value = bh_json_parse(frame, length, NULL);
  const char *type = bh_json_get_text(value, "type", 16, NULL);
  gint64 count = -1;

  if (g_strcmp0(type, "sealed") != 0 ||
      !bh_json_get_optional_integer(value, "n", 0, (gint64)MAX_COUNT, &count, NULL) ||
      count != (gint64)expected)
    return NULL;
  return g_strdup(bh_json_get_text(value, "data", length, NULL));
}

/* Returns: (transfer full) (nullable): what lies in the frame that must be the next one */
static GBytes *
read_frame(const BhFrameSeal *seal, const char *frame, gsize length)
{
  g_autofree char *data = length > 0 ? scan_frame(frame, length, seal->opened) : NULL;

  if (data == NULL)
    data = parse_frame(frame, length, seal->opened);
  return data != NULL ? bh_base64url_decode(data, length) : NULL;
}

GBytes *
bh_frame_seal_open(BhFrameSeal *seal, const char *frame, gsize length)
{
  g_autoptr(GBytes) sealed = seal->broken ? NULL : read_frame(seal, frame, length);
  guint8 nonce[BH_AEAD_NONCE_BYTES];
  guint8 *text = NULL;

  if (sealed != NULL) {
    make_nonce(seal->opened, nonce);
    text = bh_aead_open(seal->open_key, nonce, NULL, 0, g_bytes_get_data(sealed, NULL),
                        g_bytes_get_size(sealed));
  }
  if (text == NULL) {
    seal->broken = TRUE;
    return NULL;
  }
  seal->opened++;
  return g_bytes_new_take(text, g_bytes_get_size(sealed) - BH_AEAD_TAG_BYTES);
}

gsize
bh_frame_seal_get_frame_bytes(gsize length)
{
  return (length + BH_AEAD_TAG_BYTES + 2) / 3 * 4 + MAX_AROUND_BYTES;
}
