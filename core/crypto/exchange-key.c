/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "exchange-key.h"

#include <openssl/evp.h>

#include "digest.h"
#include "id.h"

struct _BhExchangeKey {
  EVP_PKEY *pair;
  guint8 public_key[BH_EXCHANGE_KEY_BYTES];
};

BhExchangeKey *
bh_exchange_key_new_from_private(const guint8 *bytes)
{
  BhExchangeKey *key = g_new0(BhExchangeKey, 1);
  size_t length = sizeof key->public_key;

  key->pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, bytes, BH_EXCHANGE_KEY_BYTES);
  if (key->pair == NULL || EVP_PKEY_get_raw_public_key(key->pair, key->public_key, &length) != 1)
    g_error("The cryptographic library does not work: its installation is broken.");
  return key;
}

BhExchangeKey *
bh_exchange_key_new(void)
{
  guint8 bytes[BH_EXCHANGE_KEY_BYTES];
  BhExchangeKey *key;

  bh_id_random(bytes, sizeof bytes);
  key = bh_exchange_key_new_from_private(bytes);
  bh_digest_wipe(bytes, sizeof bytes);
  return key;
}

void
bh_exchange_key_free(BhExchangeKey *key)
{
  EVP_PKEY_free(key->pair);
  g_free(key);
}

const guint8 *
bh_exchange_key_get_public(BhExchangeKey *key)
{
  return key->public_key;
}

gboolean
bh_exchange_key_derive(BhExchangeKey *key, const guint8 *other, guint8 *out)
{
  EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, other, BH_EXCHANGE_KEY_BYTES);
  EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key->pair, NULL);
  size_t length = BH_EXCHANGE_KEY_BYTES;
  /* OpenSSL itself refuses a secret of all zeros. */
  gboolean done = peer != NULL && context != NULL && EVP_PKEY_derive_init(context) == 1 &&
                  EVP_PKEY_derive_set_peer(context, peer) == 1 &&
                  EVP_PKEY_derive(context, out, &length) == 1 && length == BH_EXCHANGE_KEY_BYTES;

  EVP_PKEY_CTX_free(context);
  EVP_PKEY_free(peer);
  return done;
}
