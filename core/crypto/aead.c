/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "aead.h"

#include <openssl/evp.h>

/* OpenSSL counts in int. Messages are bounded far below. */
#define MAX_BYTES ((gsize)1 << 30)

guint8 *
bh_aead_seal(const guint8 *key, const guint8 *nonce, const guint8 *extra, gsize extra_length,
             const guint8 *text, gsize length)
{
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  guint8 *out = g_malloc(length + BH_AEAD_TAG_BYTES);
  int n = 0;

  g_assert(length <= MAX_BYTES && extra_length <= MAX_BYTES);
  if (context == NULL ||
      EVP_EncryptInit_ex2(context, EVP_chacha20_poly1305(), key, nonce, NULL) != 1 ||
      (extra_length > 0 && EVP_EncryptUpdate(context, NULL, &n, extra, (int)extra_length) != 1) ||
      EVP_EncryptUpdate(context, out, &n, text, (int)length) != 1 ||
      EVP_EncryptFinal_ex(context, out + length, &n) != 1 ||
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, BH_AEAD_TAG_BYTES, out + length) != 1)
    g_error("The cryptographic library does not work: its installation is broken.");
  EVP_CIPHER_CTX_free(context);
  return out;
}

guint8 *
bh_aead_open(const guint8 *key, const guint8 *nonce, const guint8 *extra, gsize extra_length,
             const guint8 *sealed, gsize length)
{
  EVP_CIPHER_CTX *context;
  g_autofree guint8 *out = NULL;
  guint8 tag[BH_AEAD_TAG_BYTES];
  gsize text_length = length - BH_AEAD_TAG_BYTES;
  gboolean valid;
  int n = 0;

  if (length < BH_AEAD_TAG_BYTES || length > MAX_BYTES || extra_length > MAX_BYTES)
    return NULL;
  context = EVP_CIPHER_CTX_new();
  out = g_malloc(text_length + 1);
  for (guint i = 0; i < BH_AEAD_TAG_BYTES; i++)
    tag[i] = sealed[text_length + i];
  valid =
      context != NULL &&
      EVP_DecryptInit_ex2(context, EVP_chacha20_poly1305(), key, nonce, NULL) == 1 &&
      EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, BH_AEAD_TAG_BYTES, tag) == 1 &&
      (extra_length == 0 || EVP_DecryptUpdate(context, NULL, &n, extra, (int)extra_length) == 1) &&
      EVP_DecryptUpdate(context, out, &n, sealed, (int)text_length) == 1 &&
      EVP_DecryptFinal_ex(context, out + text_length, &n) == 1;
  EVP_CIPHER_CTX_free(context);
  out[text_length] = '\0';
  return valid ? g_steal_pointer(&out) : NULL;
}
