/* SPDX-License-Identifier: Apache-2.0 */
/* The hub's side of pairing against the vectors that the client library is tested with too. */
#include "pairing-proof.h"

#include <string.h>

#include "base64url.h"
#include "pairing-error.h"

static json_t *
read_vectors(const char *section)
{
  g_autofree char *path = g_build_filename(g_getenv("BH_VECTORS"), "bellhop.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr(json_t) all = NULL;
  gsize length;

  g_assert_true(g_file_get_contents(path, &text, &length, NULL));
  all = bh_json_parse(text, length, NULL);
  return json_incref(json_object_get(all, section));
}

static const char *
get_text(const json_t *object, const char *name)
{
  const char *text = json_string_value(json_object_get(object, name));

  g_assert_nonnull(text);
  return text;
}

static void
get_bytes(const json_t *object, const char *name, guint8 *out, gsize length)
{
  g_assert_true(bh_base64url_decode_exact(get_text(object, name), out, length));
}

static void
assert_bytes(const guint8 *bytes, gsize length, const json_t *object, const char *name)
{
  g_autofree char *text = bh_base64url_encode(bytes, length);

  g_assert_cmpstr(text, ==, get_text(object, name));
}

static void
test_link(void)
{
  g_autoptr(json_t) vectors = read_vectors("pairing");
  g_autoptr(GBytes) answer = bh_base64url_decode(get_text(vectors, "answer"), 1024);
  g_autoptr(GError) error = NULL;
  g_auto(BhPairingKeys) keys = {0};
  guint8 secret[BH_PAIRING_SECRET_BYTES], mac[BH_PAIRING_MAC_BYTES];
  BhPairBody body;

  get_bytes(vectors, "secret", secret, sizeof secret);
  bh_pairing_keys_derive(&keys, secret);
  g_assert_cmpstr(keys.link_id, ==, get_text(vectors, "linkId"));
  assert_bytes(keys.device_key, sizeof keys.device_key, vectors, "deviceMacKey");
  assert_bytes(keys.hub_key, sizeof keys.hub_key, vectors, "hubMacKey");

  g_assert_true(bh_pair_body_parse(vectors, &body, &error));
  g_assert_no_error(error);
  g_assert_true(bh_pairing_keys_check(&keys, &body));
  bh_pairing_keys_answer(&keys, &body, answer, mac);
  assert_bytes(mac, sizeof mac, vectors, "answerMac");
}

/* Whatever is turned over is noticed. */
static void
test_link_changed(void)
{
  g_autoptr(json_t) vectors = read_vectors("pairing");
  g_auto(BhPairingKeys) keys = {0};
  guint8 secret[BH_PAIRING_SECRET_BYTES];
  BhPairBody right, body;
  guint8 *const parts[] = {
      body.public_key,         body.nonce, body.mac, body.signature, (guint8 *)body.link_id,
      (guint8 *)body.name.sent};

  get_bytes(vectors, "secret", secret, sizeof secret);
  bh_pairing_keys_derive(&keys, secret);
  g_assert_true(bh_pair_body_parse(vectors, &right, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS(parts); i++) {
    body = right;
    parts[i][0] ^= 1;
    g_assert_false(bh_pairing_keys_check(&keys, &body));
  }
  body = right;
  g_assert_true(bh_pairing_keys_check(&keys, &body));
  keys.device_key[0] ^= 1;
  g_assert_false(bh_pairing_keys_check(&keys, &body));
}

static void
test_comparison(void)
{
  g_autoptr(json_t) vectors = read_vectors("comparison");
  g_autoptr(json_t) hub = read_vectors("hub");
  g_autoptr(GBytes) answer = bh_base64url_decode(get_text(vectors, "answer"), 1024);
  g_autoptr(BhSignKey) hub_key = NULL;
  guint8 seed[32], public_key[32], key[32], device_nonce[32], hub_nonce[32];
  guint8 signature[64], made[64], commitment[32];
  char code[BH_PAIRING_CODE_DIGITS + 1];
  const BhComparisonFacts facts = {get_text(vectors, "requestId"), public_key, key, device_nonce,
                                   hub_nonce};

  get_bytes(hub, "seed", seed, sizeof seed);
  hub_key = bh_sign_key_new_from_seed(seed);
  get_bytes(vectors, "publicKey", public_key, sizeof public_key);
  get_bytes(vectors, "hubKey", key, sizeof key);
  get_bytes(vectors, "deviceNonce", device_nonce, sizeof device_nonce);
  get_bytes(vectors, "hubNonce", hub_nonce, sizeof hub_nonce);
  get_bytes(vectors, "sig", signature, sizeof signature);
  bh_comparison_commit(public_key, device_nonce, commitment);
  assert_bytes(commitment, sizeof commitment, vectors, "commitment");
  g_assert_true(bh_comparison_check(&facts, signature));
  bh_comparison_make_code(&facts, code);
  g_assert_cmpstr(code, ==, get_text(vectors, "code"));
  bh_comparison_sign_answer(hub_key, facts.request_id, answer, made);
  assert_bytes(made, sizeof made, vectors, "answerSig");

  hub_nonce[31] ^= 1;
  g_assert_false(bh_comparison_check(&facts, signature));
}

/* Each member of a body, gone or of another kind. */
static void
assert_needs(const json_t *right, const char *const *names,
             gboolean (*parse)(const json_t *body, GError **error))
{
  static const char *const wrong[] = {"null", "1", "[]", "{}", "true", "\"\"", "\"=\"", "\"AA\""};
  g_autoptr(GError) none = NULL;

  g_assert_true(parse(right, &none));
  g_assert_no_error(none);
  for (gsize i = 0; names[i] != NULL; i++) {
    for (gsize j = 0; j <= G_N_ELEMENTS(wrong); j++) {
      g_autoptr(json_t) body = json_copy((json_t *)right);
      g_autoptr(GError) error = NULL;

      json_object_del(body, names[i]);
      if (j < G_N_ELEMENTS(wrong))
        json_object_set_new(body, names[i], bh_json_parse(wrong[j], strlen(wrong[j]), NULL));
      /* Any short text may be an id, and is no one's. */
      if (g_str_equal(names[i], "requestId") && j >= 6 && j < G_N_ELEMENTS(wrong))
        continue;
      g_assert_false(parse(body, &error));
      g_assert_error(error, BH_PAIRING_ERROR, BH_PAIRING_ERROR_BAD_REQUEST);
      g_assert_nonnull(strstr(error->message, names[i]));
    }
  }
}

static gboolean
parse_pair(const json_t *body, GError **error)
{
  BhPairBody out;

  return bh_pair_body_parse(body, &out, error);
}

static gboolean
parse_request(const json_t *body, GError **error)
{
  BhRequestBody out;

  return bh_request_body_parse(body, &out, error);
}

static gboolean
parse_open(const json_t *body, GError **error)
{
  BhOpenBody out;

  return bh_open_body_parse(body, &out, error);
}

static gboolean
parse_result(const json_t *body, GError **error)
{
  BhResultBody out;

  return bh_result_body_parse(body, &out, error);
}

static void
test_bodies(void)
{
  static const char *const pair[] = {"linkId", "publicKey", "nonce", "mac", "sig", NULL};
  static const char *const request[] = {"publicKey", "commitment", NULL};
  static const char *const open[] = {"requestId", "nonce", "sig", NULL};
  static const char *const result[] = {"requestId", "nonce", NULL};
  static const char *const no_object[] = {"null", "[]", "1", "\"x\"", "{}"};
  g_autoptr(json_t) link = read_vectors("pairing");
  g_autoptr(json_t) comparison = read_vectors("comparison");

  json_object_set(comparison, "nonce", json_object_get(comparison, "deviceNonce"));
  assert_needs(link, pair, parse_pair);
  assert_needs(comparison, request, parse_request);
  assert_needs(comparison, open, parse_open);
  assert_needs(comparison, result, parse_result);
  for (gsize i = 0; i < G_N_ELEMENTS(no_object); i++) {
    g_autoptr(json_t) body = bh_json_parse(no_object[i], strlen(no_object[i]), NULL);

    g_assert_false(parse_pair(body, NULL));
    g_assert_false(parse_request(body, NULL));
    g_assert_false(parse_open(body, NULL));
    g_assert_false(parse_result(body, NULL));
  }
  g_assert_false(parse_pair(NULL, NULL));
}

static void
test_body_names(void)
{
  static const struct {
    const char *json, *sent, *clean; /* sent NULL: refused */
  } cases[] = {
      {"\"Anna\"", "Anna", "Anna"},
      {"\" Anna \"", " Anna ", "Anna"},
      {"\"\"", "", ""},
      {"\"  \"", "  ", ""},
      {"null", "", ""},
      {"1", NULL, NULL},
      {"\"a\\u001bb\"", NULL, NULL},
      {"\"a\\u202eb\"", NULL, NULL},
      {"[\"Anna\"]", NULL, NULL},
  };
  g_autoptr(json_t) body = read_vectors("comparison");

  for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
    BhRequestBody out;

    json_object_set_new(body, "name", bh_json_parse(cases[i].json, strlen(cases[i].json), NULL));
    g_assert_cmpint(bh_request_body_parse(body, &out, NULL), ==, cases[i].sent != NULL);
    if (cases[i].sent != NULL) {
      g_assert_cmpstr(out.name.sent, ==, cases[i].sent);
      g_assert_cmpstr(out.name.clean, ==, cases[i].clean);
    }
  }
}

static void
test_error_codes(void)
{
  g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

  for (guint code = 0; code <= BH_PAIRING_ERROR_NOT_STORED; code++) {
    guint status = bh_pairing_error_get_status((BhPairingError)code);

    g_assert_true(
        g_hash_table_add(names, (gpointer)bh_pairing_error_get_name((BhPairingError)code)));
    g_assert_true((status >= 400 && status < 500) || status == 503);
  }
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/pairing-proof/link", test_link);
  g_test_add_func("/pairing-proof/link-changed", test_link_changed);
  g_test_add_func("/pairing-proof/comparison", test_comparison);
  g_test_add_func("/pairing-proof/bodies", test_bodies);
  g_test_add_func("/pairing-proof/body-names", test_body_names);
  g_test_add_func("/pairing-proof/error-codes", test_error_codes);
  return g_test_run();
}
