/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "digest.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <string.h>

/* OpenSSL refuses these only when it has no memory or no providers at all. */
static void
must(gboolean done)
{
  if (G_UNLIKELY(!done))
    g_error("The cryptographic library does not work: its installation is broken.");
}

void
bh_digest_sha256(const guint8 *bytes, gsize length, guint8 *out)
{
  must(EVP_Digest(bytes, length, out, NULL, EVP_sha256(), NULL) == 1);
}

void
bh_digest_hmac(const guint8 *key, gsize key_length, const guint8 *bytes, gsize length, guint8 *out)
{
  static const guint8 nothing[1];
  size_t out_length = 0;

  must(EVP_Q_mac(NULL, "HMAC", NULL, "SHA256", NULL, key_length > 0 ? key : nothing, key_length,
                 bytes, length, out, BH_DIGEST_BYTES, &out_length) != NULL);
}

void
bh_digest_hkdf(const guint8 *secret, gsize secret_length, const guint8 *salt, gsize salt_length,
               const guint8 *info, gsize info_length, guint8 *out, gsize out_length)
{
  EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new(kdf) : NULL;
  OSSL_PARAM params[5];
  OSSL_PARAM *next = params;

  g_return_if_fail(out_length <= 255 * BH_DIGEST_BYTES);

  *next++ = OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, (char *)"SHA256", 0);
  *next++ = OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(guintptr)secret,
                                              secret_length);
  if (salt_length > 0)
    *next++ =
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, (void *)(guintptr)salt, salt_length);
  if (info_length > 0)
    *next++ =
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, (void *)(guintptr)info, info_length);
  *next = OSSL_PARAM_construct_end();
  must(context != NULL && EVP_KDF_derive(context, out, out_length, params) == 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
}

gboolean
bh_digest_equal(const guint8 *a, const guint8 *b, gsize length)
{
  return CRYPTO_memcmp(a, b, length) == 0;
}

void
bh_digest_wipe(gpointer bytes, gsize length)
{
  OPENSSL_cleanse(bytes, length);
}

void
bh_digest_free_text(char *text)
{
  if (text != NULL)
    bh_digest_wipe(text, strlen(text));
  g_free(text);
}
