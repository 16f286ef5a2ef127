/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The input as a document from anywhere, and as what the hub itself signed: a membership, and a list
 * of revocations.
 */
#include "base64url.h"
#include "membership.h"
#include "revocations.h"
#include "sign-key.h"
#include "transcript.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define NOW_MS G_GINT64_CONSTANT(1764000000000)

static json_t *
sign(BhSignKey *key, const char *label, const uint8_t *data, size_t size)
{
  guint8 signature[BH_SIGN_SIGNATURE_BYTES];
  g_autofree char *text = bh_base64url_encode(data, size);
  g_autofree char *sig = NULL;
  g_auto(BhTranscript) transcript = {NULL};

  bh_transcript_init(&transcript, label);
  bh_transcript_add_bytes(&transcript, data, size);
  bh_sign_key_sign(key, transcript.bytes->data, transcript.bytes->len, signature);
  sig = bh_base64url_encode(signature, sizeof signature);
  return json_pack("{s:s, s:s}", "data", text, "sig", sig);
}

static void
parse(const json_t *document, BhSignKey *key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhMembership) membership =
      bh_membership_parse(document, bh_sign_key_get_public(key), NOW_MS, &error);

  g_assert_cmpint(membership == NULL, ==, error != NULL);
  if (membership == NULL)
    return;
  g_assert_true(g_utf8_validate(membership->name, -1, NULL));
  g_assert_cmpuint(strlen(membership->device_id), <=, 64);
  g_assert_true(membership->role > BH_ROLE_HUB && membership->role < BH_N_ROLES);
}

static void
parse_revocations(const json_t *document, BhSignKey *key)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(BhRevocations) revocations =
      bh_revocations_parse(document, bh_sign_key_get_public(key), "t", &error);

  g_assert_cmpint(revocations == NULL, ==, error != NULL);
  if (revocations != NULL)
    g_assert_cmpint(bh_revocations_get_version(revocations), >=, 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  static const guint8 seed[BH_SIGN_KEY_BYTES] = {7};
  g_autoptr(BhSignKey) key = bh_sign_key_new_from_seed(seed);
  g_autoptr(json_t) foreign = bh_json_parse((const char *)data, size, NULL);
  g_autoptr(json_t) own = sign(key, "bellhop membership v1", data, size);
  g_autoptr(json_t) list = sign(key, "bellhop revocations v1", data, size);

  parse(foreign, key);
  parse(own, key);
  parse_revocations(foreign, key);
  parse_revocations(list, key);
  return 0;
}
