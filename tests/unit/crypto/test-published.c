/* SPDX-License-Identifier: Apache-2.0 */
/*
 * data/protocol/vectors/published.json: the vectors that were published with the algorithms. The
 * client library's own cryptography is held against the same file.
 */
#include <openssl/evp.h>
#include <string.h>

#include "aead.h"
#include "digest.h"
#include "exchange-key.h"
#include "json-text.h"
#include "sign-key.h"
#include "slow-hash.h"

static json_t *vectors;

/* A member in hexadecimal. */
static GBytes *
get(const json_t *vector, const char *name)
{
  const char *text = json_string_value(json_object_get(vector, name));
  gsize length = strlen(text) / 2;
  guint8 *bytes = g_malloc(length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] =
        (guint8)(g_ascii_xdigit_value(text[2 * i]) << 4 | g_ascii_xdigit_value(text[2 * i + 1]));
  return g_bytes_new_take(bytes, length);
}

#define DATA(bytes) ((const guint8 *)g_bytes_get_data(bytes, NULL))
#define SIZE(bytes) (g_bytes_get_size(bytes))
#define ASSERT_SAME(bytes, expected)                                                               \
  g_assert_cmpmem(bytes, SIZE(expected), DATA(expected), SIZE(expected))

/* Each vector of a kind, at least @least. */
static json_t *
open_list(const char *name, gsize least)
{
  json_t *list = json_object_get(vectors, name);

  g_assert_cmpuint(json_array_size(list), >=, least);
  return list;
}

static void
test_ed25519(void)
{
  json_t *vector, *list = open_list("ed25519", 4);
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) seed = get(vector, "seed");
    g_autoptr(GBytes) public_key = get(vector, "publicKey");
    g_autoptr(GBytes) message = get(vector, "message");
    g_autoptr(GBytes) signature = get(vector, "signature");
    g_autoptr(BhSignKey) key = bh_sign_key_new_from_seed(DATA(seed));
    guint8 out[BH_SIGN_SIGNATURE_BYTES];

    ASSERT_SAME(bh_sign_key_get_public(key), public_key);
    bh_sign_key_sign(key, DATA(message), SIZE(message), out);
    ASSERT_SAME(out, signature);
    g_assert_true(bh_sign_key_verify(DATA(public_key), DATA(message), SIZE(message), out));
    out[i] ^= 1;
    g_assert_false(bh_sign_key_verify(DATA(public_key), DATA(message), SIZE(message), out));
  }
}

/* With the neutral element as key and as R, S = 0 fits every message. */
static void
test_ed25519_small_order(void)
{
  static const guint8 key[BH_SIGN_KEY_BYTES] = {1};
  static const guint8 signature[BH_SIGN_SIGNATURE_BYTES] = {1};

  g_assert_false(bh_sign_key_verify(key, (const guint8 *)"any", 3, signature));
}

static void
test_x25519(void)
{
  static const guint8 zero[BH_EXCHANGE_KEY_BYTES] = {0};
  json_t *vector, *list = open_list("x25519", 1);
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) private_a = get(vector, "privateKeyA");
    g_autoptr(GBytes) public_a = get(vector, "publicKeyA");
    g_autoptr(GBytes) private_b = get(vector, "privateKeyB");
    g_autoptr(GBytes) public_b = get(vector, "publicKeyB");
    g_autoptr(GBytes) shared = get(vector, "shared");
    g_autoptr(BhExchangeKey) a = bh_exchange_key_new_from_private(DATA(private_a));
    g_autoptr(BhExchangeKey) b = bh_exchange_key_new_from_private(DATA(private_b));
    guint8 out[BH_EXCHANGE_KEY_BYTES];

    ASSERT_SAME(bh_exchange_key_get_public(a), public_a);
    ASSERT_SAME(bh_exchange_key_get_public(b), public_b);
    g_assert_true(bh_exchange_key_derive(a, DATA(public_b), out));
    ASSERT_SAME(out, shared);
    g_assert_true(bh_exchange_key_derive(b, DATA(public_a), out));
    ASSERT_SAME(out, shared);
    /* RFC 7748 section 6.1: a point of small order gives a secret that is none. */
    g_assert_false(bh_exchange_key_derive(a, zero, out));
  }
}

static void
test_hkdf(void)
{
  json_t *vector, *list = open_list("hkdf", 3);
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) secret = get(vector, "secret");
    g_autoptr(GBytes) salt = get(vector, "salt");
    g_autoptr(GBytes) info = get(vector, "info");
    g_autoptr(GBytes) expected = get(vector, "out");
    guint8 out[128];

    g_assert_cmpint(json_integer_value(json_object_get(vector, "length")), ==, SIZE(expected));
    bh_digest_hkdf(DATA(secret), SIZE(secret), DATA(salt), SIZE(salt), DATA(info), SIZE(info), out,
                   SIZE(expected));
    ASSERT_SAME(out, expected);
  }
}

static void
test_hmac(void)
{
  json_t *vector, *list = open_list("hmac", 6);
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) key = get(vector, "key");
    g_autoptr(GBytes) message = get(vector, "message");
    g_autoptr(GBytes) mac = get(vector, "mac");
    guint8 out[BH_DIGEST_BYTES];

    bh_digest_hmac(DATA(key), SIZE(key), DATA(message), SIZE(message), out);
    ASSERT_SAME(out, mac);
  }
}

static void
test_aead(void)
{
  json_t *vector, *list = open_list("aead", 1);
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) key = get(vector, "key");
    g_autoptr(GBytes) nonce = get(vector, "nonce");
    g_autoptr(GBytes) extra = get(vector, "extra");
    g_autoptr(GBytes) text = get(vector, "text");
    g_autoptr(GBytes) expected = get(vector, "sealed");
    g_autofree guint8 *sealed =
        bh_aead_seal(DATA(key), DATA(nonce), DATA(extra), SIZE(extra), DATA(text), SIZE(text));
    g_autofree guint8 *opened =
        bh_aead_open(DATA(key), DATA(nonce), DATA(extra), SIZE(extra), sealed, SIZE(expected));

    ASSERT_SAME(sealed, expected);
    ASSERT_SAME(opened, text);
    for (gsize at = 0; at < SIZE(expected); at += 7) {
      sealed[at] ^= 1;
      g_assert_null(
          bh_aead_open(DATA(key), DATA(nonce), DATA(extra), SIZE(extra), sealed, SIZE(expected)));
      sealed[at] ^= 1;
    }
    g_assert_null(bh_aead_open(DATA(key), DATA(nonce), NULL, 0, sealed, SIZE(expected)));
  }
}

/* Ours has one cost and one length of salt: the vectors are for the library below it, which ours
 * must then agree with. */
static void
test_scrypt(void)
{
  static const guint8 salt[BH_SLOW_HASH_SALT_BYTES] = "0123456789abcde";
  json_t *vector, *list = open_list("scrypt", 3);
  guint8 ours[BH_SLOW_HASH_BYTES], out[64];
  gsize i;

  json_array_foreach(list, i, vector)
  {
    g_autoptr(GBytes) secret = get(vector, "secret");
    g_autoptr(GBytes) own_salt = get(vector, "salt");
    g_autoptr(GBytes) expected = get(vector, "out");

    g_assert_cmpint(EVP_PBE_scrypt(g_bytes_get_data(secret, NULL), SIZE(secret), DATA(own_salt),
                                   SIZE(own_salt),
                                   (guint64)json_integer_value(json_object_get(vector, "n")),
                                   (guint64)json_integer_value(json_object_get(vector, "r")),
                                   (guint64)json_integer_value(json_object_get(vector, "p")),
                                   32 * 1024 * 1024, out, SIZE(expected)),
                    ==, 1);
    ASSERT_SAME(out, expected);
  }
  bh_slow_hash("4711", salt, ours);
  g_assert_cmpint(
      EVP_PBE_scrypt("4711", 4, salt, sizeof salt, 16384, 8, 1, 32 * 1024 * 1024, out, sizeof ours),
      ==, 1);
  g_assert_cmpmem(ours, sizeof ours, out, sizeof ours);
}

int
main(int argc, char **argv)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr(GError) error = NULL;
  gsize length;
  int status;

  g_test_init(&argc, &argv, NULL);
  path = g_build_filename(g_getenv("BH_VECTORS"), "published.json", NULL);
  g_file_get_contents(path, &text, &length, &error);
  g_assert_no_error(error);
  vectors = bh_json_parse(text, length, &error);
  g_assert_no_error(error);
  g_test_add_func("/published/ed25519", test_ed25519);
  g_test_add_func("/published/ed25519-small-order", test_ed25519_small_order);
  g_test_add_func("/published/x25519", test_x25519);
  g_test_add_func("/published/hkdf", test_hkdf);
  g_test_add_func("/published/hmac", test_hmac);
  g_test_add_func("/published/aead", test_aead);
  g_test_add_func("/published/scrypt", test_scrypt);
  status = g_test_run();
  json_decref(vectors);
  return status;
}
