/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-crypto"

#include "sign-key.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sodium.h>
#include <string.h>

#include "digest.h"
#include "id.h"
#include "secret-file.h"

struct _BhSignKey {
  EVP_PKEY *pair;
  guint8 public_key[BH_SIGN_KEY_BYTES];
};

G_DEFINE_QUARK(bh_sign_key_error_quark, bh_sign_key_error)

/* @pair: (transfer full). Returns: (nullable): %NULL: it is no Ed25519 pair */
static BhSignKey *
take_pair(EVP_PKEY *pair)
{
  BhSignKey *key = g_atomic_rc_box_new0(BhSignKey);
  size_t length = sizeof key->public_key;

  key->pair = pair;
  if (pair == NULL || EVP_PKEY_get_id(pair) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_public_key(pair, key->public_key, &length) != 1) {
    bh_sign_key_unref(key);
    return NULL;
  }
  return key;
}

BhSignKey *
bh_sign_key_new_from_seed(const guint8 *seed)
{
  BhSignKey *key =
      take_pair(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed, BH_SIGN_KEY_BYTES));

  if (key == NULL)
    g_error("The cryptographic library does not work: its installation is broken.");
  return key;
}

BhSignKey *
bh_sign_key_new(void)
{
  guint8 seed[BH_SIGN_KEY_BYTES];
  BhSignKey *key;

  bh_id_random(seed, sizeof seed);
  key = bh_sign_key_new_from_seed(seed);
  bh_digest_wipe(seed, sizeof seed);
  return key;
}

static gboolean
write_pem(BhSignKey *key, const char *path, GError **error)
{
  BIO *bio = BIO_new(BIO_s_secmem());
  char *text = NULL;
  long length;
  gboolean done = FALSE;

  if (bio != NULL && PEM_write_bio_PKCS8PrivateKey(bio, key->pair, NULL, NULL, 0, NULL, NULL) &&
      (length = BIO_get_mem_data(bio, &text)) > 0)
    done = bh_secret_file_write(path, text, (gsize)length, error);
  else
    g_set_error(error, BH_SIGN_KEY_ERROR, BH_SIGN_KEY_ERROR_FILE, _("%s cannot be written."), path);
  BIO_free(bio);
  return done;
}

/* A passphrase is never asked for: the program may have no terminal. */
static int
on_passphrase(char *buffer, int size, int writing, void *data)
{
  return -1;
}

BhSignKey *
bh_sign_key_open(const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_autoptr(BhSignKey) key = NULL;
  g_autoptr(GError) problem = NULL;
  gsize length = 0;
  BIO *bio;

  if (!g_file_get_contents(path, &text, &length, &problem)) {
    if (!g_error_matches(problem, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
      g_set_error(error, BH_SIGN_KEY_ERROR, BH_SIGN_KEY_ERROR_FILE, _("%s cannot be read: %s"),
                  path, problem->message);
      return NULL;
    }
    key = bh_sign_key_new();
    return write_pem(key, path, error) ? g_steal_pointer(&key) : NULL;
  }
  bio = BIO_new_mem_buf(text, (int)MIN(length, G_MAXINT));
  key = take_pair(PEM_read_bio_PrivateKey(bio, NULL, on_passphrase, NULL));
  BIO_free(bio);
  bh_digest_wipe(text, length);
  if (key == NULL)
    g_set_error(error, BH_SIGN_KEY_ERROR, BH_SIGN_KEY_ERROR_FILE,
                _("%s is no key of this program. Nothing was changed: put a backup in its place; "
                  "with another key, every device would have to be paired again."),
                path);
  return g_steal_pointer(&key);
}

BhSignKey *
bh_sign_key_ref(BhSignKey *key)
{
  return g_atomic_rc_box_acquire(key);
}

static void
sign_key_clear(gpointer data)
{
  EVP_PKEY_free(((BhSignKey *)data)->pair); /* wipes the private half */
}

void
bh_sign_key_unref(BhSignKey *key)
{
  g_atomic_rc_box_release_full(key, sign_key_clear);
}

const guint8 *
bh_sign_key_get_public(BhSignKey *key)
{
  return key->public_key;
}

void
bh_sign_key_get_seed(BhSignKey *key, guint8 *out)
{
  size_t length = BH_SIGN_KEY_BYTES;

  EVP_PKEY_get_raw_private_key(key->pair, out, &length);
}

void
bh_sign_key_sign(BhSignKey *key, const guint8 *bytes, gsize length, guint8 *out)
{
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  size_t out_length = BH_SIGN_SIGNATURE_BYTES;

  if (context == NULL || EVP_DigestSignInit(context, NULL, NULL, NULL, key->pair) != 1 ||
      EVP_DigestSign(context, out, &out_length, bytes, length) != 1)
    g_error("The cryptographic library does not work: its installation is broken.");
  EVP_MD_CTX_free(context);
}

/* Without the cofactor, whatever its version; takes points of small order. */
static gboolean
verify_by_openssl(const guint8 *public_key, const guint8 *bytes, gsize length,
                  const guint8 *signature)
{
  EVP_PKEY *key =
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, BH_SIGN_KEY_BYTES);
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  gboolean is_good =
      key != NULL && context != NULL && EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
      EVP_DigestVerify(context, signature, BH_SIGN_SIGNATURE_BYTES, bytes, length) == 1;

  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return is_good;
}

/* Of no bytes at all, by the key of 32 ones; R has a part of order 8, which the cofactor takes
 * away. */
static const guint8 lenient_key[BH_SIGN_KEY_BYTES] = {
    0x8a, 0x88, 0xe3, 0xdd, 0x74, 0x09, 0xf1, 0x95, 0xfd, 0x52, 0xdb, 0x2d, 0x3c, 0xba, 0x5d, 0x72,
    0xca, 0x67, 0x09, 0xbf, 0x1d, 0x94, 0x12, 0x1b, 0xf3, 0x74, 0x88, 0x01, 0xb4, 0x0f, 0x6f, 0x5c,
};
static const guint8 lenient_signature[BH_SIGN_SIGNATURE_BYTES] = {
    0x16, 0xb9, 0x81, 0xd0, 0xb8, 0x8c, 0xdf, 0x3a, 0xb9, 0xfa, 0x87, 0x19, 0x08, 0x22, 0xfe, 0x49,
    0x05, 0xb4, 0x75, 0xef, 0xda, 0x3a, 0xec, 0x7c, 0x34, 0xab, 0xfa, 0x92, 0xc1, 0x93, 0x20, 0xf4,
    0xd2, 0x76, 0xe7, 0x8f, 0xf1, 0x74, 0x48, 0xbc, 0xdf, 0x76, 0xfa, 0x43, 0xfc, 0xbf, 0x3a, 0xcf,
    0x27, 0x6f, 0xc3, 0xd0, 0x25, 0xcd, 0x96, 0x3b, 0xa8, 0x6d, 0x17, 0x2b, 0x09, 0x2c, 0x56, 0x07,
};

/* libsodium takes 70 us for it where OpenSSL 3.0 takes 180, and the hub checks every operation that
 * comes. Versions after 1.0.18 multiply by the cofactor; there what it takes is looked at by both.
 */
gboolean
bh_sign_key_verify(const guint8 *public_key, const guint8 *bytes, gsize length,
                   const guint8 *signature)
{
  enum { STRICT = 1, LENIENT };
  static gsize kind = 0;

  if (g_once_init_enter(&kind)) {
    if (sodium_init() < 0)
      g_error("The cryptographic library does not work: its installation is broken.");
    g_once_init_leave(
        &kind, crypto_sign_verify_detached(lenient_signature, NULL, 0, lenient_key) == 0 ? LENIENT
                                                                                         : STRICT);
  }
  return crypto_sign_verify_detached(signature, bytes, length, public_key) == 0 &&
         (kind == STRICT || verify_by_openssl(public_key, bytes, length, signature));
}

void
bh_sign_key_fingerprint(const guint8 *public_key, guint8 *out)
{
  guint8 digest[BH_DIGEST_BYTES];

  bh_digest_sha256(public_key, BH_SIGN_KEY_BYTES, digest);
  memcpy(out, digest, BH_SIGN_KEY_FINGERPRINT_BYTES);
}
