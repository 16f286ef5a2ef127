/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-access"

#include "device-token.h"

#include <string.h>

#include "base64url.h"
#include "digest.h"
#include "sign-key.h"

#define PREFIX "bht1"

G_STATIC_ASSERT(BH_DEVICE_KEY_BYTES == BH_SIGN_KEY_BYTES);

char *
bh_device_token_make(const char *device_id, BhSignKey *device_key, const guint8 *hub_key)
{
  guint8 seed[BH_SIGN_KEY_BYTES];
  g_autofree char *seed_text = NULL;
  g_autofree char *hub_text = bh_base64url_encode(hub_key, BH_DEVICE_KEY_BYTES);
  char *text;

  bh_sign_key_get_seed(device_key, seed);
  seed_text = bh_base64url_encode(seed, sizeof seed);
  text = g_strjoin(".", PREFIX, device_id, seed_text, hub_text, NULL);
  bh_digest_wipe(seed, sizeof seed);
  bh_digest_wipe(seed_text, strlen(seed_text));
  return text;
}

void
bh_device_token_clear(BhDeviceToken *token)
{
  bh_digest_wipe(token, sizeof *token);
}

/* 8-4-4-4-12 hex digits, lower case, as bh_id_new() writes them. */
static gboolean
is_id(const char *text)
{
  if (strlen(text) != 36)
    return FALSE;
  for (guint i = 0; i < 36; i++) {
    gboolean is_dash = i == 8 || i == 13 || i == 18 || i == 23;

    if (is_dash ? text[i] != '-' : !g_ascii_isxdigit(text[i]) || g_ascii_isupper(text[i]))
      return FALSE;
  }
  return TRUE;
}

/* Cuts @text at its dots. Returns: whether there are just @n parts */
static gboolean
split(char *text, const char **parts, guint n)
{
  for (guint i = 0; i < n; i++) {
    char *dot = strchr(text, '.');

    parts[i] = text;
    if ((dot == NULL) != (i == n - 1))
      return FALSE;
    if (dot != NULL) {
      *dot = '\0';
      text = dot + 1;
    }
  }
  return TRUE;
}

gboolean
bh_device_token_parse(const char *text, BhDeviceToken *out)
{
  char copy[BH_DEVICE_TOKEN_MAX_BYTES + 1];
  const char *parts[4];
  gboolean is_token;

  memset(out, 0, sizeof *out);
  if (text == NULL || strlen(text) > BH_DEVICE_TOKEN_MAX_BYTES)
    return FALSE;
  g_strlcpy(copy, text, sizeof copy);
  is_token = split(copy, parts, G_N_ELEMENTS(parts)) && g_str_equal(parts[0], PREFIX) &&
             is_id(parts[1]) && bh_base64url_decode_exact(parts[2], out->seed, sizeof out->seed) &&
             bh_base64url_decode_exact(parts[3], out->hub_key, sizeof out->hub_key);
  if (is_token)
    g_strlcpy(out->device_id, parts[1], sizeof out->device_id);
  else
    bh_device_token_clear(out);
  bh_digest_wipe(copy, sizeof copy);
  return is_token;
}

BhDevice *
bh_device_token_find(BhDeviceBook *book, const char *text, const guint8 *hub_key)
{
  g_auto(BhDeviceToken) token = {0};
  g_autoptr(BhSignKey) key = NULL;
  BhDevice *device;

  if (!bh_device_token_parse(text, &token) ||
      !bh_digest_equal(token.hub_key, hub_key, BH_DEVICE_KEY_BYTES))
    return NULL;
  device = bh_device_book_find(book, token.device_id);
  key = bh_sign_key_new_from_seed(token.seed);
  if (device == NULL ||
      !bh_digest_equal(bh_sign_key_get_public(key), device->public_key, BH_DEVICE_KEY_BYTES))
    return NULL;
  return device;
}
